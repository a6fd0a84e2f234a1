//! Watching the jobs of a pipeline.

mod watcher;

use std::fmt::{self, Display};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;

use self::watcher::Watcher;
use super::PipelineJob;
use super::unfold::Unfold;
use crate::request::Operation;
use crate::types::JobStatus;
use crate::value::ParsedProjectId;
use crate::{Client, Error, ProjectId};

impl Client {
    /// Watches a pipeline: yields its jobs and bridges in their current state, and then each one whose status changes,
    /// until nothing is left to run.
    ///
    /// ```no_run
    /// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
    /// let mut changes = client.watch_pipeline("group/project", 6);
    /// while let Some(change) = changes.try_next().await? {
    ///     println!("{} is {}", change.job.name(), change.job.status());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "monitor")]
    #[doc(alias = "poll")]
    pub fn watch_pipeline(
        &self,
        project: impl TryInto<ProjectId, Error: Display>,
        pipeline_id: u64,
    ) -> WatchPipeline {
        let project = ParsedProjectId::new(project);
        let jobs = self.list_pipeline_jobs(project.clone(), pipeline_id);
        let bridges = self.list_pipeline_bridges(project, pipeline_id);
        WatchPipeline(Unfold::new(Watcher::new(jobs, bridges)))
    }
}

/// A [`Stream`] of the changes of a pipeline's jobs and bridges.
///
/// It begins with all of them in the order of their ids, and then yields each change of status that a poll finds. A
/// status that begins and ends between two polls is not seen. A job that is retried appears under its new id, with
/// [`retry_of`](JobChange::retry_of).
///
/// # When it ends
///
/// The stream ends when nothing is left that runs by itself:
///
/// - `success`, `failed`, `canceled` and `skipped` are finished.
/// - A `manual` job waits for someone to play it, and the stream does not wait for that.
/// - A `scheduled` job starts at its time, and the stream waits for it.
/// - A `created` job waits for other jobs. While one of those can still run, the stream continues. If none can, and
///   there is a manual job that it may be waiting for, the stream ends once 3 polls in a row have found the same,
///   because GitLab takes a moment to start the next jobs.
/// - With any other status, even an unknown one, the stream continues.
///
/// The stream also waits for an unfinished job that is missing from a poll. If it is missing from 5 polls in a row, the
/// stream ends with an error.
///
/// Once the last change has been read, another poll confirms the end, so that a program can retry a failed job before it
/// requests the next change, and continue to watch. A job that watches its own pipeline waits for itself. A
/// [`deadline`](Self::deadline) ends every wait.
///
/// # Requests
///
/// A poll requests each page of the pipeline's jobs and of its bridges once, with 100 items per page. A failed poll is
/// retried. After 5 in a row, each with the retries of the client, the stream ends with the error.
#[must_use = "nothing is sent until the stream is polled"]
pub struct WatchPipeline(Unfold<Watcher, JobChange>);

/// A job or bridge that was seen for the first time, or whose status has changed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct JobChange {
    /// The job or bridge in its current state.
    pub job: PipelineJob,
    /// The status at the previous poll, or `None` if the job is seen for the first time.
    pub previous_status: Option<JobStatus>,
    /// The id of the run that this one replaces, if it is a retry.
    pub retry_of: Option<u64>,
}

impl WatchPipeline {
    /// Sets how long to wait between two polls. The default is 5 seconds.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.0.adjust(|watcher| watcher.options.interval = interval);
        self
    }

    /// Sets the longest total time, counted from the first poll. By default, there is no deadline.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.0
            .adjust(|watcher| watcher.options.deadline = Some(deadline));
        self
    }

    pub(super) fn operation(mut self, operation: &'static Operation) -> Self {
        self.0.adjust(|watcher| watcher.operation = operation);
        self
    }

    /// Returns the next change, or `None` at the end of the stream. Equivalent to `TryStreamExt::try_next`, but needs no
    /// other crate.
    ///
    /// # Errors
    ///
    /// Returns an error if the jobs cannot be read, if an unfinished job disappears, or if the deadline passes
    /// ([`Error::is_timeout`]). It ends the stream.
    pub async fn try_next(&mut self) -> Result<Option<JobChange>, Error> {
        std::future::poll_fn(|cx| self.0.poll_next(cx))
            .await
            .transpose()
    }
}

impl Stream for WatchPipeline {
    type Item = Result<JobChange, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_next(cx)
    }
}

impl fmt::Debug for WatchPipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchPipeline").finish_non_exhaustive()
    }
}
