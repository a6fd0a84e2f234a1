//! Logs of jobs.

use gitlab_jobs::__private::{Chunk, LineSplitter};
pub use gitlab_jobs::log::{
    LogChunk, strip_ansi, strip_except_colors, strip_section_markers, strip_timestamp,
};

pub use crate::download::JobLog;

use crate::Error;

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

    /// Returns the underlying iterator, which knows its position and how often the log started over.
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
