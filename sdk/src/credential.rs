//! The token of a client, and where it comes from.

mod calling;
mod sent;
mod token;
mod token_file;
mod token_source;

pub use calling::{in_current_source, is_in_source};
pub(crate) use sent::SentTokens;
pub(crate) use token::TokenHeader;
pub use token::TokenKind;
pub(crate) use token_source::Obtain;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use http::HeaderMap;

use self::token_file::TokenFile;
use self::token_source::TokenSource;
use crate::{Error, Secret};

/// The origin of the token, as set on the builder.
pub(crate) enum TokenOrigin {
    Given(TokenKind, Secret),
    File(TokenKind, PathBuf),
    Source(TokenKind, Obtain),
    /// A token that was checked already.
    Checked(Credential),
}

impl fmt::Debug for TokenOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(kind, _) => write!(f, "{kind:?}"),
            Self::File(kind, path) => write!(f, "{kind:?} from {}", path.display()),
            Self::Source(kind, _) => write!(f, "{kind:?} from a source"),
            Self::Checked(credential) => credential.fmt(f),
        }
    }
}

/// The token of a client, which can change while the client is in use. Clones share it.
#[derive(Clone)]
pub(crate) enum Credential {
    Fixed(TokenHeader),
    File(Arc<TokenFile>),
    Source(Arc<TokenSource>),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(header) => write!(f, "{:?}", header.kind),
            Self::File(file) => file.fmt(f),
            Self::Source(source) => source.fmt(f),
        }
    }
}

impl Credential {
    /// Checks the token as far as possible without calling a source.
    pub(crate) fn new(origin: TokenOrigin) -> Result<Self, Error> {
        Ok(match origin {
            TokenOrigin::Given(kind, token) => {
                Self::Fixed(TokenHeader::new(kind, &token).map_err(Error::config)?)
            }
            TokenOrigin::File(kind, path) => {
                let file = TokenFile::open(kind, path).map_err(Error::into_config)?;
                Self::File(Arc::new(file))
            }
            TokenOrigin::Source(kind, obtain) => {
                Self::Source(Arc::new(TokenSource::new(kind, obtain)))
            }
            TokenOrigin::Checked(credential) => credential,
        })
    }

    /// Returns whether the token is sent in one of these headers.
    pub(crate) fn is_among(&self, headers: &HeaderMap) -> bool {
        headers.contains_key(self.kind().header())
    }

    fn kind(&self) -> TokenKind {
        match self {
            Self::Fixed(header) => header.kind,
            Self::File(file) => file.kind(),
            Self::Source(source) => source.kind(),
        }
    }

    /// Returns the token to send, and the reason why it is not the one in its file, unless that was so before.
    pub(crate) async fn current(&self) -> Result<(TokenHeader, Option<Error>), Error> {
        match self {
            Self::Fixed(header) => Ok((header.clone(), None)),
            Self::File(file) => Ok(file.current().await),
            Self::Source(source) => Ok((source.other_than(None).await?, None)),
        }
    }

    /// Remembers a token that the server has accepted.
    pub(crate) fn accepted(&self, header: &TokenHeader) {
        if let Self::File(file) = self {
            file.accepted(header);
        }
    }

    /// Returns the token to send after the server has rejected one, or `None` if there is no other.
    pub(crate) async fn renewed(
        &self,
        rejected: &TokenHeader,
    ) -> Result<Option<TokenHeader>, Error> {
        let renewed = match self {
            Self::Fixed(_) => return Ok(None),
            Self::File(file) => file.renewed().await?,
            Self::Source(source) => source.other_than(Some(rejected)).await?,
        };
        Ok((renewed != *rejected).then_some(renewed))
    }
}
