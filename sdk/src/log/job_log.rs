//! A job log as it arrives.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use super::Lines;
use crate::Error;
use crate::http::headers::content_length;
use crate::http::{Body, Operation};
use crate::response::Head;

/// A job log as it arrives: a [`Stream`] of [`Bytes`] that also implements [`AsyncRead`] and [`AsyncBufRead`].
///
/// Only the current chunk is held in memory, however long the log is. The bytes are those that the runner wrote, including
/// ANSI codes, section markers, and whatever is not UTF-8; [`lines`](Self::lines) converts them to text. A log that ends
/// before the announced length is an error, never a short log.
///
/// ```no_run
/// use tokio::io::AsyncWriteExt;
///
/// # async fn example(client: gitlab_jobs::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let mut log = client.get_job_log().id("group/project").job_id(8).await?.into_inner();
/// let mut stdout = tokio::io::stdout();
/// while let Some(bytes) = log.try_next().await? {
///     stdout.write_all(&bytes).await?;
/// }
/// # Ok(())
/// # }
/// ```
pub struct JobLog {
    operation: Operation,
    body: Body,
    chunk: Bytes,
    length: Option<u64>,
    position: u64,
    attempts: u32,
    ended: bool,
}

impl JobLog {
    pub(crate) fn new(operation: Operation, head: &Head, body: Body) -> Self {
        Self {
            operation,
            body,
            chunk: Bytes::new(),
            length: content_length(&head.headers),
            position: 0,
            attempts: head.attempts,
            ended: false,
        }
    }

    /// Returns the length of the log in bytes, if the server announces it.
    ///
    /// It does not for a compressed response, or while the job runs.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// Returns how many bytes were read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Returns the next bytes, or `None` at the end of the log.
    ///
    /// It does the same as `TryStreamExt::try_next`, without the need for another crate.
    ///
    /// # Errors
    ///
    /// Returns the error that the stream yields.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// Returns the lines of the log as text; see [`Lines`].
    pub fn lines(self) -> Lines<Self> {
        Lines::new(self)
    }

    /// Returns the next bytes from the network, none at the end.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Bytes, Error>> {
        if !self.ended {
            match ready!(self.body.poll_data(cx)) {
                Some(Ok(chunk)) => return Poll::Ready(Ok(chunk)),
                Some(Err(error)) => {
                    self.ended = true;
                    let error = error.operation(&self.operation);
                    return Poll::Ready(Err(error.with_attempts(self.attempts)));
                }
                None => self.ended = true,
            }
        }
        Poll::Ready(Ok(Bytes::new()))
    }
}

impl Stream for JobLog {
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

impl AsyncBufRead for JobLog {
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

impl AsyncRead for JobLog {
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

impl fmt::Debug for JobLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobLog")
            .field("content_length", &self.length)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
