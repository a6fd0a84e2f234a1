//! The body of a response, read as it arrives.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use super::Head;
use crate::error::{Error, RequestContext};
use crate::http::Body;
use crate::http::headers::content_length;

/// The body of a response as it arrives: a [`Stream`] of its bytes, and an [`AsyncRead`] and [`AsyncBufRead`].
///
/// Only the chunk at hand is in memory, however long the body is. A body that ends before the length which the server
/// announced is an error.
pub struct Download {
    context: RequestContext,
    body: Body,
    chunk: Bytes,
    length: Option<u64>,
    position: u64,
    attempts: u32,
    ended: bool,
}

impl Download {
    pub(crate) fn new(context: RequestContext, head: &Head, body: Body) -> Self {
        Self {
            context,
            body,
            chunk: Bytes::new(),
            length: content_length(&head.headers),
            position: 0,
            attempts: head.attempts,
            ended: false,
        }
    }

    /// Returns the length of the body in bytes, if the server announced it. It does not announce that of a compressed
    /// body.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// Returns how many bytes were read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Returns the next bytes, or `None` at the end of the body.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection is lost, or if the server sends nothing for longer than the idle timeout.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// Returns the next bytes from the network, which are empty at the end.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Bytes, Error>> {
        if !self.ended {
            match ready!(self.body.poll_data(cx)) {
                Some(Ok(chunk)) => return Poll::Ready(Ok(chunk)),
                Some(Err(error)) => {
                    self.ended = true;
                    let error = self.context.add_to(error);
                    return Poll::Ready(Err(error.with_attempts(self.attempts)));
                }
                None => self.ended = true,
            }
        }
        Poll::Ready(Ok(Bytes::new()))
    }
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = match std::mem::take(&mut self.chunk) {
            chunk if chunk.is_empty() => ready!(self.poll_chunk(cx))?,
            chunk => chunk,
        };
        self.position += chunk.len() as u64;
        Poll::Ready((!chunk.is_empty()).then_some(Ok(chunk)))
    }
}

impl AsyncBufRead for Download {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        let log = self.get_mut();
        if log.chunk.is_empty() {
            log.chunk = ready!(log.poll_chunk(cx))?;
        }
        Poll::Ready(Ok(&log.chunk))
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        let log = self.get_mut();
        let taken = log.chunk.split_to(amount.min(log.chunk.len()));
        log.position += taken.len() as u64;
    }
}

impl AsyncRead for Download {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let chunk = ready!(self.as_mut().poll_fill_buf(cx))?;
        let amount = chunk.len().min(buffer.remaining());
        buffer.put_slice(&chunk[..amount]);
        self.consume(amount);
        Poll::Ready(Ok(()))
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("content_length", &self.length)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
