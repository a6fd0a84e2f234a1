//! Requests and responses: paced, counted, and without redirects, so that a token reaches only the server it is for.

use std::io::Read;
use std::thread;
use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::Url;
use reqwest::blocking::Client;
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;

use crate::contract::Operation;
use crate::{Error, Options};

/// The end of the server's URL, which the paths of the OpenAPI file begin after.
const PREFIX: &str = "api/v4";
/// The number of bytes of a body that are read. Logs can be much longer.
const MOST_BYTES: u64 = 4 << 20;
const TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) struct Exchange {
    client: Client,
    base: Url,
    token: Option<String>,
    job_token: Option<String>,
    pace: Duration,
    last: Option<Instant>,
    left: u32,
    sent: u32,
    received: u32,
    stopped: Option<Stop>,
}

/// Why no further request is sent.
enum Stop {
    Budget,
    RateLimit,
    Failure(String),
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether the body is longer than what was read.
    pub(crate) truncated: bool,
}

/// A request. The path's parameters are given by name.
#[derive(Clone, Default)]
pub(crate) struct Call {
    pub(crate) values: Vec<(String, String)>,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) anonymous: bool,
}

impl Exchange {
    pub(crate) fn new(options: &Options) -> Result<Self, Error> {
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            // Bodies and headers are compared as they were sent.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .user_agent(concat!(
                "gitlab-jobs-spec-verify/",
                env!("CARGO_PKG_VERSION")
            ))
            .build()
            .map_err(|error| Error(format!("cannot set up HTTP: {error}")))?;
        let url = options
            .url
            .trim_end_matches('/')
            .trim_end_matches(PREFIX)
            .trim_end_matches('/');
        let base = Url::parse(&format!("{url}/{PREFIX}/"));
        let base = base.map_err(|error| Error(format!("`{url}` is not a URL: {error}")))?;
        if !["http", "https"].contains(&base.scheme()) {
            return Err(Error(format!("`{url}` is not an http or https URL")));
        }
        Ok(Self {
            client,
            base,
            token: options.token.clone(),
            job_token: options.job_token.clone(),
            pace: options.pace,
            last: None,
            left: options.requests,
            sent: 0,
            received: 0,
            stopped: None,
        })
    }

    pub(crate) fn sent(&self) -> u32 {
        self.sent
    }

    pub(crate) fn received(&self) -> u32 {
        self.received
    }

    /// Returns why the verification ended before it was complete.
    pub(crate) fn stopped(&self) -> Option<&'static str> {
        self.stopped.as_ref().map(|stop| match stop {
            Stop::Budget => "the allowed number of requests was reached",
            Stop::RateLimit => "the server's rate limit was reached",
            Stop::Failure(_) => "a request failed without a response",
        })
    }

    pub(crate) fn failure(&self) -> Option<String> {
        match &self.stopped {
            Some(Stop::Failure(reason)) => Some(reason.clone()),
            _ => None,
        }
    }

    /// Requests an operation, with a token that it accepts if there is one. Returns `None` if no further request is sent.
    pub(crate) fn call(&mut self, operation: &Operation<'_>, call: &Call) -> Option<Reply> {
        let path = operation
            .path
            .split('/')
            .filter(|segment| !segment.is_empty());
        let path: Vec<&str> = path
            .map(|segment| {
                let name = segment
                    .strip_prefix('{')
                    .and_then(|it| it.strip_suffix('}'));
                let value = name.and_then(|name| call.values.iter().find(|(it, _)| it == name));
                value.map_or(segment, |(_, value)| value.as_str())
            })
            .collect();
        let token = self.token_for(operation).filter(|_| !call.anonymous);
        self.send(&operation.method, &path, call, token)
    }

    /// Requests a path that is not in the OpenAPI file.
    pub(crate) fn get(&mut self, path: &[&str]) -> Option<Reply> {
        let token = self.token.clone().map(|token| ("private-token", token));
        self.send("GET", path, &Call::default(), token)
    }

    /// Returns whether the operation accepts a token that there is.
    pub(crate) fn is_authorized(&self, operation: &Operation<'_>) -> bool {
        let accepts = |name| operation.token_headers.contains(name);
        self.token.is_some() && accepts("private-token")
            || self.job_token.is_some() && accepts("job-token")
    }

    /// Returns the token for an operation: the job token only if no other is accepted. A token that is not accepted shows
    /// how it is refused.
    fn token_for(&self, operation: &Operation<'_>) -> Option<(&'static str, String)> {
        let accepts = |name| operation.token_headers.contains(name);
        let own = || self.token.clone().map(|token| ("private-token", token));
        let job = || self.job_token.clone().map(|token| ("job-token", token));
        match (accepts("private-token"), accepts("job-token")) {
            (true, true) => own().or_else(job),
            (false, true) => job().or_else(own),
            _ => own(),
        }
    }

    fn send(
        &mut self,
        method: &str,
        path: &[&str],
        call: &Call,
        token: Option<(&'static str, String)>,
    ) -> Option<Reply> {
        if self.stopped.is_some() {
            return None;
        }
        if self.left == 0 {
            self.stopped = Some(Stop::Budget);
            return None;
        }
        let mut url = self.base.clone();
        // A slash in a value is encoded: the project's full path is one segment.
        url.path_segments_mut().ok()?.pop_if_empty().extend(path);
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let method = Method::from_bytes(method.as_bytes()).ok()?;
        let mut request = self.client.request(method, url);
        for (name, value) in call.headers.iter().cloned().chain(token) {
            request = request.header(name, value);
        }
        if let Some(last) = self.last {
            thread::sleep(self.pace.saturating_sub(last.elapsed()));
        }
        self.last = Some(Instant::now());
        self.left -= 1;
        self.sent += 1;
        match receive(request) {
            Ok(reply) => {
                self.received += 1;
                if reply.status == 429 {
                    self.stopped = Some(Stop::RateLimit);
                }
                Some(reply)
            }
            Err(reason) => {
                self.stopped = Some(Stop::Failure(reason));
                None
            }
        }
    }
}

fn receive(request: reqwest::blocking::RequestBuilder) -> Result<Reply, String> {
    let response = request.send().map_err(|error| {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            text = format!("{text}: {inner}");
            cause = inner.source();
        }
        text
    })?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let mut body = Vec::new();
    let read = response.take(MOST_BYTES + 1).read_to_end(&mut body);
    read.map_err(|error| format!("the body of a response cannot be read: {error}"))?;
    let truncated = body.len() as u64 > MOST_BYTES;
    body.truncate(usize::try_from(MOST_BYTES).unwrap_or(usize::MAX));
    Ok(Reply {
        status,
        headers,
        body,
        truncated,
    })
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub(crate) fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Returns the media type without its parameters.
    pub(crate) fn media_type(&self) -> Option<String> {
        let essence = self.header("content-type")?.split(';').next()?;
        Some(essence.trim().to_ascii_lowercase())
    }
}
