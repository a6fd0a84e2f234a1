//! Waiting until a pipeline has nothing left to run.

use std::fmt::Display;
use std::pin::Pin;

use super::options::{PollOptions, poll_setters};
use super::summary::LatestRuns;
use super::{JobSummary, WatchPipeline};
use crate::request::{Method, Operation, Tokens};
use crate::value::ParsedProjectId;
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
        let project = ParsedProjectId::new(project);
        let changes = WatchPipeline::new(self, &OPERATION, project, pipeline_id);
        WaitForPipeline(changes)
    }
}

/// Waits until a pipeline has nothing left to run. [`WatchPipeline`] describes when that is, how the end is confirmed, and
/// what is survived for how long. The [status](JobSummary::status) of the summary is what GitLab calls the pipeline.
#[derive(Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct WaitForPipeline(WatchPipeline);

impl WaitForPipeline {
    poll_setters!("5 seconds");

    /// Sets whether to wait for the downstream pipelines of bridges as well, in whatever project they are, through all
    /// levels. By default, a bridge is waited for like a job; see [`WatchPipeline::follow_downstream`].
    ///
    /// The summary then holds the jobs of all these pipelines, and it is a success only if every one of them is.
    pub fn follow_downstream(self, follow_downstream: bool) -> Self {
        Self(self.0.follow_downstream(follow_downstream))
    }

    fn adjust(self, change: impl FnOnce(&mut PollOptions)) -> Self {
        Self(self.0.adjust(change))
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
            latest.add(Some(change.pipeline_id), change.job);
        }
        Ok(latest.summary_of(changes.into_results()))
    }
}

impl IntoFuture for WaitForPipeline {
    type Output = Result<JobSummary, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
