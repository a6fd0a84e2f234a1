//! Follows the log of a job while it runs.

use std::time::Duration;

use gitlab_jobs::Error;
use gitlab_jobs::log::LogChunk;

use crate::log::Lines;
use crate::runtime::Runtime;

/// An iterator over the new bytes of a job log; see [`gitlab_jobs::FollowJobLog`].
#[derive(Debug)]
#[must_use = "nothing is sent until the iterator is advanced"]
pub struct FollowJobLog {
    inner: gitlab_jobs::FollowJobLog,
    runtime: Runtime,
}

impl FollowJobLog {
    pub(crate) fn new(inner: gitlab_jobs::FollowJobLog, runtime: Runtime) -> Self {
        Self { inner, runtime }
    }

    /// Sets how long to wait between two polls of a growing log. The default is 1 s.
    pub fn interval(self, interval: Duration) -> Self {
        Self {
            inner: self.inner.interval(interval),
            ..self
        }
    }

    /// Sets the longest wait between two polls. The default is 15 s.
    pub fn max_interval(self, max_interval: Duration) -> Self {
        Self {
            inner: self.inner.max_interval(max_interval),
            ..self
        }
    }

    /// Sets how long to follow at most, from the first poll on. There is no deadline by default.
    pub fn deadline(self, deadline: Duration) -> Self {
        Self {
            inner: self.inner.deadline(deadline),
            ..self
        }
    }

    /// Returns how many bytes of the log were yielded since it last started over.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.inner.position()
    }

    /// Returns how many times the log started over.
    #[must_use]
    pub fn restarts(&self) -> u32 {
        self.inner.restarts()
    }

    /// Returns the new lines as text; see [`Lines`].
    pub fn lines(self) -> Lines<Self> {
        Lines::new(self)
    }
}

impl Iterator for FollowJobLog {
    type Item = Result<LogChunk, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.runtime.next(&mut self.inner)
    }
}
