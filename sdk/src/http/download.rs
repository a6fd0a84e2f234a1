//! The body of a response, read as it arrives.

use std::fmt;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use super::Body;
use super::buffered::{Buffered, Chunks, readable};
use crate::Error;
use crate::headers::content_length;
use crate::request::RequestContext;
use crate::response::Head;

/// The body of a response as it arrives: a [`Stream`](futures_core::Stream) of its bytes, and an
/// [`AsyncRead`](tokio::io::AsyncRead) and [`AsyncBufRead`](tokio::io::AsyncBufRead).
///
/// Only the current chunk is in memory, however long the body is. A body that ends before its announced length is an
/// error.
pub struct Download {
    body: Buffered<Received>,
    length: Option<u64>,
}

struct Received {
    context: RequestContext,
    body: Body,
    attempts: u32,
    ended: bool,
}

impl Download {
    pub(crate) fn new(context: RequestContext, head: &Head, body: Body) -> Self {
        Self {
            body: Buffered::new(Received {
                context,
                body,
                attempts: head.attempts,
                ended: false,
            }),
            length: content_length(&head.headers),
        }
    }

    /// Returns the length of the body in bytes, if the server announced it. It announces none for a compressed body.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// Returns how many bytes were read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.body.position()
    }

    /// Returns the next bytes, or `None` at the end of the body.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection is lost, or if the server sends nothing for longer than the idle timeout.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|cx| self.body.poll_next(cx))
            .await
            .transpose()
    }
}

impl Chunks for Received {
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

readable!(Download);

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("content_length", &self.length)
            .field("position", &self.position())
            .finish_non_exhaustive()
    }
}
