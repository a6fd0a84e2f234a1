//! Bodies of responses, read as they arrive.

use std::io::{self, BufRead, Read};

use gitlab_jobs::Bytes;

use crate::Error;
use crate::log::Lines;
use crate::runtime::Runtime;

/// A job's log as it arrives: [`Read`] and [`BufRead`], and an iterator over its chunks.
///
/// Only the current chunk is in memory, however long the log is. It is requested uncompressed. A log that ends before its
/// announced length is an error. After a lost connection or an idle timeout, the log is resumed where it broke off; see
/// [`gitlab_jobs::log::JobLog`].
///
/// ```no_run
/// # let client = gitlab_jobs_blocking::Client::from_env()?;
/// let mut log = client.get_job_log("group/project", 8).send()?.into_inner();
/// std::io::copy(&mut log, &mut std::io::stdout())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct JobLog {
    inner: gitlab_jobs::log::JobLog,
    runtime: Runtime,
    chunk: Bytes,
}

impl JobLog {
    /// Sets whether the log is resumed after a lost connection or an idle timeout. On by default.
    #[must_use]
    pub fn resume(self, resume: bool) -> Self {
        Self {
            inner: self.inner.resume(resume),
            ..self
        }
    }

    /// Returns the number of attempts so far: those until the log began to arrive, and those to resume it.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.inner.attempts()
    }

    /// Returns the lines of the log as text. Unlike those of [`BufRead`], they accept any bytes.
    pub fn lines(self) -> Lines<Self> {
        Lines::new(self)
    }
}

/// The body of a response as it arrives: [`Read`] and [`BufRead`], and an iterator over its chunks.
///
/// Only the current chunk is in memory, however long the body is. A body that ends before its announced length is an
/// error.
#[derive(Debug)]
pub struct Download {
    inner: gitlab_jobs::Download,
    runtime: Runtime,
    chunk: Bytes,
}

macro_rules! reader {
    ($name:ident, $inner:ty) => {
        impl $name {
            pub(crate) fn new(inner: $inner, runtime: Runtime) -> Self {
                Self {
                    inner,
                    runtime,
                    chunk: Bytes::new(),
                }
            }

            /// Returns the length in bytes, if the server announced it.
            #[must_use]
            pub fn content_length(&self) -> Option<u64> {
                self.inner.content_length()
            }

            /// Returns how many bytes were read.
            #[must_use]
            pub fn position(&self) -> u64 {
                self.inner.position() - self.chunk.len() as u64
            }
        }

        impl BufRead for $name {
            fn fill_buf(&mut self) -> io::Result<&[u8]> {
                if self.chunk.is_empty() {
                    let next = self.runtime.next(&mut self.inner).transpose()?;
                    self.chunk = next.unwrap_or_default();
                }
                Ok(&self.chunk)
            }

            fn consume(&mut self, amount: usize) {
                let _ = self.chunk.split_to(amount.min(self.chunk.len()));
            }
        }

        impl Read for $name {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let amount = self.fill_buf()?.read(buffer)?;
                self.consume(amount);
                Ok(amount)
            }
        }

        impl Iterator for $name {
            type Item = Result<Bytes, Error>;

            fn next(&mut self) -> Option<Self::Item> {
                match std::mem::take(&mut self.chunk) {
                    chunk if chunk.is_empty() => self.runtime.next(&mut self.inner),
                    chunk => Some(Ok(chunk)),
                }
            }
        }
    };
}

reader!(JobLog, gitlab_jobs::log::JobLog);
reader!(Download, gitlab_jobs::Download);
