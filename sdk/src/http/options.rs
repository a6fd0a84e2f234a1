//! What a client sends its requests with.

use std::time::Duration;

use http::HeaderMap;

use super::RetryPolicy;
use crate::client::{Credential, TokenHeader};

/// What a client sends its requests with.
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
    /// Returns the headers for the origin of the base URL.
    pub(super) fn headers_with(&self, token: Option<&TokenHeader>) -> HeaderMap {
        let mut headers = self.headers.clone();
        if let Some(TokenHeader { name, value }) = token {
            headers.insert(name, value.clone());
        }
        headers
    }
}
