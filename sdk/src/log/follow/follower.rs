//! Looks at a job and its log again and again, and tells what is new.

use std::hash::{DefaultHasher, Hasher};
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use tokio::time::Instant;

use crate::builder::{GetJob, GetJobLog};
use crate::error::{Error, ErrorKind};
use crate::http::{Method, Operation, Tokens, require_runtime};
use crate::log::{JobLog, LogChunk};
use crate::polling::{Deadline, check_interval};
use crate::trace;

/// How many rounds may fail in a row, each with all the retries of the client.
const MAX_FAILED_ROUNDS: u32 = 5;

/// A server that asks to wait for longer than this is an error, and not a follower that seems to hang.
const LONGEST_ASKED_WAIT: Duration = Duration::from_secs(600);

static OPERATION: Operation = Operation {
    id: "follow_job_log",
    method: Method::GET,
    path: "/projects/{id}/jobs/{job_id}/trace",
    tokens: Tokens::Any,
};

pub(super) type Next = Result<Option<LogChunk>, Error>;

/// Looks at a job and its log again and again.
pub(super) struct Follower {
    get_job: GetJob,
    get_job_log: GetJobLog,
    pub(super) interval: Duration,
    pub(super) max_interval: Duration,
    pub(super) limit: Option<Duration>,
    deadline: Option<Deadline>,
    given: Given,
    round: Option<Round>,
    /// How long to wait before the next round; nothing before the first.
    wait: Duration,
    last_wait: Duration,
    failed_rounds: u32,
}

/// What was given of the log: how much, and a hash to know it again.
#[derive(Clone, Default)]
struct Given {
    length: u64,
    hash: DefaultHasher,
}

impl Given {
    fn add(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        // SipHash takes bytes as a stream: how they are cut into writes does not matter. A test holds it to that.
        self.hash.write(bytes);
    }

    fn is_same(&self, other: &Self) -> bool {
        self.length == other.length && self.hash.finish() == other.hash.finish()
    }
}

/// One look at a log from its beginning.
struct Round {
    /// The status was asked for before the log, so that the log of a finished job is the whole log.
    finished: bool,
    /// None where the server has no log, yet or any more.
    log: Option<JobLog>,
    skipped: Given,
    began: Instant,
    grew: bool,
}

impl Follower {
    pub(super) fn new(get_job: GetJob, get_job_log: GetJobLog) -> Self {
        Self {
            get_job,
            get_job_log,
            interval: Duration::from_secs(1),
            max_interval: Duration::from_secs(15),
            limit: None,
            deadline: None,
            given: Given::default(),
            round: None,
            wait: Duration::ZERO,
            last_wait: Duration::ZERO,
            failed_rounds: 0,
        }
    }

    /// The next chunk that is new; none at the end.
    pub(super) async fn next(&mut self) -> Next {
        require_runtime(&OPERATION)?;
        check_interval(self.interval, &OPERATION)?;
        let deadline = *self
            .deadline
            .get_or_insert_with(|| Deadline::start(self.limit));
        loop {
            let step = deadline.limit("the job to finish", self.step()).await;
            match step {
                Ok(Step::Again) => {}
                Ok(Step::Chunk(chunk)) => return Ok(Some(chunk)),
                Ok(Step::End) => return Ok(None),
                Err(error) => self.make_up_for(error)?,
            }
        }
    }

    async fn step(&mut self) -> Result<Step, Error> {
        let Some(round) = &mut self.round else {
            tokio::time::sleep(std::mem::take(&mut self.wait)).await;
            self.round = Some(self.look().await?);
            return Ok(Step::Again);
        };
        let Some(mut bytes) = round.next_bytes().await? else {
            return Ok(self.finish_round());
        };

        let to_skip =
            usize::try_from(self.given.length - round.skipped.length).unwrap_or(usize::MAX);
        if to_skip > 0 {
            let skipped = bytes.split_to(to_skip.min(bytes.len()));
            round.skipped.add(&skipped);
            if round.skipped.length == self.given.length && !round.skipped.is_same(&self.given) {
                return Ok(self.restart());
            }
        }
        if bytes.is_empty() {
            return Ok(Step::Again);
        }
        round.grew = true;
        self.failed_rounds = 0;
        round.skipped.add(&bytes);
        let offset = self.given.length;
        self.given = round.skipped.clone();
        Ok(Step::Chunk(LogChunk::new(bytes, offset)))
    }

    async fn look(&self) -> Result<Round, Error> {
        let began = Instant::now();
        let job = self.get_job.clone().send().await?;
        let log = match self.get_job_log.clone().send().await {
            Ok(log) => Some(log.into_inner()),
            // Some versions answer so as long as there is no log. If it means the job, the next look at it will tell.
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error),
        };
        Ok(Round {
            finished: job.is_finished(),
            log,
            skipped: Given::default(),
            began,
            grew: false,
        })
    }

    /// The log was read to its end.
    fn finish_round(&mut self) -> Step {
        self.failed_rounds = 0;
        let Some(round) = self.round.take() else {
            return Step::Again;
        };
        if round.skipped.length < self.given.length {
            return self.restart();
        }
        if round.finished {
            return Step::End;
        }
        let wait = if round.grew {
            self.interval
        } else {
            self.raised()
        };
        // A log that takes long to read is read less often.
        self.wait = wait.max(round.began.elapsed()).min(self.max_interval);
        self.last_wait = self.wait;
        Step::Again
    }

    /// The log is shorter than it was, or another one.
    fn restart(&mut self) -> Step {
        trace::log_restarted();
        self.failed_rounds = 0;
        self.round = None;
        self.given = Given::default();
        self.wait = self.interval;
        Step::Chunk(LogChunk::restart())
    }

    /// Lets the next round make up for one that failed, if it may.
    fn make_up_for(&mut self, error: Error) -> Result<(), Error> {
        self.round = None;
        self.failed_rounds += 1;
        let passing = error.is_rate_limited()
            || error.is_server_error()
            || error.is_connect()
            || matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Transport);
        let asked = error.retry_after().unwrap_or_default();
        if !passing || self.failed_rounds >= MAX_FAILED_ROUNDS || asked > LONGEST_ASKED_WAIT {
            return Err(error);
        }
        self.wait = self.raised().max(asked);
        self.last_wait = self.wait;
        Ok(())
    }

    /// A longer wait than the last one, within its bounds.
    fn raised(&self) -> Duration {
        (self.last_wait * 3 / 2).clamp(self.interval, self.max_interval)
    }
}

enum Step {
    Again,
    Chunk(LogChunk),
    End,
}

impl Round {
    async fn next_bytes(&mut self) -> Result<Option<Bytes>, Error> {
        let Some(log) = &mut self.log else {
            return Ok(None);
        };
        std::future::poll_fn(|cx| Pin::new(&mut *log).poll_next(cx))
            .await
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_is_known_again_however_it_was_cut() {
        let text = (0..1000_u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>();
        let mut whole = Given::default();
        whole.add(&text);
        for size in [1, 3, 7, 8, 9, 64, 999] {
            let mut cut = Given::default();
            text.chunks(size).for_each(|chunk| cut.add(chunk));
            assert!(cut.is_same(&whole), "{size}");
        }
    }
}
