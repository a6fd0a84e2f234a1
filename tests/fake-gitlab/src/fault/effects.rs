//! The effects of a fault: on the connection, on the response, and on the pace of its body.

use std::time::Duration;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::header::{HeaderName, HeaderValue};

use super::Fault;

/// Effects.
impl Fault {
    /// Delays the head of the response.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.effects.delay = Some(delay);
        self
    }

    /// Delays the body after the head.
    pub fn delay_body(mut self, delay: Duration) -> Self {
        self.effects.pace.delay = Some(delay);
        self
    }

    /// Sends the body in pieces of `bytes` bytes, with a pause after each.
    pub fn trickle(mut self, bytes: usize, every: Duration) -> Self {
        self.effects.pace.trickle = Some((bytes.max(1), every));
        self
    }

    /// Stalls after this many bytes of the body, and keeps the connection open.
    pub fn stall_after(mut self, bytes: u64) -> Self {
        self.effects.pace.end = Some((bytes, End::Stall));
        self
    }

    /// Closes the connection after this many bytes of the body, fewer than `Content-Length` promises.
    pub fn cut_after(mut self, bytes: u64) -> Self {
        self.effects.pace.end = Some((bytes, End::Cut));
        self
    }

    /// Resets the connection (TCP RST) after this many bytes of the body, fewer than `Content-Length` promises.
    ///
    /// As on a real network, the last of them may be lost: at most 128 KiB that the client's side has not received yet.
    pub fn reset_after(mut self, bytes: u64) -> Self {
        self.effects.pace.end = Some((bytes, End::Reset));
        self
    }

    /// Sends a body whole if it is no longer than [`stall_after`](Self::stall_after), [`cut_after`](Self::cut_after) or
    /// [`reset_after`](Self::reset_after) allows, so that a client that resumes reaches the end. Without it such a body
    /// breaks off at its very end.
    pub fn spare_short_bodies(mut self) -> Self {
        self.effects.pace.spares_short_bodies = true;
        self
    }

    /// Sends the body in chunks, without `Content-Length`. With [`cut_after`](Self::cut_after), the last chunk is
    /// missing.
    pub fn chunked(mut self) -> Self {
        self.effects.pace.chunked = true;
        self
    }

    /// Resets the connection (TCP RST) once the request has been read, without carrying it out.
    pub fn reset_before_handling(mut self) -> Self {
        self.effects.reset = Some(Reset::BeforeHandling);
        self
    }

    /// Carries the request out, then resets the connection (TCP RST): a lost response.
    pub fn reset_before_response(mut self) -> Self {
        self.effects.reset = Some(Reset::BeforeResponse);
        self
    }

    /// Closes the connection as soon as the response is sent, without announcing it (`Connection: close`).
    pub fn close_after_response(self) -> Self {
        self.close_when_idle(Duration::ZERO)
    }

    /// Closes the connection this long after the response, unless another request is under way on it.
    pub fn close_when_idle(mut self, after: Duration) -> Self {
        self.effects.close = Some(after);
        self
    }

    /// Sends this status instead of carrying the request out. Without a [`body`](Self::body), an error has GitLab's
    /// usual one: `{"message":"500 Internal Server Error"}`.
    ///
    /// # Panics
    ///
    /// Panics if `status` is not between 100 and 999.
    pub fn status(mut self, status: u16) -> Self {
        self.effects.status = Some(StatusCode::from_u16(status).expect("a status from 100 to 999"));
        self
    }

    /// Sends this body instead of carrying the request out, with 200 and `application/json` unless
    /// [`status`](Self::status) and [`header`](Self::header) say otherwise.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.effects.body = Some(Replacement::Bytes(body.into()));
        self
    }

    /// Like [`body`](Self::body), with a body of this many bytes, generated while they are sent.
    pub fn generated_body(mut self, length: u64) -> Self {
        self.effects.body = Some(Replacement::Generated(length));
        self
    }

    /// Carries the request out before the other status or body is sent.
    pub fn after_handling(mut self) -> Self {
        self.effects.after_handling = true;
        self
    }

    /// Sets a header of the response, in place of any of that name. Repeat it for a header with several lines.
    ///
    /// # Panics
    ///
    /// Panics if the name or value is not valid in HTTP.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
        let value = HeaderValue::from_bytes(value.as_ref()).expect("a header value");
        self.effects.headers.push((name, value));
        self
    }

    /// Replaces the `Link` header of a page, for example by one with another host. Repeat it for several lines.
    pub fn link(self, value: &str) -> Self {
        self.header("link", value)
    }

    /// Redirects to `location`, absolute or relative, on this origin or another. The body is plain text.
    pub fn redirect(self, status: u16, location: &str) -> Self {
        self.status(status)
            .header("location", location)
            .header("content-type", "text/plain")
            .body(format!(
                "This resource has been moved permanently to {location}"
            ))
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
}

/// What a fault does to a request and its response.
#[derive(Debug, Clone, Default)]
pub(crate) struct Effects {
    pub(crate) reset: Option<Reset>,
    pub(crate) status: Option<StatusCode>,
    pub(crate) body: Option<Replacement>,
    /// Each name replaces the response's own headers of that name.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) after_handling: bool,
    pub(crate) delay: Option<Duration>,
    pub(crate) pace: Pace,
    pub(crate) close: Option<Duration>,
}

/// When a connection is reset without a response.
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
    /// Where the body breaks off, and how.
    pub(crate) end: Option<(u64, End)>,
    /// Whether a body no longer than that is sent whole.
    pub(crate) spares_short_bodies: bool,
    pub(crate) chunked: bool,
}

/// How a body breaks off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Stall,
    Cut,
    Reset,
}
