//! A response before it is sent, and the error bodies in GitLab's wording.

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::log::Content;

/// Status, headers and content, before any fault has touched them.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    /// Boxed because responses are also errors, which should be small.
    pub(crate) headers: Box<HeaderMap>,
    pub(crate) content: Box<Content>,
}

impl Response {
    pub(crate) fn new(
        status: StatusCode,
        content_type: &'static str,
        content: impl Into<Content>,
    ) -> Self {
        let mut headers = Box::new(HeaderMap::new());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self {
            status,
            headers,
            content: Box::new(content.into()),
        }
    }

    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    pub(crate) fn text(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::new(status, "text/plain", body)
    }

    /// An error of GitLab's usual shape, `{"message": "<status> <words>"}`.
    pub(crate) fn message(status: StatusCode, words: &str) -> Self {
        let message = format!("{} {words}", status.as_u16());
        Self::json(status, &json!({ "message": message }))
    }

    /// An error of the API framework's shape, `{"error": "<words>"}`.
    pub(crate) fn error(status: StatusCode, words: &str) -> Self {
        Self::json(status, &json!({ "error": words }))
    }

    /// A parameter that the API framework refuses.
    pub(crate) fn bad_request(words: &str) -> Self {
        Self::error(StatusCode::BAD_REQUEST, words)
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::message(StatusCode::NOT_FOUND, what)
    }

    pub(crate) fn forbidden() -> Self {
        Self::message(StatusCode::FORBIDDEN, "Forbidden")
    }

    /// A 403 with a reason. Servers have long put two spaces before the dash.
    pub(crate) fn forbidden_because(reason: &str) -> Self {
        Self::message(StatusCode::FORBIDDEN, &format!("Forbidden  - {reason}"))
    }

    /// Adds a header; a value that no header can hold is left out.
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(HeaderName::from_static(name), value);
        }
        self
    }
}
