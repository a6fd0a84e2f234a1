//! A job log as it arrives.

use std::fmt;

use bytes::Bytes;

use super::Lines;
use super::reader::LogReader;
use super::resume::Resumable;
use crate::headers::content_length;
use crate::http::{Buffered, readable};
use crate::request::Request;
use crate::{Client, Error, Response};

impl Client {
    /// Sends a request, and returns the log in its response as it arrives.
    pub(crate) async fn open_log(&self, request: Request) -> Result<Response<JobLog>, Error> {
        let response = LogReader::open(self, request).await?;
        let (attempts, length) = (response.attempts(), content_length(response.headers()));
        Ok(response.map(|reader| JobLog {
            body: Buffered::new(Resumable::new(reader, attempts)),
            length,
        }))
    }
}

/// A job log as it arrives: a [`Stream`](futures_core::Stream) of [`Bytes`] that also implements
/// [`AsyncRead`](tokio::io::AsyncRead) and [`AsyncBufRead`](tokio::io::AsyncBufRead).
///
/// Only the current chunk is held in memory, however long the log is. The bytes are those that the runner wrote,
/// including ANSI codes, section markers, and invalid UTF-8; [`lines`](Self::lines) converts them to text. A log is
/// requested uncompressed, so that it can be resumed at any byte. One that ends before its announced length is an error.
///
/// # Resuming
///
/// If the connection is lost, or the server sends nothing for longer than the idle timeout, the log is resumed where it
/// broke off, as often and after such waits as the client's [`RetryPolicy`](crate::RetryPolicy) specifies. The count of
/// attempts is reset whenever new bytes have arrived. [`resume`](Self::resume) can turn resuming off.
///
/// If the server supports it, only the missing bytes are requested: by `byte_offset` since GitLab 19, or by `Range` and
/// `If-Range` from a front-end that sent a strong `ETag`. Other servers send the log from its beginning again, and the
/// bytes already read are skipped. If the log has grown in the meantime, the new bytes are included.
///
/// If the log has changed, the result is an error ([`Error::is_log_changed`]). This is checked by the first and the
/// last 512 bytes that were read, or, if the server sends the whole log, by a checksum (of the first 8 MiB, and then of
/// the first KiB of every 64 KiB).
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
pub struct JobLog {
    body: Buffered<Resumable>,
    length: Option<u64>,
}

impl JobLog {
    /// Sets whether the log is resumed after a lost connection or an idle timeout. On by default.
    #[must_use]
    pub fn resume(mut self, resume: bool) -> Self {
        self.body.chunks.enable(resume);
        self
    }

    /// Returns the length of the log in bytes, if the server announces it.
    ///
    /// It announces none for a compressed response, or while the job runs.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.length
    }

    /// Returns how many bytes were read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.body.position()
    }

    /// Returns the number of attempts so far: those until the log began to arrive, and those to resume it.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.body.chunks.attempts()
    }

    /// Returns the next bytes, or `None` at the end of the log.
    ///
    /// # Errors
    ///
    /// Returns an error if the log breaks off and cannot be resumed: the attempts are exhausted, the log has changed,
    /// or resuming is turned off.
    pub async fn try_next(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|cx| self.body.poll_next(cx))
            .await
            .transpose()
    }

    /// Returns the lines of the log as text.
    pub fn lines(self) -> Lines<Self> {
        Lines::new(self)
    }
}

readable!(JobLog);

impl fmt::Debug for JobLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobLog")
            .field("content_length", &self.length)
            .field("position", &self.position())
            .field("attempts", &self.attempts())
            .finish_non_exhaustive()
    }
}
