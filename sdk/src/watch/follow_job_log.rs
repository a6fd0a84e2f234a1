//! Follows the log of a job while it runs.

mod follower;

use std::fmt::{self, Display};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;

use self::follower::Follower;
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
        let get_job = self.get_job(project.clone(), job_id);
        let get_job_log = self.get_job_log(project, job_id);
        FollowJobLog {
            position: 0,
            restarts: 0,
            follower: Unfold::new(Follower::new(get_job, get_job_log)),
        }
    }
}

/// A [`Stream`] of the new bytes of a job log.
///
/// Only the current chunk is held in memory. A failed poll is retried; after 5 failures in a row, each with the retries of
/// the client, the stream ends with the error. A job with an unknown status is considered unfinished.
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
/// [is a restart](LogChunk::is_restart), and then the log from its beginning.
///
/// A change is detected by the first and the last 512 bytes that were read, or, if the server sends the whole log, by a
/// checksum (of the first 8 MiB, and then of the first KiB of every 64 KiB). The beginning is compared before the first
/// part and after the last one, the end in each poll. A replacement that differs only in between, and is not shorter,
/// is not detected. Runners do not write such logs, since each begins with its own timestamps.
#[must_use = "nothing is sent until the stream is polled"]
pub struct FollowJobLog {
    position: u64,
    restarts: u32,
    follower: Unfold<Follower, LogChunk>,
}

impl FollowJobLog {
    /// Sets how long to wait between two polls of a growing log. The default is 1 s.
    ///
    /// While nothing new arrives, or polls take longer than this, the wait rises up to
    /// [`max_interval`](Self::max_interval).
    pub fn interval(self, interval: Duration) -> Self {
        self.adjust(|follower| {
            follower.interval = interval;
            follower.max_interval = follower.max_interval.max(interval);
        })
    }

    /// Sets the longest wait between two polls. The default is 15 s.
    pub fn max_interval(self, max_interval: Duration) -> Self {
        self.adjust(|follower| {
            follower.max_interval = max_interval;
            follower.interval = follower.interval.min(max_interval);
        })
    }

    /// Sets how long to follow at most, from the first poll on. There is no deadline by default.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.adjust(|follower| follower.limit = Some(deadline))
    }

    fn adjust(mut self, change: impl FnOnce(&mut Follower)) -> Self {
        self.follower.adjust(change);
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
        let next = ready!(self.follower.poll_next(cx));
        if let Some(Ok(chunk)) = &next {
            self.position = chunk.offset() + chunk.len() as u64;
            self.restarts += u32::from(chunk.is_restart());
        }
        Poll::Ready(next)
    }
}

impl fmt::Debug for FollowJobLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FollowJobLog")
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
