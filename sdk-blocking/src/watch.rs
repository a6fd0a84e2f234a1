//! Watching the jobs of a pipeline.

use std::fmt::Display;
use std::time::Duration;

use crate::runtime::Runtime;
use crate::types::PipelineStatus;
use crate::wait::poll_setters;
use crate::{Client, Error, JobChange, ProjectId};

impl Client {
    /// Watches a pipeline: yields its jobs and bridges in their current state, and then each one whose status changes,
    /// until nothing is left to run.
    ///
    /// ```no_run
    /// # let client = gitlab_jobs_blocking::Client::from_env()?;
    /// for change in client.watch_pipeline("group/project", 6) {
    ///     let change = change?;
    ///     println!("{} is {}", change.job.name(), change.job.status());
    /// }
    /// # Ok::<(), gitlab_jobs_blocking::Error>(())
    /// ```
    #[doc(alias = "monitor")]
    #[doc(alias = "poll")]
    pub fn watch_pipeline(
        &self,
        project: impl TryInto<ProjectId, Error: Display>,
        pipeline_id: u64,
    ) -> WatchPipeline {
        WatchPipeline {
            inner: self.inner.watch_pipeline(project, pipeline_id),
            runtime: self.runtime.clone(),
        }
    }
}

/// An iterator over the changes of a pipeline's jobs and bridges; see [`gitlab_jobs::WatchPipeline`].
#[derive(Debug)]
#[must_use = "nothing is sent until the iterator is advanced"]
pub struct WatchPipeline {
    inner: gitlab_jobs::WatchPipeline,
    runtime: Runtime,
}

impl WatchPipeline {
    poll_setters! {
        /// Sets how long to wait between two polls. The default is 5 seconds.
        interval(Duration),
        /// Sets whether to watch the downstream pipelines of bridges as well; see
        /// [`gitlab_jobs::WatchPipeline::follow_downstream`].
        follow_downstream(bool),
    }

    /// Returns what GitLab calls the pipeline, as of the last poll, or `None` before the first one. At the end, it is the
    /// result, as in [`JobSummary::status`](crate::JobSummary::status).
    #[must_use]
    pub fn pipeline_status(&self) -> Option<&PipelineStatus> {
        self.inner.pipeline_status()
    }
}

impl Iterator for WatchPipeline {
    type Item = Result<JobChange, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.runtime.next(&mut self.inner)
    }
}
