//! Waiting until a pipeline has nothing left to run.

use std::fmt::Display;
use std::pin::Pin;

use super::summary::LatestRuns;
use super::{JobSummary, WatchPipeline};
use crate::request::{Method, Operation, Tokens};
use crate::{Client, Error, ProjectId};

static OPERATION: Operation = Operation {
    id: "wait_for_pipeline",
    method: Method::GET,
    path: "/projects/{id}/pipelines/{pipeline_id}/jobs",
    tokens: Tokens::Any,
    fallback: None,
};

impl Client {
    /// Waits until a pipeline has nothing left to run, and returns a summary of its jobs.
    ///
    /// [`WatchPipeline`] describes when that is, including for manual jobs.
    ///
    /// ```no_run
    /// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
    /// use std::time::Duration;
    ///
    /// let summary = client.wait_for_pipeline("group/project", 6).deadline(Duration::from_secs(3600)).await?;
    /// println!("{summary}");
    /// for job in summary.failed() {
    ///     println!("{} failed: {}", job.name(), job.web_url());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_pipeline(
        &self,
        project: impl TryInto<ProjectId, Error: Display>,
        pipeline_id: u64,
    ) -> WaitForPipeline {
        let changes = self.watch_pipeline(project, pipeline_id);
        WaitForPipeline(changes.operation(&OPERATION))
    }
}

/// Waits until a pipeline has nothing left to run. [`WatchPipeline`] describes when that is, and what is retried.
#[derive(Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct WaitForPipeline(WatchPipeline);

impl WaitForPipeline {
    /// Sets how long to wait between two polls. The default is 5 seconds.
    pub fn interval(self, interval: std::time::Duration) -> Self {
        Self(self.0.interval(interval))
    }

    /// Sets the longest total time, counted from the first poll. By default, there is no deadline.
    pub fn deadline(self, deadline: std::time::Duration) -> Self {
        Self(self.0.deadline(deadline))
    }

    /// Waits, and returns the summary. Awaiting the builder does the same.
    ///
    /// # Errors
    ///
    /// Returns an error if the jobs cannot be read, if an unfinished job disappears, or if the deadline passes
    /// ([`Error::is_timeout`]).
    pub async fn send(self) -> Result<JobSummary, Error> {
        let mut changes = self.0;
        let mut latest = LatestRuns::default();
        while let Some(change) = changes.try_next().await? {
            latest.add(change.job);
        }
        Ok(latest.summary())
    }
}

impl IntoFuture for WaitForPipeline {
    type Output = Result<JobSummary, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
