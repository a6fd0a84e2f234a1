//! Waiting until jobs are finished.

use std::fmt::Display;
use std::time::Duration;

use crate::runtime::Runtime;
use crate::types::Job;
use crate::{Client, Error, JobSummary, ProjectId, Response};

impl Client {
    /// Waits until a job is finished, and returns it.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # let client = gitlab_jobs_blocking::Client::from_env()?;
    /// let job = client.wait_for_job("group/project", 8).deadline(Duration::from_secs(3600)).send()?;
    /// println!("{}", job.status);
    /// # Ok::<(), gitlab_jobs_blocking::Error>(())
    /// ```
    #[doc(alias = "poll")]
    pub fn wait_for_job(
        &self,
        project: impl TryInto<ProjectId, Error: Display>,
        job_id: u64,
    ) -> WaitForJob {
        WaitForJob {
            inner: self.inner.wait_for_job(project, job_id),
            runtime: self.runtime.clone(),
        }
    }

    /// Waits until several jobs of a project are finished, and returns a summary.
    ///
    /// ```no_run
    /// # let client = gitlab_jobs_blocking::Client::from_env()?;
    /// let summary = client.wait_for_jobs("group/project", [8, 9, 10]).send()?;
    /// println!("{summary}");
    /// # Ok::<(), gitlab_jobs_blocking::Error>(())
    /// ```
    pub fn wait_for_jobs(
        &self,
        project: impl TryInto<ProjectId, Error: Display>,
        job_ids: impl IntoIterator<Item = u64>,
    ) -> WaitForJobs {
        WaitForJobs {
            inner: self.inner.wait_for_jobs(project, job_ids),
            runtime: self.runtime.clone(),
        }
    }

    /// Waits until a pipeline has nothing left to run, and returns a summary of its jobs.
    ///
    /// ```no_run
    /// # let client = gitlab_jobs_blocking::Client::from_env()?;
    /// let summary = client.wait_for_pipeline("group/project", 6).send()?;
    /// for job in summary.failed() {
    ///     println!("{} failed: {}", job.name(), job.web_url());
    /// }
    /// # Ok::<(), gitlab_jobs_blocking::Error>(())
    /// ```
    pub fn wait_for_pipeline(
        &self,
        project: impl TryInto<ProjectId, Error: Display>,
        pipeline_id: u64,
    ) -> WaitForPipeline {
        WaitForPipeline {
            inner: self.inner.wait_for_pipeline(project, pipeline_id),
            runtime: self.runtime.clone(),
        }
    }
}

/// Writes the setters of a builder that polls, which set the options of the async one.
macro_rules! poll_setters {
    ($($(#[$doc:meta])* $setter:ident($argument:ty),)*) => {
        $(
            $(#[$doc])*
            pub fn $setter(self, $setter: $argument) -> Self {
                Self {
                    inner: self.inner.$setter($setter),
                    ..self
                }
            }
        )*

        /// Sets the longest total time, counted from the first poll. By default, there is no deadline.
        pub fn deadline(self, deadline: ::std::time::Duration) -> Self {
            Self {
                inner: self.inner.deadline(deadline),
                ..self
            }
        }

        /// Sets how long an outage is waited out, counted from the first poll that failed. The default is 15 minutes
        /// or, if there is a [`deadline`](Self::deadline), until then; see [`gitlab_jobs::WaitForJob::max_outage`].
        pub fn max_outage(self, max_outage: ::std::time::Duration) -> Self {
            Self {
                inner: self.inner.max_outage(max_outage),
                ..self
            }
        }

        /// Sets how long GitLab is given to retry a failed job by itself, before the failure counts as the end. The
        /// default is 5 s; see [`gitlab_jobs::WaitForJob::settle_time`].
        pub fn settle_time(self, settle_time: ::std::time::Duration) -> Self {
            Self {
                inner: self.inner.settle_time(settle_time),
                ..self
            }
        }
    };
}
pub(crate) use poll_setters;

macro_rules! wait {
    ($name:ident, $output:ty, $what:literal, { $($setters:tt)* }) => {
        #[doc = concat!("Waits until ", $what, "; see [`gitlab_jobs::", stringify!($name), "`].")]
        #[derive(Debug)]
        #[must_use = "nothing is sent until `send`"]
        pub struct $name {
            inner: gitlab_jobs::$name,
            runtime: Runtime,
        }

        impl $name {
            poll_setters! {
                /// Sets how long to wait between two polls. The default is 5 seconds.
                interval(Duration),
                $($setters)*
            }

            /// Waits.
            ///
            /// # Errors
            ///
            /// Returns an error if a job cannot be read, or if the deadline passes ([`Error::is_timeout`]).
            pub fn send(self) -> Result<$output, Error> {
                self.runtime.block_on(self.inner.send())
            }
        }
    };
}

wait!(WaitForJob, Response<Job>, "a job is finished", {
    /// Sets whether to go on with the run that replaces the job, if the job fails and is retried; see
    /// [`gitlab_jobs::WaitForJob::follow_retries`].
    follow_retries(bool),
});
wait!(WaitForJobs, JobSummary, "several jobs are finished", {});
wait!(WaitForPipeline, JobSummary, "a pipeline has nothing left to run", {
    /// Sets whether to wait for the downstream pipelines of bridges as well; see
    /// [`gitlab_jobs::WaitForPipeline::follow_downstream`].
    follow_downstream(bool),
});
