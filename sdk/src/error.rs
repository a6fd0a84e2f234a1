//! The error type and its predicates.

mod display;
mod predicates;
mod server_message;
mod text;

pub(crate) use text::shortened;

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use self::server_message::server_message;
use crate::http::Operation;
use crate::http::headers::{request_id, retry_after, until_reset};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// The error of a call.
///
/// The predicates say what to do about it, and the accessors return everything that the server sent: the status, the
/// headers, and the start of the body in whatever format. `Display` describes one layer, and
/// [`source`](std::error::Error::source) returns the next.
///
/// ```no_run
/// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
/// match client.get_job("group/project", 9).await {
///     Ok(job) => println!("{}", job.status),
///     Err(error) if error.is_not_found() => println!("no such job, or not visible to this token"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: Option<&'static str>,
    response: Option<Received>,
    attempts: u32,
    source: Option<Source>,
}

/// The response, as far as it was read.
struct Received {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    message: Option<String>,
}

#[derive(Debug)]
pub(crate) enum ErrorKind {
    /// Invalid options of a client.
    Config(Cow<'static, str>),
    Argument {
        name: &'static str,
        reason: String,
    },
    /// There is no token to send, so that nothing was sent.
    Token(Cow<'static, str>),
    /// The connection could not be made, so that nothing was sent.
    Connect,
    /// Nothing arrived within the idle timeout.
    Timeout,
    /// The connection was lost during the request or the response.
    Transport,
    /// A redirect that is not followed.
    Redirect {
        reason: &'static str,
        target: String,
    },
    /// A response whose status is not a success.
    Status {
        hint: Option<&'static str>,
    },
    Decode {
        path: String,
    },
    TooLarge {
        limit: usize,
    },
    /// The pages of a list cannot be followed.
    Pagination(&'static str),
    Deadline {
        waiting_for: &'static str,
    },
    NoRuntime,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            response: None,
            attempts: 0,
            source: None,
        }))
    }

    pub(crate) fn config(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Config(reason.into()))
    }

    /// For the blocking façade: its own part of the client could not be built.
    #[doc(hidden)]
    #[must_use]
    pub fn runtime(source: std::io::Error) -> Self {
        Self::config("cannot start the runtime behind the blocking client").with_source(source)
    }

    /// Makes an error about a token one about an option, for the check of a builder.
    pub(crate) fn into_config(mut self) -> Self {
        if let ErrorKind::Token(reason) = &mut self.0.kind {
            self.0.kind = ErrorKind::Config(std::mem::take(reason));
        }
        self
    }

    /// Names the variable that holds the invalid value.
    pub(crate) fn about(mut self, name: &str) -> Self {
        if let ErrorKind::Config(reason) = &mut self.0.kind {
            *reason = format!("{name}: {reason}").into();
        }
        self
    }

    pub(crate) fn from_reqwest(error: reqwest::Error) -> Self {
        let kind = match &error {
            error if error.is_connect() => ErrorKind::Connect,
            error if error.is_timeout() => ErrorKind::Timeout,
            _ => ErrorKind::Transport,
        };
        // A URL may contain the signature of a redirect.
        Self::new(kind).with_source(error.without_url())
    }

    pub(crate) fn operation(mut self, operation: &'static Operation) -> Self {
        self.0.operation = Some(operation.id);
        self
    }

    pub(crate) fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn with_response(
        mut self,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        let message = if status.is_success() {
            None
        } else {
            server_message(&headers, &body)
        };
        self.0.response = Some(Received {
            status,
            headers,
            body,
            message,
        });
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    pub(crate) fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns the HTTP status, if a response arrived.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(|response| response.status)
    }

    /// Returns the message of the server as one line, from any of the formats of its error bodies.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.response()?.message.as_deref()
    }

    /// Returns the body as it arrived, truncated to [`max_error_body`](crate::ClientBuilder::max_error_body).
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.response().map(|response| &response.body[..])
    }

    /// Returns the headers, if a response arrived.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.response().map(|response| &response.headers)
    }

    /// Returns the id of the request in GitLab's own logs, which helps an administrator to find it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(self.headers()?)
    }

    /// Returns the wait that the server asks for: by `Retry-After`, else until the next period of a rate limit.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let (headers, now) = (self.headers()?, SystemTime::now());
        retry_after(headers, now).or_else(|| {
            self.is_rate_limited()
                .then(|| until_reset(headers, now))
                .flatten()
        })
    }

    /// Returns the state of the rate limit, if the server sends it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<crate::RateLimit> {
        crate::RateLimit::from_headers(self.headers()?)
    }

    /// Returns how many times the request was sent. 0 means that it was invalid.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the operation that failed, such as `get_job`.
    #[must_use]
    pub fn operation_id(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Returns the path of the JSON value that could not be decoded, such as `[3].user.id`.
    #[must_use]
    pub fn decode_path(&self) -> Option<&str> {
        match &self.0.kind {
            ErrorKind::Decode { path } => Some(path),
            _ => None,
        }
    }

    /// Returns the target of the redirect that was not followed, without its query.
    #[must_use]
    pub fn redirect_target(&self) -> Option<&str> {
        match &self.0.kind {
            ErrorKind::Redirect { target, .. } => Some(target),
            _ => None,
        }
    }

    fn response(&self) -> Option<&Received> {
        self.0.response.as_ref()
    }
}
