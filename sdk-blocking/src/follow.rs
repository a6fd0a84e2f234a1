//! Follows the log of a job while it runs.

use std::time::Duration;

use gitlab_jobs::Error;
use gitlab_jobs::log::LogChunk;

use crate::log::Lines;
use crate::runtime::Runtime;
use crate::wait::poll_setters;

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

    poll_setters! {
        /// Sets how long to wait between two polls of a growing log. The default is 1 s.
        interval(Duration),
        /// Sets the longest wait between two polls. The default is 15 s.
        max_interval(Duration),
        /// Sets whether to go on with the log of the run that replaces the job, if the job fails and is retried; see
        /// [`gitlab_jobs::FollowJobLog::follow_retries`].
        follow_retries(bool),
    }

    /// Returns the id of the run whose log is followed. It changes only with [`follow_retries`](Self::follow_retries).
    #[must_use]
    pub fn job_id(&self) -> u64 {
        self.inner.job_id()
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
