//! What an error reports about the failed request.

use http::Method;
use url::Url;

use super::{BaseUrl, Operation, Request};
use crate::Error;
use crate::credential::TokenHeader;
#[cfg(feature = "tracing")]
use crate::error::redacted;

/// The request that an error is about, and what the error must not show.
#[derive(Clone)]
pub(crate) struct RequestContext {
    pub(crate) operation: &'static Operation,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) url: Url,
    /// The tokens that were sent, the last one at the end.
    pub(crate) tokens: Vec<TokenHeader>,
}

impl RequestContext {
    pub(crate) fn new(request: &Request, base: &BaseUrl) -> Self {
        let path = request.path();
        Self {
            operation: request.operation,
            method: request.method.clone(),
            url: base.join(&path, ""),
            path,
            tokens: Vec::new(),
        }
    }

    /// Returns the key by which the limiter of an endpoint counts: reads by user, and actions by job.
    pub(crate) fn endpoint(&self) -> &str {
        // A custom request has no template.
        if self.method.is_safe() && !self.operation.path.is_empty() {
            self.operation.path
        } else {
            &self.path
        }
    }

    /// Adds the details of the request to an error, removes the tokens in case the server has repeated them, and truncates
    /// long texts.
    pub(crate) fn add_to(&self, error: Error) -> Error {
        error
            .operation(self.operation.id)
            .with_request(&self.method, &self.path, &self.url)
            .without(self.tokens.iter().map(TokenHeader::token))
    }

    /// Returns whether a text of the server contains a token that was sent.
    #[cfg(feature = "tracing")]
    pub(crate) fn has_token(&self, text: &str) -> bool {
        let mut tokens = self.tokens.iter();
        tokens.any(|token| redacted(text.as_bytes(), token.token()).is_some())
    }
}
