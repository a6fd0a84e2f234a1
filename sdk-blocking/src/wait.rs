//! Waiting until a job is finished.

use std::time::Duration;

use gitlab_jobs::types::Job;
use gitlab_jobs::{Error, Response};

use crate::runtime::Runtime;

/// Waits until a job is finished; see [`gitlab_jobs::WaitForJob`].
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until `send` is called"]
pub struct WaitForJob {
    inner: gitlab_jobs::WaitForJob,
    runtime: Runtime,
}

impl WaitForJob {
    pub(crate) fn new(inner: gitlab_jobs::WaitForJob, runtime: Runtime) -> Self {
        Self { inner, runtime }
    }

    /// Sets how long to wait between two polls. The default is 5 s.
    pub fn interval(self, interval: Duration) -> Self {
        Self {
            inner: self.inner.interval(interval),
            ..self
        }
    }

    /// Sets how long to wait at most, from the first poll on. There is no deadline by default.
    pub fn deadline(self, deadline: Duration) -> Self {
        Self {
            inner: self.inner.deadline(deadline),
            ..self
        }
    }

    /// Waits, and returns the finished job.
    ///
    /// # Errors
    ///
    /// Returns an error if the project id is invalid, if the job cannot be requested even with the client's retries, or if
    /// the deadline passes ([`Error::is_timeout`]).
    pub fn send(self) -> Result<Response<Job>, Error> {
        self.runtime.block_on(self.inner.send())
    }
}
