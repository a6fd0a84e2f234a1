//! What an error reports about the failed request.

use std::sync::Arc;

use http::Method;
use url::Url;

use super::{BaseUrl, Operation, Request};
use crate::credential::{SentTokens, TokenHeader};
#[cfg(feature = "tracing")]
use crate::error::redacted;
use crate::{Error, Secret};

/// The request that an error is about, and what the error must not show.
#[derive(Clone)]
pub(crate) struct RequestContext {
    pub(crate) operation: &'static Operation,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) url: Url,
    /// The tokens that were sent, the last one at the end.
    pub(crate) tokens: Vec<TokenHeader>,
    /// Those that other requests have sent.
    sent: Arc<SentTokens>,
}

impl RequestContext {
    pub(crate) fn new(request: &Request, base: &BaseUrl, sent: &Arc<SentTokens>) -> Self {
        let path = request.path();
        Self {
            operation: request.operation,
            method: request.method.clone(),
            url: base.join(&path, ""),
            path,
            tokens: Vec::new(),
            sent: Arc::clone(sent),
        }
    }

    /// Adds a token that is about to be sent, unless it is the last one.
    pub(crate) fn add_token(&mut self, token: TokenHeader) {
        if self.tokens.last() != Some(&token) {
            self.sent.add(&token);
            self.tokens.push(token);
        }
    }

    /// Returns the key by which the limiter of an endpoint counts: reads by user, and actions by job.
    pub(crate) fn endpoint(&self) -> &str {
        if self.method.is_safe() && self.custom_path().is_none() {
            self.operation.path
        } else {
            &self.path
        }
    }

    /// Returns the path of a custom request. Its limiter can be another than that of the operations of the spec.
    pub(crate) fn custom_path(&self) -> Option<&str> {
        // It has no template.
        self.operation.path.is_empty().then_some(&self.path)
    }

    /// Adds the details of the request to an error, removes the tokens in case the server has repeated them, and truncates
    /// long texts.
    pub(crate) fn add_to(&self, error: Error) -> Error {
        let sent = self.sent.all();
        let tokens = self.tokens.iter().map(TokenHeader::token);
        let secrets = tokens.chain(sent.iter().map(Secret::expose));
        error
            .operation(self.operation.id)
            .with_request(&self.method, &self.path, &self.url)
            .without(secrets)
    }

    /// Returns whether a text of the server contains a token that was sent.
    #[cfg(feature = "tracing")]
    pub(crate) fn has_token(&self, text: &str) -> bool {
        let contains = |secret: &str| redacted(text.as_bytes(), secret).is_some();
        let mut tokens = self.tokens.iter();
        tokens.any(|token| contains(token.token())) || self.sent.any(contains)
    }
}
