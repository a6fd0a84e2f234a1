//! Following the log of a job while it runs.

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
    /// Follows the log of a job: gives each new byte once, and ends when the job is finished and its log was read to
    /// the end.
    ///
    /// ```no_run
    /// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
    /// let mut log = client.follow_job_log("group/project", 8);
    /// while let Some(chunk) = log.try_next().await? {
    ///     if chunk.is_restart() {
    ///         println!("--- the log was erased, and begins anew ---");
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
/// GitLab has no way to ask for a part of a log, so each look reads it from its beginning, and skips what was given
/// already. Only the chunk at hand is in memory. A look that fails is made up for by the next one; after 5 in a row, each
/// with the retries of the client, the stream ends with the error.
///
/// A status that is unknown to this version goes on. When the log was erased, or is another one, the stream says so with
/// a chunk that [is a restart](LogChunk::is_restart), and gives the new log from its beginning.
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
    /// How long to wait between two looks at a log that grows. The default is 1 s. While nothing new comes, and while a
    /// look itself takes longer, the wait rises up to [`max_interval`](Self::max_interval).
    pub fn interval(self, interval: Duration) -> Self {
        self.adjust(|follower| {
            follower.interval = interval;
            follower.max_interval = follower.max_interval.max(interval);
        })
    }

    /// The longest wait between two looks. The default is 15 s.
    pub fn max_interval(self, max_interval: Duration) -> Self {
        self.adjust(|follower| {
            follower.max_interval = max_interval;
            follower.interval = follower.interval.min(max_interval);
        })
    }

    /// How long to follow at most, from the first look on. There is no deadline by default.
    pub fn deadline(self, deadline: Duration) -> Self {
        self.adjust(|follower| follower.limit = Some(deadline))
    }

    fn adjust(mut self, f: impl FnOnce(&mut Follower)) -> Self {
        // What is busy was polled, and moved into its options; there is nothing to set any more.
        if let State::Idle(follower) = &mut self.state {
            f(follower);
        }
        self
    }

    /// The next one; none at the end. The same as `TryStreamExt::try_next`, without a crate to import it from.
    ///
    /// # Errors
    ///
    /// What the stream gives as an error.
    pub async fn try_next(&mut self) -> Result<Option<LogChunk>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// How many bytes of the log were given, since it last began anew.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// How often the log began anew.
    #[must_use]
    pub fn restarts(&self) -> u32 {
        self.restarts
    }

    /// What is new as lines of text; see [`Lines`]. Where a log began anew shows in [`restarts`](Self::restarts), by
    /// [`Lines::get_ref`].
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
