//! Follows the log of a job while it runs.

mod follower;

use std::fmt::{self, Display};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;

use self::follower::{Event, Follower};
use super::options::{PollOptions, poll_setters};
use super::unfold::Unfold;
use crate::log::{Lines, LogChunk};
use crate::value::ParsedProjectId;
use crate::{Client, Error, ProjectId};

impl Client {
    /// Follows the log of a job: yields each new byte once, and ends when the job is finished and its log has been read
    /// to the end.
    ///
    /// ```no_run
    /// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
    /// let mut log = client.follow_job_log("group/project", 8);
    /// while let Some(chunk) = log.try_next().await? {
    ///     if chunk.is_restart() {
    ///         println!("--- the log has changed and starts over ---");
    ///     }
    ///     print!("{}", String::from_utf8_lossy(&chunk));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "tail")]
    #[doc(alias = "trace")]
    pub fn follow_job_log(
        &self,
        project: impl TryInto<ProjectId, Error: Display>,
        job_id: u64,
    ) -> FollowJobLog {
        let project = ParsedProjectId::new(project);
        FollowJobLog {
            job_id,
            position: 0,
            restarts: 0,
            events: Unfold::new(Follower::new(self, project, job_id)),
        }
    }
}

/// A [`Stream`] of the new bytes of a job log.
///
/// Only the current chunk is held in memory. A job with an unknown status is considered unfinished.
///
/// # What it survives
///
/// A poll that fails for a reason that passes is repeated, each time with the client's retries, for up to 15 minutes or
/// until the deadline; see [`max_outage`](Self::max_outage). Nothing is lost meanwhile: the log is continued where it was
/// interrupted. A 404 is repeated for up to 5 s, since a new job can be unknown to a part of the servers for a moment. Any
/// other error ends the stream.
///
/// A job that has not written a log yet is waited for. If the log of a job that has run is gone from the server (404), and
/// was not erased, the stream ends with that error.
///
/// # Data transfer
///
/// If the server sends parts of a log (GitLab 19), each byte is transferred about once: a poll requests the new bytes,
/// together with the last 512 known ones. Before the first part and after the last one, the first 512 bytes are
/// requested again. Older servers send the whole log in each poll, and the known bytes are skipped.
///
/// # When the log changes
///
/// If the log was erased or replaced, or if its end was rewritten when the job ended, the stream yields a chunk that
/// [is a restart](LogChunk::is_restart), and then the log from its beginning. With
/// [`follow_retries`](Self::follow_retries), the same happens where the log of the next run begins.
///
/// A change is detected by the first and the last 512 bytes that were read, or, if the server sends the whole log, by a
/// checksum (of the first 8 MiB, and then of the first KiB of every 64 KiB). The beginning is compared before the first
/// part and after the last one, the end in each poll. A replacement that differs only in between, and is not shorter,
/// is not detected. Runners do not write such logs, since each begins with its own timestamps.
#[must_use = "nothing is sent until the stream is polled"]
pub struct FollowJobLog {
    job_id: u64,
    position: u64,
    restarts: u32,
    events: Unfold<Follower, Event>,
}

impl FollowJobLog {
    poll_setters!(
        "1 second, for a growing log. While nothing new arrives, or polls take longer, the wait rises up to [`max_interval`](Self::max_interval)"
    );

    /// Sets the longest wait between two polls. The default is 15 s.
    pub fn max_interval(self, max_interval: Duration) -> Self {
        self.adjust(|options| options.set_max_interval(max_interval))
    }

    /// Sets whether to go on with the log of the run that replaces the job, if the job fails and is retried: by GitLab
    /// itself, or by someone within the [`settle_time`](Self::settle_time). By default, the stream ends with the run that was
    /// asked for.
    ///
    /// The log of the next run begins with a chunk that [is a restart](LogChunk::is_restart), and
    /// [`job_id`](Self::job_id) is the id of that run from then on.
    pub fn follow_retries(mut self, follow_retries: bool) -> Self {
        self.events
            .adjust(|follower| follower.follow_retries = follow_retries);
        self
    }

    fn adjust(mut self, change: impl FnOnce(&mut PollOptions)) -> Self {
        self.events
            .adjust(|follower| change(&mut follower.poller.options));
        self
    }

    /// Returns the next chunk, or `None` at the end of the log.
    ///
    /// Equivalent to `TryStreamExt::try_next`, but needs no other crate.
    ///
    /// # Errors
    ///
    /// Returns an error if the job or its log cannot be read, if an option is invalid, or if the deadline has passed.
    pub async fn try_next(&mut self) -> Result<Option<LogChunk>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// Returns the id of the run whose log is followed. It changes only with [`follow_retries`](Self::follow_retries).
    #[must_use]
    pub fn job_id(&self) -> u64 {
        self.job_id
    }

    /// Returns how many bytes of the log were yielded since it last started over.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Returns how many times the log started over.
    #[must_use]
    pub fn restarts(&self) -> u32 {
        self.restarts
    }

    /// Returns the new lines as text; see [`Lines`].
    ///
    /// If the log starts over, [`restarts`](Self::restarts) of [`Lines::get_ref`] increases.
    pub fn lines(self) -> Lines<Self> {
        Lines::new(self)
    }
}

impl Stream for FollowJobLog {
    type Item = Result<LogChunk, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(event) = ready!(self.events.poll_next(cx)) else {
            return Poll::Ready(None);
        };
        let chunk = event.map(|event| match event {
            Event::Chunk(chunk) => chunk,
            Event::NextRun(job_id) => {
                self.job_id = job_id;
                LogChunk::restart()
            }
        });
        if let Ok(chunk) = &chunk {
            self.position = chunk.offset() + chunk.len() as u64;
            self.restarts += u32::from(chunk.is_restart());
        }
        Poll::Ready(Some(chunk))
    }
}

impl fmt::Debug for FollowJobLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FollowJobLog")
            .field("job_id", &self.job_id)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
