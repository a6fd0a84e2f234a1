//! The settings with which a client sends its requests.

use std::time::Duration;

use http::HeaderMap;

use super::RetryPolicy;
use crate::Error;
use crate::credential::{Credential, TokenHeader};
use crate::request::Request;

/// The settings with which a client sends its requests.
///
/// A derived client has options of its own, and shares the [`Transport`](super::Transport) of the original.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) credential: Option<Credential>,
    pub(crate) headers: HeaderMap,
    pub(crate) retry: RetryPolicy,
    pub(crate) timeout: Option<Duration>,
}

impl Options {
    /// Replaces the token, unless its header carries another secret.
    pub(crate) fn with_credential(mut self, credential: Credential) -> Result<Self, Error> {
        if credential.is_among(&self.headers) {
            return Err(Error::config(
                "the header that carries the token is set to another credential as well; use another kind of token",
            ));
        }
        self.credential = Some(credential);
        Ok(self)
    }

    /// Returns the headers of a request that only the origin of the base URL gets.
    pub(super) fn headers(&self, request: &Request, token: Option<&TokenHeader>) -> HeaderMap {
        let mut headers = self.headers.clone();
        for (name, value) in &request.headers {
            headers.insert(name, value.clone());
        }
        if let Some(TokenHeader { name, value, .. }) = token {
            headers.insert(name, value.clone());
        }
        headers
    }
}
