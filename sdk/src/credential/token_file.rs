//! A token in a file that is rewritten when the token rotates.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::{ExposeSecret, SecretSlice};

use super::token::{TokenHeader, TokenKind};
use crate::error::{Error, ErrorKind};
use crate::value::Secret;

/// A file that holds a token.
///
/// It is read before each request. For a small file, this costs about as much as querying its modification time, and
/// misses no change.
pub(crate) struct TokenFile {
    kind: TokenKind,
    path: PathBuf,
    last: Mutex<TokenHeader>,
}

impl fmt::Debug for TokenFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} from {}", self.kind, self.path.display())
    }
}

impl TokenFile {
    pub(super) fn open(kind: TokenKind, path: PathBuf) -> Result<Self, Error> {
        let last = Mutex::new(read(kind, &path)?);
        Ok(Self { kind, path, last })
    }

    /// Returns the token to send.
    pub(super) fn current(&self) -> TokenHeader {
        // A file that is being rewritten can be missing, empty or incomplete for a moment.
        self.read().unwrap_or_else(|_| self.last().clone())
    }

    /// Returns the token in the file.
    pub(super) fn read(&self) -> Result<TokenHeader, Error> {
        let header = read(self.kind, &self.path)?;
        self.last().clone_from(&header);
        Ok(header)
    }

    fn last(&self) -> MutexGuard<'_, TokenHeader> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
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
