//! A body as it arrives, read up to a cap.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use http_body::Body as _;

use super::headers::content_length;
use super::idle::Idle;
use crate::error::{Error, ErrorKind};

/// An answer whose body is still to be read.
pub(crate) type Response = http::Response<Body>;

pub(crate) type Answer = (StatusCode, HeaderMap, Bytes);

/// No body makes us reserve more than this before it has arrived.
const LARGEST_RESERVATION: usize = 1 << 20;

/// A body as it arrives, which may not pause for longer than the idle timeout.
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

    /// The next bytes, never none of them.
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

/// Reads a whole body, as large as `limit` after decompression. An error keeps the first `kept` bytes.
pub(crate) async fn read(response: Response, limit: usize, kept: usize) -> Result<Answer, Error> {
    let (head, mut body) = response.into_parts();
    let announced = content_length(&head.headers).and_then(|length| usize::try_from(length).ok());
    let reserved = announced
        .unwrap_or_default()
        .min(limit)
        .min(LARGEST_RESERVATION);
    let mut read = BytesMut::with_capacity(reserved);
    let error = loop {
        match body.data().await {
            Ok(None) => return Ok((head.status, head.headers, read.freeze())),
            Ok(Some(data)) if data.len() <= limit - read.len() => read.extend_from_slice(&data),
            Ok(Some(_)) => break Error::new(ErrorKind::TooLarge { limit }),
            Err(error) => break error,
        }
    };
    read.truncate(kept);
    Err(error.answer(head.status, head.headers, read.freeze()))
}

/// Reads the first bytes of an error's body. What cannot be read, or not in time, is left out: the status matters more.
pub(crate) async fn read_start(response: Response, limit: usize, time: Duration) -> Answer {
    let (head, mut body) = response.into_parts();
    let mut start = BytesMut::new();
    let reading = async {
        while start.len() < limit
            && let Ok(Some(data)) = body.data().await
        {
            start.extend_from_slice(&data[..data.len().min(limit - start.len())]);
        }
    };
    // The time may run out on a body that trickles; what came by then is kept.
    let _ = tokio::time::timeout(time, reading).await;
    (head.status, head.headers, start.freeze())
}
