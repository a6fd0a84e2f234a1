//! Follows the log of a job while it runs.

mod follower;

use std::fmt::{self, Display};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_core::Stream;

use self::follower::{Follower, Next};
use super::{Lines, LogChunk};
use crate::models::ParsedProjectId;
use crate::{Client, Error, ProjectId};

impl Client {
    /// Follows the log of a job: streams each new byte once, and ends when the job is finished and its log has been read to
    /// the end.
    ///
    /// ```no_run
    /// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
    /// let mut log = client.follow_job_log("group/project", 8);
    /// while let Some(chunk) = log.try_next().await? {
    ///     if chunk.is_restart() {
    ///         println!("--- the log has changed and begins anew ---");
    ///     }
    ///     print!("{}", String::from_utf8_lossy(&chunk));
    /// }
    /// # Ok(())
    /// # }
    /// ```
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
            state: State::Idle(Box::new(Follower::new(get_job, get_job_log))),
        }
    }
}

/// A [`Stream`] of what is new in the log of a job.
///
/// Only the current chunk is in memory. A round that fails is made up for by the next one; after 5 failed rounds in a row,
/// each with the retries of the client, the stream ends with the error. A status that is unknown to this version counts as
/// unfinished.
///
/// # What is transferred
///
/// Where the server sends parts of a log (GitLab 19), each byte is transferred about once: a round requests what is new, and
/// with it the last 512 bytes that are known. Before the first part and after the last one, the first 512 bytes are
/// requested again. Older servers send the whole log in each round; then what is known is skipped.
///
/// # When the log changes
///
/// If the log was erased or replaced, or if its end was rewritten when the job ended, the stream yields a chunk that
/// [is a restart](LogChunk::is_restart), and then the log from its beginning.
///
/// A change shows in the first or the last 512 bytes that were read, or, where the server sends the whole log, in its checksum
/// (of the first 8 MiB, and beyond of the first KiB of every 64 KiB). The beginning is compared before the first part and
/// after the last one, the end in each round. A log that was replaced by one that differs only in between, and is not
/// shorter, is not noticed. Runners do not write such logs: each begins with timestamps of its own.
#[must_use = "nothing is sent until the stream is polled"]
pub struct FollowJobLog {
    position: u64,
    restarts: u32,
    state: State,
}

enum State {
    Idle(Box<Follower>),
    Busy(Pin<Box<dyn Future<Output = (Box<Follower>, Next)> + Send + Sync>>),
    Ended,
}

impl FollowJobLog {
    /// Sets the wait between two rounds while the log grows. The default is 1 s. While the log does not grow, and while a
    /// round itself takes longer, the wait rises up to [`max_interval`](Self::max_interval).
    pub fn interval(self, interval: Duration) -> Self {
        self.adjust(|follower| {
            follower.interval = interval;
            follower.max_interval = follower.max_interval.max(interval);
        })
    }

    /// Sets the longest wait between two rounds. The default is 15 s.
    pub fn max_interval(self, max_interval: Duration) -> Self {
        self.adjust(|follower| {
            follower.max_interval = max_interval;
            follower.interval = follower.interval.min(max_interval);
        })
    }

    /// Sets how long to follow at most, from the first request. There is no deadline by default.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.adjust(|follower| follower.limit = Some(deadline))
    }

    fn adjust(mut self, f: impl FnOnce(&mut Follower)) -> Self {
        // While it is busy, the options have moved into the future, and it is too late to set them.
        if let State::Idle(follower) = &mut self.state {
            f(follower);
        }
        self
    }

    /// Returns the next chunk, or `None` at the end, like `TryStreamExt::try_next`.
    ///
    /// # Errors
    ///
    /// Returns an error if the job or its log cannot be read, if an option is invalid, or if the deadline has passed.
    pub async fn try_next(&mut self) -> Result<Option<LogChunk>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// Returns how many bytes of the log were read since it last began anew.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Returns how often the log began anew.
    #[must_use]
    pub fn restarts(&self) -> u32 {
        self.restarts
    }

    /// Returns what is new as lines of text; see [`Lines`]. Through [`Lines::get_ref`],
    /// [`restarts`](Self::restarts) tells when a log has begun anew.
    pub fn lines(self) -> Lines<Self> {
        Lines::new(self)
    }
}

impl Stream for FollowJobLog {
    type Item = Result<LogChunk, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match &mut self.state {
                State::Ended => return Poll::Ready(None),
                State::Idle(_) => {
                    let State::Idle(mut follower) =
                        std::mem::replace(&mut self.state, State::Ended)
                    else {
                        continue;
                    };
                    self.state = State::Busy(Box::pin(async move {
                        let next = follower.next().await;
                        (follower, next)
                    }));
                }
                State::Busy(next) => {
                    let (follower, next) = ready!(next.as_mut().poll(cx));
                    self.state = match next {
                        Ok(Some(_)) => State::Idle(follower),
                        Ok(None) | Err(_) => State::Ended,
                    };
                    if let Ok(Some(chunk)) = &next {
                        self.position = chunk.offset() + chunk.len() as u64;
                        self.restarts += u32::from(chunk.is_restart());
                    }
                    return Poll::Ready(next.transpose());
                }
            }
        }
    }
}

impl fmt::Debug for FollowJobLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FollowJobLog")
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
