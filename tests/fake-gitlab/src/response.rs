//! An answer before it is sent, and the error bodies as GitLab words them.

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::log::GeneratedLog;

/// Status, header fields and content, not yet bent by any fault.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    /// Boxed, because answers are errors too, and those had better be small.
    pub(crate) headers: Box<HeaderMap>,
    pub(crate) content: Content,
}

/// What the body is made of.
#[derive(Debug)]
pub(crate) enum Content {
    Bytes(Bytes),
    Generated(GeneratedLog),
}

impl Response {
    pub(crate) fn new(status: StatusCode, content_type: &'static str, content: Content) -> Self {
        let mut headers = Box::new(HeaderMap::new());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self {
            status,
            headers,
            content,
        }
    }

    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        let bytes = Content::Bytes(body.to_string().into());
        Self::new(status, "application/json", bytes)
    }

    pub(crate) fn text(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::new(status, "text/plain", Content::Bytes(body.into()))
    }

    /// An error with GitLab's usual shape, `{"message": "<status> <words>"}`.
    pub(crate) fn message(status: StatusCode, words: &str) -> Self {
        let message = format!("{} {words}", status.as_u16());
        Self::json(status, &json!({ "message": message }))
    }

    /// An error with the shape of the API framework, `{"error": "<words>"}`.
    pub(crate) fn error(status: StatusCode, words: &str) -> Self {
        Self::json(status, &json!({ "error": words }))
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::message(StatusCode::NOT_FOUND, what)
    }

    pub(crate) fn forbidden() -> Self {
        Self::message(StatusCode::FORBIDDEN, "Forbidden")
    }

    /// Refused for a reason. Servers have long put two spaces before the dash.
    pub(crate) fn forbidden_because(reason: &str) -> Self {
        Self::message(StatusCode::FORBIDDEN, &format!("Forbidden  - {reason}"))
    }

    /// Adds a header field; a value that no header can hold is left out.
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(HeaderName::from_static(name), value);
        }
        self
    }
}
