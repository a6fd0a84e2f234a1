//! Watching the jobs of a pipeline.

mod watched;
mod watcher;

use std::fmt::{self, Display};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use self::watcher::{Event, Watcher};
use super::PipelineJob;
use super::options::{PollOptions, poll_setters};
use super::summary::{PipelineResult, status_of};
use super::unfold::Unfold;
use crate::request::{Method, Operation, Tokens};
use crate::types::{JobStatus, PipelineStatus};
use crate::value::ParsedProjectId;
use crate::{Client, Error, ProjectId};

static OPERATION: Operation = Operation {
    id: "watch_pipeline",
    method: Method::GET,
    path: "/projects/{id}/pipelines/{pipeline_id}/jobs",
    tokens: Tokens::Any,
    fallback: None,
};

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
        WatchPipeline::new(self, &OPERATION, ParsedProjectId::new(project), pipeline_id)
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
///   there is a manual job that it may be waiting for, the stream ends.
/// - With any other status, even an unknown one, the stream continues.
/// - A pipeline without jobs, such as one whose configuration is invalid, is requested itself. The stream ends if its
///   status is final, and continues if jobs are still to come.
///
/// Another poll confirms the end, so that a program can retry a failed job before it requests the next change, and
/// continue to watch. If a job has failed, which GitLab may be about to retry by itself, that poll is sent after the
/// [`settle_time`](Self::settle_time), 5 s by default. As long as GitLab reports that the pipeline is still running, it is
/// given four times as long. At the end, [`pipeline_status`](Self::pipeline_status) returns what GitLab calls the result.
///
/// The stream also waits for an unfinished job that is missing from a poll. If it is missing from 5 polls in a row, over at
/// least the settle time, the stream ends with an error.
///
/// A job that watches its own pipeline waits for itself. A [`deadline`](Self::deadline) ends every wait.
///
/// # What it survives
///
/// A poll that fails for a reason that passes is repeated, each time with the client's retries, for up to 15 minutes or
/// until the deadline; see [`max_outage`](Self::max_outage). A 404 is repeated for up to 5 s, since a new pipeline can be
/// unknown to a part of the servers for a moment. Any other error ends the stream.
///
/// # Requests
///
/// A poll requests each page of the pipeline's jobs and of its bridges once, with 100 items per page.
#[must_use = "nothing is sent until the stream is polled"]
pub struct WatchPipeline {
    events: Unfold<Watcher, Event>,
    status: Option<PipelineStatus>,
    results: Vec<PipelineResult>,
}

/// A job or bridge that was seen for the first time, or whose status has changed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct JobChange {
    /// The job or bridge in its current state.
    pub job: PipelineJob,
    /// The id of the pipeline, which is a downstream one only with
    /// [`follow_downstream`](WatchPipeline::follow_downstream).
    pub pipeline_id: u64,
    /// The status at the previous poll, or `None` if the job is seen for the first time.
    pub previous_status: Option<JobStatus>,
    /// The id of the run that this one replaces, if it is a retry.
    pub retry_of: Option<u64>,
}

impl WatchPipeline {
    pub(super) fn new(
        client: &Client,
        operation: &'static Operation,
        project: ParsedProjectId,
        pipeline_id: u64,
    ) -> Self {
        Self {
            events: Unfold::new(Watcher::new(client, operation, project, pipeline_id)),
            status: None,
            results: Vec::new(),
        }
    }

    poll_setters!("5 seconds");

    /// Sets whether to watch the downstream pipelines of bridges as well, in whatever project they are, through all levels.
    /// By default, a bridge is watched like a job. Its status is that of its downstream pipeline only if it has
    /// `strategy: depend`.
    ///
    /// The stream then ends when all of these pipelines do. A pipeline that was started by a run of a bridge that was
    /// retried since is no longer watched. The token must be able to read the downstream projects.
    pub fn follow_downstream(mut self, follow_downstream: bool) -> Self {
        self.events
            .adjust(|watcher| watcher.follow_downstream = follow_downstream);
        self
    }

    pub(super) fn adjust(mut self, change: impl FnOnce(&mut PollOptions)) -> Self {
        self.events
            .adjust(|watcher| change(&mut watcher.poller.options));
        self
    }

    /// Returns what GitLab calls the pipeline, as of the last poll, or `None` before the first one. At the end of the stream,
    /// it is the result, as in [`JobSummary::status`](crate::JobSummary::status).
    #[must_use]
    pub fn pipeline_status(&self) -> Option<&PipelineStatus> {
        self.status.as_ref()
    }

    /// Returns the results of the pipelines. It is empty until the end of the stream.
    pub(super) fn into_results(self) -> Vec<PipelineResult> {
        self.results
    }

    /// Returns the next change, or `None` at the end of the stream. Equivalent to `TryStreamExt::try_next`, but needs no
    /// other crate.
    ///
    /// # Errors
    ///
    /// Returns an error if the jobs cannot be read, if an unfinished job disappears, or if the deadline passes
    /// ([`Error::is_timeout`]). It ends the stream.
    pub async fn try_next(&mut self) -> Result<Option<JobChange>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }
}

impl Stream for WatchPipeline {
    type Item = Result<JobChange, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            let Some(event) = ready!(self.events.poll_next(cx)) else {
                return Poll::Ready(None);
            };
            match event {
                Ok(Event::Change(change)) => return Poll::Ready(Some(Ok(*change))),
                Ok(Event::Status(status)) => self.status = Some(status),
                Ok(Event::End(results)) => {
                    self.status = Some(status_of(&results));
                    self.results = results;
                }
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl fmt::Debug for WatchPipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchPipeline").finish_non_exhaustive()
    }
}
