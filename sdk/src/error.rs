//! What can go wrong, told so that a caller can act on it.

mod display;
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

/// Why a call failed.
///
/// The predicates tell what to do about it, and the accessors give all that the server said: status, headers, the
/// start of the body, whatever its form. `Display` tells one layer;
/// [`source`](std::error::Error::source) has the next.
///
/// ```no_run
/// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
/// match client.get_job("group/project", 9).await {
///     Ok(job) => println!("{}", job.status),
///     Err(error) if error.is_not_found() => println!("no such job, or not for this token"),
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

/// What the server sent, as far as it was read.
struct Received {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    message: Option<String>,
}

#[derive(Debug)]
pub(crate) enum ErrorKind {
    /// A client was built from bad values.
    Config(Cow<'static, str>),
    Argument {
        name: &'static str,
        reason: String,
    },
    /// The connection could not be made, so that nothing was sent.
    Connect,
    /// Nothing arrived for the idle timeout, or for the connect timeout.
    Timeout,
    /// The connection broke while the request or its answer was on the way.
    Transport,
    /// A redirect that is not followed.
    Redirect {
        reason: &'static str,
        target: String,
    },
    /// An answer that is no success.
    Status {
        hint: Option<&'static str>,
    },
    Decode {
        path: String,
    },
    TooLarge {
        limit: usize,
    },
    /// The server's pages cannot be followed.
    Pagination(&'static str),
    Deadline {
        waiting_for: &'static str,
    },
    /// A log broke off, and is no longer the one that was read.
    LogChanged,
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

    pub(crate) fn from_reqwest(error: reqwest::Error) -> Self {
        let kind = match &error {
            error if error.is_connect() => ErrorKind::Connect,
            error if error.is_timeout() => ErrorKind::Timeout,
            _ => ErrorKind::Transport,
        };
        // A URL may hold the signature of a redirect.
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

    /// The HTTP status, if an answer arrived.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(|response| response.status)
    }

    /// The server's own words, as one line, whichever of its error shapes they came in.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.response()?.message.as_deref()
    }

    /// The body as it arrived. A long one is cut: of an error at the builder's
    /// [`max_error_body`](crate::ClientBuilder::max_error_body), of an answer that cannot be decoded likewise.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.response().map(|response| &response.body[..])
    }

    /// The headers, if an answer arrived.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.response().map(|response| &response.headers)
    }

    /// The id under which GitLab's own logs have this request: the thing to give to an administrator.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(self.headers()?)
    }

    /// How long the server asks to wait: by `Retry-After`, and for a rate limit else until its next period.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let (headers, now) = (self.headers()?, SystemTime::now());
        retry_after(headers, now).or_else(|| {
            self.is_rate_limited()
                .then(|| until_reset(headers, now))
                .flatten()
        })
    }

    /// The state of the rate limit, where the server tells it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<crate::RateLimit> {
        crate::RateLimit::from_headers(self.headers()?)
    }

    /// How often the request was sent. 0 means never: something was wrong before.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// The operation that failed, as the API description names it, such as `get_job`.
    #[must_use]
    pub fn operation_id(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Where in the JSON the answer did not fit, such as `[3].user.id`, if that is what failed. Where a type of your own
    /// refuses what it has decoded, it can be the list or object around.
    #[must_use]
    pub fn decode_path(&self) -> Option<&str> {
        match &self.0.kind {
            ErrorKind::Decode { path } => Some(path),
            _ => None,
        }
    }

    /// Where the server wanted to redirect to, if a redirect that is not followed is what failed.
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

    fn has_status(&self, status: StatusCode) -> bool {
        self.is_status() && self.status() == Some(status)
    }

    /// The server answered, with a status that is no success.
    #[must_use]
    pub fn is_status(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Status { .. })
    }

    /// 401: the token is missing, unknown, expired or revoked. Get a new one; trying again is of no use.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// 403: the token is known, but may not do this, or the job's state forbids it;
    /// [`message`](Self::message) tells which.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// 404: there is no such project, pipeline or job, or the token may not see it.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.has_status(StatusCode::NOT_FOUND)
    }

    /// 409: GitLab is at work on the same thing. Try again a little later.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.has_status(StatusCode::CONFLICT)
    }

    /// 429: too many requests, also after the retries. Wait for [`retry_after`](Self::retry_after), and ask less often.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// 5xx: GitLab, or a proxy before it, is in trouble. A POST may have been carried out: look before sending it again.
    #[must_use]
    pub fn is_server_error(&self) -> bool {
        self.is_status() && self.status().is_some_and(|status| status.is_server_error())
    }

    /// Nothing arrived in time: the connect timeout or the idle timeout ran out, or the deadline of a wait. A POST may
    /// have been carried out unless [`is_connect`](Self::is_connect) is true too.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self.0.kind {
            ErrorKind::Timeout | ErrorKind::Deadline { .. } => true,
            ErrorKind::Connect => self.reqwest().is_some_and(reqwest::Error::is_timeout),
            _ => false,
        }
    }

    /// The connection could not be made, so that nothing was sent: a wrong address, no network, a refused certificate.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Connect)
    }

    /// The connection broke on the way. A POST may have been carried out: look before sending it again.
    #[must_use]
    pub fn is_transport(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Transport)
    }

    /// The answer arrived, but is not what this crate expects; [`decode_path`](Self::decode_path) tells where.
    /// `send_as` with a type of your own is a way around it.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Decode { .. })
    }

    /// The answer is larger than the builder's [`max_body`](crate::ClientBuilder::max_body). Raise it, or ask for
    /// smaller pages.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, ErrorKind::TooLarge { .. })
    }

    /// The server redirects, and following would be unsafe: a POST, or too many hops. A project that moved has a new
    /// path: use the one in [`redirect_target`](Self::redirect_target).
    #[must_use]
    pub fn is_redirect(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Redirect { .. })
    }

    /// The log broke off and has changed since, so that it cannot be resumed: it was erased, or its end was written again.
    /// What was read of it no longer counts. Read it again from its beginning.
    #[must_use]
    pub fn is_log_changed(&self) -> bool {
        matches!(self.0.kind, ErrorKind::LogChanged)
    }

    /// The call itself is wrong, and nothing was sent: a value that the builder or the operation refuses.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        use ErrorKind::{Argument, Config, NoRuntime};
        matches!(self.0.kind, Config(_) | Argument { .. } | NoRuntime)
    }

    fn reqwest(&self) -> Option<&reqwest::Error> {
        self.0.source.as_ref()?.downcast_ref()
    }
}
