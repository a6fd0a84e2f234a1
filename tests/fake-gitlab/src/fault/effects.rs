//! What a fault does: to the connection, to the answer, and to the pace of its body.

use std::time::Duration;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{HeaderName, HeaderValue};

use super::Fault;

/// What happens.
impl Fault {
    /// Waits before the head of the answer.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.effects.delay = Some(delay);
        self
    }

    /// Sends the head, then waits before the body.
    pub fn delay_body(mut self, delay: Duration) -> Self {
        self.effects.pace.delay = Some(delay);
        self
    }

    /// Sends the body in pieces of so many bytes, with a wait after each.
    pub fn trickle(mut self, bytes: usize, every: Duration) -> Self {
        self.effects.pace.trickle = Some((bytes.max(1), every));
        self
    }

    /// Sends so many bytes of the body, then nothing more, until the client goes.
    pub fn stall_after(mut self, bytes: u64) -> Self {
        self.effects.pace.end = Some((bytes, End::Stall));
        self
    }

    /// Sends so many bytes of the body, less than `Content-Length` promises, and closes the connection.
    pub fn cut_after(mut self, bytes: u64) -> Self {
        self.effects.pace.end = Some((bytes, End::Cut));
        self
    }

    /// Sends so many bytes of the body, less than `Content-Length` promises, and resets the connection (TCP RST).
    pub fn reset_after(mut self, bytes: u64) -> Self {
        self.effects.pace.end = Some((bytes, End::Reset));
        self
    }

    /// Lets a body that is not longer than the limit of [`stall_after`](Self::stall_after),
    /// [`cut_after`](Self::cut_after) or [`reset_after`](Self::reset_after) through, so that a client that resumes
    /// gets to the end. Without it such a body breaks at its very end.
    pub fn spare_short_bodies(mut self) -> Self {
        self.effects.pace.spares_short_bodies = true;
        self
    }

    /// Sends the body in chunks, without `Content-Length`. With [`cut_after`](Self::cut_after) the last chunk is missing.
    pub fn chunked(mut self) -> Self {
        self.effects.pace.chunked = true;
        self
    }

    /// Resets the connection (TCP RST) when the request has been read, and does nothing of what it asks for.
    pub fn reset_before_handling(mut self) -> Self {
        self.effects.reset = Some(Reset::BeforeHandling);
        self
    }

    /// Does what the request asks for, and resets the connection (TCP RST) instead of answering: a lost answer.
    pub fn reset_before_response(mut self) -> Self {
        self.effects.reset = Some(Reset::BeforeResponse);
        self
    }

    /// Closes the connection as soon as the answer is sent, without having said `Connection: close`.
    pub fn close_after_response(self) -> Self {
        self.close_when_idle(Duration::ZERO)
    }

    /// Closes the connection so long after the answer, unless another request is under way on it.
    pub fn close_when_idle(mut self, after: Duration) -> Self {
        self.effects.close = Some(after);
        self
    }

    /// Answers with this status instead of doing what the request asks for. Unless there is a [`body`](Self::body),
    /// an error status gets GitLab's usual one: `{"message":"500 Internal Server Error"}`.
    ///
    /// # Panics
    ///
    /// When `status` is not between 100 and 999.
    pub fn status(mut self, status: u16) -> Self {
        self.effects.status = Some(StatusCode::from_u16(status).expect("a status from 100 to 999"));
        self
    }

    /// Answers with this body instead of doing what the request asks for: 200 and `application/json`, unless
    /// [`status`](Self::status) and [`header`](Self::header) say otherwise.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.effects.body = Some(Replacement::Bytes(body.into()));
        self
    }

    /// Like [`body`](Self::body), with so many bytes that are made up while they are sent.
    pub fn generated_body(mut self, length: u64) -> Self {
        self.effects.body = Some(Replacement::Generated(length));
        self
    }

    /// Does what the request asks for all the same, and only then answers with the other status or body.
    pub fn after_handling(mut self) -> Self {
        self.effects.after_handling = true;
        self
    }

    /// Sets a header field of the answer, in place of any of that name. Repeat it for a field with several lines.
    ///
    /// # Panics
    ///
    /// When name or value is not allowed in HTTP.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        let value = HeaderValue::from_bytes(value.as_ref()).expect("a header value");
        self.effects.headers.push((name, value));
        self
    }

    /// Replaces the `Link` field of a page, such as by one that names another host. Repeat it for several lines.
    pub fn link(self, value: &str) -> Self {
        self.header("link", value)
    }

    /// Redirects to `location`, absolute or relative, on this origin or another, with a plain-text body.
    pub fn redirect(self, status: u16, location: &str) -> Self {
        self.status(status)
            .header("location", location)
            .header("content-type", "text/plain")
            .body(format!(
                "This resource has been moved permanently to {location}"
            ))
    }

    /// 429 as the front-end limiter answers: plain text, `Retry-After` in seconds, and the `RateLimit-*` fields.
    pub fn retry_later(self, seconds: u64) -> Self {
        let headers = crate::rate_limit::headers(60, 61, seconds, chrono::Utc::now());
        let fault = self
            .status(429)
            .header("content-type", "text/plain")
            .header("retry-after", seconds.to_string())
            .body("Retry later\n");
        headers
            .into_iter()
            .fold(fault, |fault, (name, value)| fault.header(name, value))
    }

    /// 429 as the project-jobs limiter answers: JSON, and no word on when to come back.
    pub fn too_many_requests(self) -> Self {
        self.status(429).body(crate::rate_limit::TOO_MANY)
    }

    /// Sends this status with a message that repeats the token of the request, as some proxies do.
    ///
    /// # Panics
    ///
    /// Panics if `status` is not between 100 and 999.
    pub fn echo_token(mut self, status: u16) -> Self {
        self.effects.body = Some(Replacement::EchoedToken);
        self.status(status)
    }

    /// 502 with the HTML of a proxy.
    pub fn bad_gateway(self) -> Self {
        let html = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1>\
                    </center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
        self.status(502)
            .header("content-type", "text/html")
            .body(html)
    }
}

/// What a fault does to a request and its answer.
#[derive(Debug, Clone, Default)]
pub(crate) struct Effects {
    pub(crate) reset: Option<Reset>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) body: Option<Replacement>,
    /// Each name replaces what the answer has of it.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) after_handling: bool,
    pub(crate) delay: Option<Duration>,
    pub(crate) pace: Pace,
    pub(crate) close: Option<Duration>,
}

/// When a connection is reset without an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reset {
    BeforeHandling,
    BeforeResponse,
}

/// A body in place of the true one.
#[derive(Debug, Clone)]
pub(crate) enum Replacement {
    Bytes(Bytes),
    Generated(u64),
    EchoedToken,
}

/// How a body is sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pace {
    pub(crate) delay: Option<Duration>,
    pub(crate) trickle: Option<(usize, Duration)>,
    /// Where the body stops short, and how.
    pub(crate) end: Option<(u64, End)>,
    /// Whether a body that is not longer than that is sent whole.
    pub(crate) spares_short_bodies: bool,
    pub(crate) chunked: bool,
}

/// How a body stops short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Stall,
    Cut,
    Reset,
}
