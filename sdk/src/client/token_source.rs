//! A token that a function of the program obtains.

use std::error::Error as StdError;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};

use secrecy::SecretString;
use tokio::sync::Mutex;

use super::token::{TokenHeader, TokenKind};
use crate::error::{Error, ErrorKind};

type Obtained = Result<SecretString, Box<dyn StdError + Send + Sync>>;
type Obtaining = Pin<Box<dyn Future<Output = Obtained> + Send>>;

/// The function that obtains a token.
pub(super) struct Obtain(Box<dyn Fn() -> Obtaining + Send + Sync>);

impl Obtain {
    pub(super) fn new<F, T, E>(obtain: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        T: Into<SecretString>,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        Self(Box::new(move || {
            let obtained = obtain();
            Box::pin(async { obtained.await.map(Into::into).map_err(Into::into) })
        }))
    }
}

/// A source of tokens, and the token that it returned last.
///
/// It is asked for the first request, and again after a token was rejected. Calls that need a token at the same time share
/// the result, even if it is an error.
pub(crate) struct TokenSource {
    kind: TokenKind,
    obtain: Obtain,
    state: Mutex<State>,
    /// How often the source has returned.
    asked: AtomicU64,
}

#[derive(Default)]
struct State {
    last: Option<TokenHeader>,
    /// Why the source returned no token, if it did not when it was asked last.
    failure: Option<Arc<dyn StdError + Send + Sync>>,
}

impl TokenSource {
    pub(super) fn new(kind: TokenKind, obtain: Obtain) -> Self {
        Self {
            kind,
            obtain,
            state: Mutex::default(),
            asked: AtomicU64::new(0),
        }
    }

    /// Returns the last token, unless it is the rejected one or there is none; then the source is asked.
    pub(super) async fn other_than(
        &self,
        rejected: Option<&TokenHeader>,
    ) -> Result<TokenHeader, Error> {
        let asked = self.asked.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if let Some(last) = &state.last
            && Some(last) != rejected
        {
            return Ok(last.clone());
        }
        // If another call has asked while this one waited for the lock, its result is as good as a new one.
        if self.asked.load(Ordering::Acquire) == asked {
            match self.ask().await {
                Ok(header) => {
                    state.last = Some(header);
                    state.failure = None;
                }
                Err(failure) => state.failure = Some(failure.into()),
            }
            self.asked.fetch_add(1, Ordering::Release);
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

    async fn ask(&self) -> Result<TokenHeader, Box<dyn StdError + Send + Sync>> {
        // The futures of this crate are `Sync`, and that of the source need not be. A mutex makes it so, and is never locked.
        let mut obtaining = std::sync::Mutex::new((self.obtain.0)());
        let obtained = poll_fn(|cx| {
            let obtaining = obtaining.get_mut().unwrap_or_else(PoisonError::into_inner);
            obtaining.as_mut().poll(cx)
        });
        Ok(TokenHeader::new(self.kind, &obtained.await?)?)
    }
}
