//! Job logs: as they arrive, or line by line.

use std::io::{self, BufRead, Read};

use gitlab_jobs::__private::{Chunk, LineSplitter};
use gitlab_jobs::Bytes;
pub use gitlab_jobs::log::{LogChunk, strip_ansi, strip_section_markers, strip_timestamp};

use crate::Error;
use crate::runtime::Runtime;

/// A job log as it arrives: an iterator over [`Bytes`] that also implements [`Read`] and [`BufRead`].
///
/// Only the current chunk is held in memory, however long the log is. A log that ends before the announced length is an
/// error, never a short log.
///
/// ```no_run
/// # let client = gitlab_jobs_blocking::Client::from_env()?;
/// let mut log = client.get_job_log().id("group/project").job_id(8).send()?.into_inner();
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
    pub(crate) fn new(inner: gitlab_jobs::log::JobLog, runtime: Runtime) -> Self {
        Self {
            inner,
            runtime,
            chunk: Bytes::new(),
        }
    }

    /// Returns the length of the log in bytes, if the server announces it.
    #[must_use]
    pub fn content_length(&self) -> Option<u64> {
        self.inner.content_length()
    }

    /// Returns how many bytes were read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.inner.position() - self.chunk.len() as u64
    }

    /// Returns the lines of the log as text; see [`Lines`].
    ///
    /// Unlike those of [`BufRead`], they accept bytes that are not UTF-8.
    pub fn lines(self) -> Lines<Self> {
        Lines::new(self)
    }
}

impl BufRead for JobLog {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.chunk.is_empty() {
            self.chunk = self
                .runtime
                .next(&mut self.inner)
                .transpose()?
                .unwrap_or_default();
        }
        Ok(&self.chunk)
    }

    fn consume(&mut self, amount: usize) {
        let _ = self.chunk.split_to(amount.min(self.chunk.len()));
    }
}

impl Read for JobLog {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let amount = self.fill_buf()?.read(buffer)?;
        self.consume(amount);
        Ok(amount)
    }
}

impl Iterator for JobLog {
    type Item = Result<Bytes, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match std::mem::take(&mut self.chunk) {
            chunk if chunk.is_empty() => self.runtime.next(&mut self.inner),
            chunk => Some(Ok(chunk)),
        }
    }
}

/// An iterator over the lines of a log; see [`gitlab_jobs::log::Lines`].
#[derive(Debug)]
#[must_use = "nothing is read until the iterator is advanced"]
pub struct Lines<I> {
    chunks: I,
    splitter: LineSplitter,
}

impl<I> Lines<I> {
    pub(crate) fn new(chunks: I) -> Self {
        Self {
            chunks,
            splitter: LineSplitter::default(),
        }
    }

    /// Returns the iterator that the lines are read from, which knows its position and how often the log started over.
    pub fn get_ref(&self) -> &I {
        &self.chunks
    }
}

impl<I, C> Iterator for Lines<I>
where
    I: Iterator<Item = Result<C, Error>>,
    C: Chunk,
{
    type Item = Result<String, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(line) = self.splitter.line() {
                return Some(line);
            }
            if self.splitter.is_ended() {
                return None;
            }
            self.splitter.take(self.chunks.next());
        }
    }
}
