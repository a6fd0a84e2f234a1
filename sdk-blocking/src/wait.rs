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

macro_rules! wait {
    ($name:ident, $output:ty, $what:literal) => {
        #[doc = concat!("Waits until ", $what, "; see [`gitlab_jobs::", stringify!($name), "`].")]
        #[derive(Debug)]
        #[must_use = "nothing is sent until `send`"]
        pub struct $name {
            inner: gitlab_jobs::$name,
            runtime: Runtime,
        }

        impl $name {
            /// Sets how long to wait between two polls. The default is 5 seconds.
            pub fn interval(self, interval: Duration) -> Self {
                Self {
                    inner: self.inner.interval(interval),
                    ..self
                }
            }

            /// Sets the longest total time, counted from the first poll. By default, there is no deadline.
            pub fn deadline(self, deadline: Duration) -> Self {
                Self {
                    inner: self.inner.deadline(deadline),
                    ..self
                }
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

wait!(WaitForJob, Response<Job>, "a job is finished");
wait!(WaitForJobs, JobSummary, "several jobs are finished");
wait!(
    WaitForPipeline,
    JobSummary,
    "a pipeline has nothing left to run"
);
