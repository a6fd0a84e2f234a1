//! Response bodies: read as they arrive, up to a limit.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::Body as _;

use super::idle::Idle;
use crate::error::{Error, ErrorKind};
use crate::headers::content_length;

/// A response whose body is still to be read.
pub(crate) type Incoming = http::Response<Body>;

/// The most bytes reserved for a body before it arrives, whatever length is announced.
const LARGEST_RESERVATION: usize = 1 << 20;

/// A body as it arrives, without pauses longer than the idle timeout.
pub(crate) struct Body {
    inner: reqwest::Body,
    idle: Idle,
}

impl Body {
    pub(crate) fn new(inner: reqwest::Body, idle_timeout: Duration) -> Self {
        Self {
            inner,
            idle: Idle::new(idle_timeout),
        }
    }

    /// Returns the next bytes, at least one, or `None` at the end of the body.
    pub(crate) fn poll_data(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        loop {
            let polled = Pin::new(&mut self.inner).poll_frame(cx);
            let frame = match ready!(self.idle.watch(cx, polled)) {
                Ok(None) => return Poll::Ready(None),
                Ok(Some(Ok(frame))) => frame,
                Ok(Some(Err(error))) => return Poll::Ready(Some(Err(Error::from_reqwest(error)))),
                Err(error) => return Poll::Ready(Some(Err(error))),
            };
            // Trailers have no data.
            if let Ok(data) = frame.into_data()
                && !data.is_empty()
            {
                return Poll::Ready(Some(Ok(data)));
            }
        }
    }

    async fn data(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|cx| self.poll_data(cx))
            .await
            .transpose()
    }
}

/// Reads a whole body of at most `limit` bytes after decompression. An error keeps the first `kept` bytes.
pub(super) async fn read(
    response: Incoming,
    limit: usize,
    kept: usize,
) -> Result<http::Response<Bytes>, Error> {
    let (head, mut body) = response.into_parts();
    let announced = content_length(&head.headers).and_then(|length| usize::try_from(length).ok());
    let reserved = announced
        .unwrap_or_default()
        .min(limit)
        .min(LARGEST_RESERVATION);
    let mut read = BytesMut::with_capacity(reserved);
    let error = loop {
        match body.data().await {
            Ok(None) => return Ok(http::Response::from_parts(head, read.freeze())),
            Ok(Some(data)) if data.len() <= limit - read.len() => read.extend_from_slice(&data),
            Ok(Some(_)) => break Error::new(ErrorKind::TooLarge { limit }),
            Err(error) => break error,
        }
    };
    read.truncate(kept);
    Err(error.with_response(head.status, head.headers, read.freeze()))
}

/// Reads the first bytes of an error's body within `time`. Whatever does not arrive in time is left out, since the
/// status matters more.
pub(super) async fn read_start(
    response: Incoming,
    limit: usize,
    time: Duration,
) -> http::Response<Bytes> {
    let (head, mut body) = response.into_parts();
    let mut start = BytesMut::new();
    let reading = async {
        while start.len() < limit
            && let Ok(Some(data)) = body.data().await
        {
            start.extend_from_slice(&data[..data.len().min(limit - start.len())]);
        }
    };
    // A slow body may never be idle for long enough to time out, so its total time is limited, and the bytes so far are
    // kept.
    let _ = tokio::time::timeout(time, reading).await;
    http::Response::from_parts(head, start.freeze())
}
