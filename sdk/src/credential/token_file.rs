//! A token in a file that is rewritten when the token rotates.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretSlice};
use tokio::sync::oneshot;

use super::token::{TokenHeader, TokenKind};
use crate::error::{Error, ErrorKind};
use crate::value::Secret;

/// How long after a rejection the file is read, so that a token that is being written is complete by then.
const PAUSE: Duration = Duration::from_millis(200);

/// A file that holds a token.
///
/// It is read before each request. For a small file, this costs about as much as querying its modification time, and
/// misses no change. Calls read it one after another.
pub(crate) struct TokenFile {
    kind: TokenKind,
    path: Arc<Path>,
    state: Mutex<State>,
    /// The thread that reads the file, if it is being read.
    reading: tokio::sync::Mutex<Option<oneshot::Receiver<Result<TokenHeader, Error>>>>,
}

struct State {
    /// The last token that the server has accepted, or the first one.
    last: TokenHeader,
    unreadable: bool,
}

impl fmt::Debug for TokenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} from {}", self.kind, self.path.display())
    }
}

impl TokenFile {
    pub(super) fn open(kind: TokenKind, path: PathBuf) -> Result<Self, Error> {
        let last = read(kind, &path)?;
        let unreadable = false;
        Ok(Self {
            kind,
            path: path.into(),
            state: Mutex::new(State { last, unreadable }),
            reading: tokio::sync::Mutex::default(),
        })
    }

    pub(super) const fn kind(&self) -> TokenKind {
        self.kind
    }

    /// Returns the token to send, and the reason why it is not the one in the file, unless that was so before.
    pub(super) async fn current(&self) -> (TokenHeader, Option<Error>) {
        let read = self.read().await;
        let mut state = self.state();
        let was_unreadable = std::mem::replace(&mut state.unreadable, read.is_err());
        match read {
            Ok(header) => (header, None),
            // A file that is being rewritten can be missing, empty or incomplete for a moment.
            Err(error) => (state.last.clone(), (!was_unreadable).then_some(error)),
        }
    }

    /// Returns the token in the file after the server has rejected one.
    pub(super) async fn renewed(&self) -> Result<TokenHeader, Error> {
        tokio::time::sleep(PAUSE).await;
        self.read().await
    }

    /// Remembers a token that the server has accepted.
    pub(super) fn accepted(&self, header: &TokenHeader) {
        let mut state = self.state();
        if state.last != *header {
            state.last = header.clone();
        }
    }

    /// Reads the file on a thread of its own, which a hung mount or a named pipe can block for any time. Tokio would wait
    /// for a thread of its own when it shuts down.
    async fn read(&self) -> Result<TokenHeader, Error> {
        let mut reading = self.reading.lock().await;
        // A call that was canceled leaves its thread behind. No other one is started before that has ended, and its result
        // may be out of date.
        if let Some(left) = reading.as_mut() {
            let _ = left.await;
            *reading = None;
        }
        let (kind, path) = (self.kind, Arc::clone(&self.path));
        let (sender, receiver) = oneshot::channel();
        let thread = thread::Builder::new().name("gitlab-jobs-token-file".to_owned());
        let started = thread.spawn(move || sender.send(read(kind, &path)));
        started.map_err(|error| self.not_read().with_source(error))?;
        let read = reading.insert(receiver).await;
        *reading = None;
        read.unwrap_or_else(|_| Err(self.not_read()))
    }

    fn not_read(&self) -> Error {
        let shown = self.path.display();
        Error::new(ErrorKind::Token(
            format!("cannot read the token file {shown}").into(),
        ))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(kind: TokenKind, path: &Path) -> Result<TokenHeader, Error> {
    let shown = path.display();
    let invalid = |reason: String| Error::new(ErrorKind::Token(reason.into()));

    let bytes = std::fs::read(path).map_err(|error| {
        invalid(format!("cannot read the token file {shown}")).with_source(error)
    })?;
    let bytes = SecretSlice::from(bytes);
    let text = std::str::from_utf8(bytes.expose_secret())
        .map_err(|_| invalid(format!("the token file {shown} is not UTF-8")))?;
    TokenHeader::new(kind, &Secret::from(text.trim()))
        .map_err(|reason| invalid(format!("invalid token file {shown}: {reason}")))
}
