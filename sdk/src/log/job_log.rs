//! A job log as it arrives.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use super::Lines;
use crate::{Download, Error};

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
/// let mut log = client.get_job_log("group/project", 8).await?.into_inner();
/// let mut stdout = tokio::io::stdout();
/// while let Some(bytes) = log.try_next().await? {
///     stdout.write_all(&bytes).await?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct JobLog {
    download: Download,
}

impl JobLog {
    pub(crate) fn new(download: Download) -> Self {
        Self { download }
    }

    /// Returns the length of the log in bytes, if the server announces it.
    ///
    /// It does not for a compressed response, or while the job runs.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.download.content_length()
    }

    /// Returns how many bytes were read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.download.position()
    }

    /// Returns the next bytes, or `None` at the end of the log.
    ///
    /// # Errors
    ///
    /// Returns an error if the connection is lost, or if the server sends nothing for longer than the idle timeout.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        self.download.try_next().await
    }

    /// Returns the lines of the log as text.
    pub fn lines(self) -> Lines<Self> {
        Lines::new(self)
    }
}

impl Stream for JobLog {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.download).poll_next(cx)
    }
}

impl AsyncBufRead for JobLog {
    fn poll_fill_buf(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        Pin::new(&mut self.get_mut().download).poll_fill_buf(cx)
    }

    fn consume(self: Pin<&mut Self>, amount: usize) {
        Pin::new(&mut self.get_mut().download).consume(amount);
    }
}

impl AsyncRead for JobLog {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().download).poll_read(cx, buffer)
    }
}
