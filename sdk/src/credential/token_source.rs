//! A token that a function of the program obtains.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use tokio::sync::Mutex;

use super::calling::Caller;
use super::token::{TokenHeader, TokenKind};
use crate::error::{Error, ErrorKind};
use crate::value::Secret;

type Obtained = Result<Secret, Box<dyn StdError + Send + Sync>>;
type Obtaining = Pin<Box<dyn Future<Output = Obtained> + Send>>;

/// The function that obtains a token.
pub(crate) struct Obtain(Box<dyn Fn() -> Obtaining + Send + Sync>);

impl Obtain {
    pub(crate) fn new<F, T, E>(obtain: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        T: Into<Secret>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        Self(Box::new(move || {
            let obtained = obtain();
            Box::pin(async { obtained.await.map(Into::into).map_err(Into::into) })
        }))
    }
}

/// A source of tokens, and the last token that it returned.
///
/// It is called for the first request, and again after a token was rejected. Calls that need a token at the same time
/// share the result, even if it is an error.
pub(crate) struct TokenSource {
    kind: TokenKind,
    obtain: Obtain,
    caller: Caller,
    state: Mutex<State>,
    /// The number of completed calls of the source.
    calls: AtomicU64,
}

#[derive(Default)]
struct State {
    last: Option<TokenHeader>,
    /// The error of the last call of the source, if it failed.
    failure: Option<Arc<dyn StdError + Send + Sync>>,
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} from a source", self.kind)
    }
}

impl TokenSource {
    pub(super) fn new(kind: TokenKind, obtain: Obtain) -> Self {
        Self {
            kind,
            obtain,
            caller: Caller::default(),
            state: Mutex::default(),
            calls: AtomicU64::new(0),
        }
    }

    pub(super) const fn kind(&self) -> TokenKind {
        self.kind
    }

    /// Returns an error if the source itself is asking for its token, which it would wait for forever.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.caller.is_calling() {
            let reason = "the token source has called the client that waits for its token; use another client there, such \
                          as one derived by `with_token`";
            return Err(Error::new(ErrorKind::Token(reason.into())));
        }
        Ok(())
    }

    /// Returns the last token. If there is none, or it is the rejected one, calls the source.
    pub(super) async fn other_than(
        &self,
        rejected: Option<&TokenHeader>,
    ) -> Result<TokenHeader, Error> {
        self.check()?;
        let calls = self.calls.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if let Some(last) = &state.last
            && Some(last) != rejected
        {
            return Ok(last.clone());
        }
        // If another task has called the source while this one waited for the lock, its result is used.
        if self.calls.load(Ordering::Acquire) == calls {
            match self.caller.call(self.call()).await {
                Ok(header) => {
                    state.last = Some(header);
                    state.failure = None;
                }
                Err(failure) => state.failure = Some(failure.into()),
            }
            self.calls.fetch_add(1, Ordering::Release);
        }
        match (&state.failure, &state.last) {
            (None, Some(last)) => Ok(last.clone()),
            (failure, _) => {
                let error = Error::new(ErrorKind::Token("the token source failed".into()));
                Err(match failure {
                    Some(failure) => error.with_source(Arc::clone(failure)),
                    None => error,
                })
            }
        }
    }

    async fn call(&self) -> Result<TokenHeader, Box<dyn StdError + Send + Sync>> {
        // The futures of this crate are `Sync`, but that of the source need not be. Wrapping it in a mutex, which is
        // never locked, makes it `Sync`.
        let mut obtaining = std::sync::Mutex::new((self.obtain.0)());
        let obtained = poll_fn(|cx| {
            let obtaining = obtaining.get_mut().unwrap_or_else(PoisonError::into_inner);
            obtaining.as_mut().poll(cx)
        });
        Ok(TokenHeader::new(self.kind, &obtained.await?)?)
    }
}
