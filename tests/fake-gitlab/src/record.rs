//! Recorded requests: what arrived, and what was sent in response.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::time::Instant;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::http::HeaderMap;

use crate::query;

/// A request, recorded before it is handled.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The position among all requests to this server, from 0.
    pub number: u64,
    /// The TCP connection it came on, from 0 in the order of acceptance.
    pub connection: u64,
    /// The position among the requests on its connection, from 0.
    pub number_on_connection: u64,
    /// The time at which its head had arrived.
    pub arrived: Instant,
    /// `GET`, `POST`, …
    pub method: String,
    /// The request target as sent: path and query, or a whole URL if the client took this server for a proxy.
    pub target: String,
    /// The path as sent, still percent-encoded.
    pub path: String,
    /// The query string as sent, still percent-encoded, without `?`.
    pub query: Option<String>,
    /// The operation (`get_job`, `list_project_jobs`, …), if the request is for one.
    pub operation: Option<&'static str>,
    /// The headers as sent.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    pub(crate) outcome: Arc<Outcome>,
}

/// What was sent in response, updated while it is sent.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    status: AtomicU16,
    bytes: AtomicU64,
}

impl Outcome {
    pub(crate) fn set_status(&self, status: StatusCode) {
        self.status.store(status.as_u16(), Ordering::SeqCst);
    }

    pub(crate) fn add_bytes(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::SeqCst);
    }
}

impl RecordedRequest {
    /// Returns the status of the response, or `None` if no head has been sent.
    #[must_use]
    pub fn response_status(&self) -> Option<u16> {
        Some(self.outcome.status.load(Ordering::SeqCst)).filter(|status| *status != 0)
    }

    /// Returns how many bytes of the response's body have been sent so far.
    ///
    /// Bytes that a client did not read, because it closed the connection early, may be among them: a few hundred
    /// KiB wait in buffers.
    ///
    /// ```
    /// use fake_gitlab::FakeGitlab;
    ///
    /// let gitlab = FakeGitlab::start();
    /// // … the program under test reads a log …
    /// let logs = gitlab.requests().into_iter().filter(|r| r.operation == Some("get_job_log"));
    /// let cost: u64 = logs.map(|request| request.bytes_sent()).sum();
    /// assert_eq!(cost, 0);
    /// ```
    #[must_use]
    pub fn bytes_sent(&self) -> u64 {
        self.outcome.bytes.load(Ordering::SeqCst)
    }

    /// Returns the decoded pairs of the query, in the order they were sent.
    #[must_use]
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        self.query.as_deref().map(query::parse).unwrap_or_default()
    }

    /// Returns the decoded values of a query parameter, in the order they were sent.
    #[must_use]
    pub fn query_values(&self, key: &str) -> Vec<String> {
        let pairs = self.query_pairs().into_iter();
        pairs
            .filter(|(name, _)| name == key)
            .map(|(_, value)| value)
            .collect()
    }

    /// Returns the first value of a header, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the body as JSON, if it is JSON.
    #[must_use]
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Returns method and target, such as `GET /api/v4/projects/1/jobs?per_page=2`.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}
