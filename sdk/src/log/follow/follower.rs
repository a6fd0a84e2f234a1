//! Polls a job and its log, and returns what is new.

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

/// The number of rounds in a row that fail before the follower gives up, each with all the retries of the client.
const MAX_FAILED_ROUNDS: u32 = 5;

/// A server that asks for a longer wait is an error, because the follower would seem to hang.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

static OPERATION: Operation = Operation {
    id: "follow_job_log",
    method: Method::GET,
    path: "/projects/{id}/jobs/{job_id}/trace",
    tokens: Tokens::Any,
};

pub(super) type Next = Result<Option<LogChunk>, Error>;

/// Polls a job and its log.
pub(super) struct Follower {
    get_job: GetJob,
    get_job_log: GetJobLog,
    pub(super) interval: Duration,
    pub(super) max_interval: Duration,
    pub(super) limit: Option<Duration>,
    deadline: Option<Deadline>,
    yielded: Yielded,
    round: Option<Round>,
    /// The wait before the next round, zero before the first.
    wait: Duration,
    last_wait: Duration,
    failed_rounds: u32,
}

/// The part of the log that was yielded: its length, and a hash to recognize it.
#[derive(Clone, Default)]
struct Yielded {
    length: u64,
    hash: DefaultHasher,
}

impl Yielded {
    fn add(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        // SipHash hashes bytes as a stream, however they are split into writes; a test checks that.
        self.hash.write(bytes);
    }

    fn is_same(&self, other: &Self) -> bool {
        self.length == other.length && self.hash.finish() == other.hash.finish()
    }
}

/// One poll of a job and of its log from the start.
struct Round {
    /// Whether the job was finished before the log was requested, so that the log is complete.
    finished: bool,
    /// `None` if the server has no log, not yet or no longer.
    log: Option<JobLog>,
    skipped: Yielded,
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
            yielded: Yielded::default(),
            round: None,
            wait: Duration::ZERO,
            last_wait: Duration::ZERO,
            failed_rounds: 0,
        }
    }

    /// Returns the next new chunk, or `None` at the end.
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
                Err(error) => self.retry_after_failure(error)?,
            }
        }
    }

    async fn step(&mut self) -> Result<Step, Error> {
        let Some(round) = &mut self.round else {
            tokio::time::sleep(std::mem::take(&mut self.wait)).await;
            self.round = Some(self.poll().await?);
            return Ok(Step::Again);
        };
        let Some(mut bytes) = round.next_bytes().await? else {
            return Ok(self.finish_round());
        };

        let to_skip =
            usize::try_from(self.yielded.length - round.skipped.length).unwrap_or(usize::MAX);
        if to_skip > 0 {
            let skipped = bytes.split_to(to_skip.min(bytes.len()));
            round.skipped.add(&skipped);
            if round.skipped.length == self.yielded.length && !round.skipped.is_same(&self.yielded)
            {
                return Ok(self.restart());
            }
        }
        if bytes.is_empty() {
            return Ok(Step::Again);
        }
        round.grew = true;
        self.failed_rounds = 0;
        round.skipped.add(&bytes);
        let offset = self.yielded.length;
        self.yielded = round.skipped.clone();
        Ok(Step::Chunk(LogChunk::new(bytes, offset)))
    }

    async fn poll(&self) -> Result<Round, Error> {
        let began = Instant::now();
        let job = self.get_job.clone().send().await?;
        let log = match self.get_job_log.clone().send().await {
            Ok(log) => Some(log.into_inner()),
            // Some versions respond with 404 while there is no log. If the job is missing, the next poll fails.
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error),
        };
        Ok(Round {
            finished: job.is_finished(),
            log,
            skipped: Yielded::default(),
            began,
            grew: false,
        })
    }

    /// Ends a round whose log was read to the end.
    fn finish_round(&mut self) -> Step {
        self.failed_rounds = 0;
        let Some(round) = self.round.take() else {
            return Step::Again;
        };
        if round.skipped.length < self.yielded.length {
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
        // A log that takes long to read is polled less often.
        self.wait = wait.max(round.began.elapsed()).min(self.max_interval);
        self.last_wait = self.wait;
        Step::Again
    }

    /// Starts over, because the log is shorter than it was, or another one.
    fn restart(&mut self) -> Step {
        self.failed_rounds = 0;
        self.round = None;
        self.yielded = Yielded::default();
        self.wait = self.interval;
        Step::Chunk(LogChunk::restart())
    }

    /// Schedules another round after one that failed, or returns the error if there should be none.
    fn retry_after_failure(&mut self, error: Error) -> Result<(), Error> {
        self.round = None;
        self.failed_rounds += 1;
        let transient = error.is_rate_limited()
            || error.is_server_error()
            || error.is_connect()
            || matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Transport);
        let requested = error.retry_after().unwrap_or_default();
        if !transient || self.failed_rounds >= MAX_FAILED_ROUNDS || requested > LONGEST_WAIT {
            return Err(error);
        }
        self.wait = self.raised().max(requested);
        self.last_wait = self.wait;
        Ok(())
    }

    /// Returns a longer wait than the last one, within its bounds.
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
    fn a_log_is_recognized_however_it_is_split() {
        let text = (0..1000_u32).flat_map(u32::to_le_bytes).collect::<Vec<_>>();
        let mut whole = Yielded::default();
        whole.add(&text);
        for size in [1, 3, 7, 8, 9, 64, 999] {
            let mut cut = Yielded::default();
            text.chunks(size).for_each(|chunk| cut.add(chunk));
            assert!(cut.is_same(&whole), "{size}");
        }
    }
}
