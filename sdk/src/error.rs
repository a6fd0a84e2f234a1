//! The error type.

mod display;
mod label;
mod predicates;
mod redact;
mod server_message;
mod status;
mod text;

#[cfg(feature = "tracing")]
pub(crate) use redact::redacted;
use text::shortened;

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use url::{Position, Url};

use self::server_message::server_message;
use crate::headers::{RateLimit, request_id, retry_after, until_reset};

type Source = Box<dyn std::error::Error + Send + Sync>;

/// The error of a call.
///
/// The predicates distinguish failures that need different reactions. The accessors return details of the request and
/// of the response, including its status, headers and the start of its body.
///
/// `{}` prints one line with the method and the path of the request, and [`source`](std::error::Error::source) has the
/// cause. `{:#}` prints the URL and the chain of causes in one line, and `{:?}`, which `main` uses, prints them in
/// several lines. None of them shows a token that the client has sent, even if the server repeats it. Only the token itself
/// is recognized, not an encoding of it, such as percent-encoding or JSON escape sequences in a body.
///
/// ```no_run
/// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
/// match client.get_job("group/project", 9).await {
///     Ok(job) => println!("{}", job.status),
///     Err(error) if error.is_not_found() => println!("there is no such job, or the token may not see it"),
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: Option<&'static str>,
    request: Option<Requested>,
    /// The host of the failed attempt, which can differ from that of the request after a redirect.
    host: Option<String>,
    /// The host of the proxy through which the request was sent.
    proxy: Option<String>,
    /// Whether a redirect had left the origin of the base URL.
    elsewhere: bool,
    response: Option<Received>,
    attempts: u32,
    source: Option<Source>,
}

/// The request, without its query, which can hold secrets.
struct Requested {
    method: Method,
    path: String,
    url: String,
}

/// The part of the response that was read.
struct Received {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    message: Option<String>,
}

#[derive(Debug)]
pub(crate) enum ErrorKind {
    /// A client was built from invalid values.
    Config(Cow<'static, str>),
    Argument {
        name: &'static str,
        reason: String,
    },
    /// There is no token to send. Nothing was sent.
    Token(Cow<'static, str>),
    /// The connection could not be established. Nothing was sent.
    Connect,
    /// Nothing arrived for the idle timeout, or the call took longer than its own timeout.
    Timeout,
    /// The connection was lost during the request or the response.
    Transport,
    /// A redirect that is not followed.
    Redirect {
        reason: Cow<'static, str>,
        target: String,
    },
    /// A response that is not a success.
    Status {
        hint: Option<Cow<'static, str>>,
    },
    /// A page of HTML where GitLab sends none.
    Html,
    /// A body in an encoding that was not asked for.
    Encoding(String),
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
    /// A log broke off, and has changed since.
    LogChanged,
    /// A job that had not finished is no longer listed.
    JobMissing,
    NoRuntime,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            request: None,
            host: None,
            proxy: None,
            elsewhere: false,
            response: None,
            attempts: 0,
            source: None,
        }))
    }

    pub(crate) fn config(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Config(reason.into()))
    }

    /// Turns an error about a token into one about an option, for the checks of a builder.
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

    /// Returns the error of sending a request to a URL.
    pub(crate) fn from_reqwest(error: reqwest::Error) -> Self {
        let kind = match &error {
            error if error.is_connect() => ErrorKind::Connect,
            error if error.is_timeout() => ErrorKind::Timeout,
            _ => ErrorKind::Transport,
        };
        // A URL may contain the signature of a redirect.
        Self::new(kind).with_source(error.without_url())
    }

    /// Sets the operation that failed, by its id.
    pub(crate) fn operation(mut self, id: &'static str) -> Self {
        self.0.operation = Some(id);
        self
    }

    /// Sets the request that failed.
    pub(crate) fn with_request(mut self, method: &Method, path: &str, url: &Url) -> Self {
        self.0.request = Some(Requested {
            method: method.clone(),
            path: path.to_owned(),
            url: url[..Position::AfterPath].to_owned(),
        });
        self
    }

    /// Sets the host of the failed attempt.
    pub(crate) fn with_host_of(mut self, url: &Url) -> Self {
        self.0.host = Some(url[Position::BeforeHost..Position::AfterPort].to_owned());
        self
    }

    /// Sets the proxy through which the request was sent.
    pub(crate) fn with_proxy(mut self, host: Option<String>) -> Self {
        self.0.proxy = host;
        self
    }

    /// Marks the response as one that GitLab did not send, since a redirect had left its origin.
    pub(crate) fn of_elsewhere(mut self) -> Self {
        self.0.elsewhere = true;
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
        self.0.response = Some(Received {
            message: server_message(status, &headers, &body),
            status,
            headers,
            body,
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

    /// Returns the method of the request, unless the error was found before there was a request.
    #[must_use]
    pub fn method(&self) -> Option<&Method> {
        self.0.request.as_ref().map(|request| &request.method)
    }

    /// Returns the path of the request below the root of the API, such as `/projects/42/jobs/8`, unless the error was found
    /// before there was a request.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.request.as_ref().map(|request| request.path.as_str())
    }

    /// Returns the HTTP status, if a response arrived.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(|response| response.status)
    }

    /// Returns the message of an error response as one line, from any of the forms that GitLab uses.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.response()?.message.as_deref()
    }

    /// Returns the start of the body, up to the builder's [`max_error_body`](crate::ClientBuilder::max_error_body). It
    /// is unchanged, except that a token that was sent is replaced by `[REDACTED]`, as in the values of the headers. An
    /// encoding of the token, such as percent-encoding or JSON escape sequences, is not recognized.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.response().map(|response| &response.body[..])
    }

    /// Returns the headers, if a response arrived.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.response().map(|response| &response.headers)
    }

    /// Returns the id under which GitLab logs the request, by which an administrator can find it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(self.headers()?)
    }

    /// Returns the wait that the server requests by `Retry-After` or, for a 429 without it, the time until the next period of
    /// the rate limit, if that is at most an hour.
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
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::from_headers(self.headers()?)
    }

    /// Returns the number of attempts, or 0 if nothing was sent. Redirects, and a request repeated with a renewed
    /// token or because an HTTP/2 server had refused it, belong to the same attempt.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns the name of the operation that failed, such as `get_job`.
    #[must_use]
    pub fn operation_id(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Returns where in the JSON the response could not be decoded, such as `[3].user.id`. If your own type rejects a
    /// decoded value, it can be the enclosing list or object.
    #[must_use]
    pub fn decode_path(&self) -> Option<&str> {
        match &self.0.kind {
            ErrorKind::Decode { path } => Some(path),
            _ => None,
        }
    }

    /// Returns the URL of a redirect that was not followed, without its query.
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
