//! What the server saw: every request, as it was on the wire.

use std::time::Instant;

use bytes::Bytes;
use hyper::http::HeaderMap;

use crate::query;

/// One request, recorded before anything was done with it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The position among all requests to this server, from 0.
    pub number: u64,
    /// The TCP connection it came on, from 0 in the order they were accepted.
    pub connection: u64,
    /// The position among the requests on its connection, from 0.
    pub number_on_connection: u64,
    /// When its head had arrived.
    pub arrived: Instant,
    /// `GET`, `POST`, …
    pub method: String,
    /// The request target as sent: path and query, or a whole URL when the client took this server for a proxy.
    pub target: String,
    /// The path as sent, still percent-encoded.
    pub path: String,
    /// The query string as sent, still percent-encoded, without `?`.
    pub query: Option<String>,
    /// The operation it asked for by its usual name (`get_job`, `list_project_jobs`, …), if it is one.
    pub operation: Option<&'static str>,
    /// The header fields as sent.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl RecordedRequest {
    /// The decoded pairs of the query, in the order they were sent.
    #[must_use]
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        self.query.as_deref().map(query::parse).unwrap_or_default()
    }

    /// The decoded values of one query parameter, in the order they were sent.
    #[must_use]
    pub fn query_values(&self, key: &str) -> Vec<String> {
        let pairs = self.query_pairs().into_iter();
        pairs
            .filter(|(name, _)| name == key)
            .map(|(_, value)| value)
            .collect()
    }

    /// The first value of a header field, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON, if it is.
    #[must_use]
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Method and target, such as `GET /api/v4/projects/1/jobs?per_page=2`.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}
