//! Polls a job and its log, and returns the new bytes.

use std::future::poll_fn;
use std::time::Duration;

use tokio::time::Instant;

use crate::builder::{GetJob, GetJobLog};
use crate::error::{Error, ErrorKind};
use crate::http::require_runtime;
use crate::log::{LogChunk, LogReader, Read};
use crate::request::{Method, Operation, Tokens};
use crate::telemetry;
use crate::watch::deadline::{Deadline, check_interval};
use crate::watch::poll::wait_after_failure;
use crate::watch::unfold::{Advance, Next};

/// The most bytes that GitLab sends in a part of a log.
const LARGEST_PART: u64 = 512_000;

static OPERATION: Operation = Operation {
    id: "follow_job_log",
    method: Method::GET,
    path: "/projects/{id}/jobs/{job_id}/trace",
    tokens: Tokens::NoJob,
    fallback: None,
};

/// Polls a job and its log.
pub(super) struct Follower {
    get_job: GetJob,
    get_job_log: GetJobLog,
    pub(super) interval: Duration,
    pub(super) max_interval: Duration,
    pub(super) limit: Option<Duration>,
    deadline: Option<Deadline>,
    /// `None` before there is a log, and after it has changed.
    reader: Option<LogReader>,
    round: Option<Round>,
    /// The wait before the next round, zero before the first.
    wait: Duration,
    last_wait: Duration,
    failed_rounds: u32,
    /// The reason why the last poll failed.
    failure: Option<Error>,
}

/// One poll of a job and of the new bytes of its log.
struct Round {
    /// Whether the job was finished before the log was requested, which means that the log is complete.
    finished: bool,
    /// Whether the server has no log yet, or no longer has it.
    missing: bool,
    began: Instant,
    grew: bool,
}

enum Step {
    Again,
    Chunk(LogChunk),
    End,
}

impl Advance for Follower {
    type Item = LogChunk;

    /// Returns the next new chunk, or `None` at the end.
    async fn advance(&mut self) -> Next<LogChunk> {
        require_runtime(OPERATION.id)?;
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
            reader: None,
            round: None,
            wait: Duration::ZERO,
            last_wait: Duration::ZERO,
            failed_rounds: 0,
            failure: None,
        }
    }

    async fn step(&mut self) -> Result<Step, Error> {
        let Some(round) = &mut self.round else {
            tokio::time::sleep(std::mem::take(&mut self.wait)).await;
            self.round = Some(self.poll().await?);
            self.failure = None;
            return Ok(Step::Again);
        };
        let Some(reader) = self.reader.as_mut().filter(|_| !round.missing) else {
            return self.finish_round().await;
        };
        match poll_fn(|cx| reader.poll_read(cx)).await? {
            Read::New(bytes) => {
                round.grew = true;
                self.failed_rounds = 0;
                let offset = reader.position() - bytes.len() as u64;
                Ok(Step::Chunk(LogChunk::new(bytes, offset)))
            }
            Read::Full => {
                reader.reopen().await?;
                Ok(Step::Again)
            }
            Read::End => self.finish_round().await,
            Read::Changed => Ok(self.restart()),
        }
    }

    /// Requests the job, and then its log from the current position.
    async fn poll(&mut self) -> Result<Round, Error> {
        let began = Instant::now();
        let job = self.get_job.clone().send().await?;
        let missing = match self.open_log().await {
            Ok(()) => false,
            // Some versions respond with 404 while there is no log. If the job is missing, the next poll fails.
            Err(error) if error.is_not_found() => true,
            Err(error) => return Err(error),
        };
        Ok(Round {
            finished: job.is_finished(),
            missing,
            began,
            grew: false,
        })
    }

    async fn open_log(&mut self) -> Result<(), Error> {
        if let Some(reader) = &mut self.reader {
            return reader.reopen().await;
        }
        let GetJobLog { client, request } = self.get_job_log.clone();
        let reader = LogReader::open(&client, request).await?.into_inner();
        self.reader = Some(reader.at_once(LARGEST_PART));
        Ok(())
    }

    /// Ends a round in which the log was read to its end, or in which there was none.
    async fn finish_round(&mut self) -> Result<Step, Error> {
        let Some(round) = &self.round else {
            return Ok(Step::Again);
        };
        let (finished, grew, took) = (round.finished, round.grew, round.began.elapsed());
        let mut reader = self.reader.as_mut().filter(|reader| reader.position() > 0);
        if round.missing && reader.is_some() {
            return Ok(self.restart());
        }
        if let Some(reader) = reader.take_if(|_| finished) {
            match reader.is_unchanged().await {
                Ok(true) => {}
                // Further reading shows what has changed.
                Ok(false) => return Ok(Step::Again),
                Err(error) if error.is_not_found() => return Ok(self.restart()),
                Err(error) => return Err(error),
            }
        }
        self.failed_rounds = 0;
        self.round = None;
        if finished {
            return Ok(Step::End);
        }
        let wait = if grew { self.interval } else { self.raised() };
        // A log that takes longer to read is polled less often.
        self.wait = wait.max(took).min(self.max_interval);
        self.last_wait = self.wait;
        Ok(Step::Again)
    }

    /// Starts over, because the log has become shorter, or has been replaced.
    fn restart(&mut self) -> Step {
        telemetry::log_restarted();
        self.failed_rounds = 0;
        self.round = None;
        self.reader = None;
        self.wait = self.interval;
        Step::Chunk(LogChunk::restart())
    }

    /// Schedules another round after one that failed, or returns the error if there should be none.
    fn retry_after_failure(&mut self, error: Error) -> Result<(), Error> {
        self.round = None;
        self.failed_rounds += 1;
        let Some(requested) = wait_after_failure(&error, self.failed_rounds) else {
            return Err(self.name(error));
        };
        self.failure = Some(error);
        self.wait = self.raised().max(requested);
        self.last_wait = self.wait;
        Ok(())
    }

    /// Adds the operation, and the failure before it, to the error of a passed deadline. Other errors name the request
    /// that failed.
    fn name(&mut self, error: Error) -> Error {
        if !matches!(error.kind(), ErrorKind::Deadline { .. }) {
            return error;
        }
        let error = error.operation(OPERATION.id);
        match self.failure.take() {
            Some(failure) => error.with_source(failure),
            None => error,
        }
    }

    /// Returns a longer wait than the last one, within its bounds.
    fn raised(&self) -> Duration {
        (self.last_wait * 3 / 2).clamp(self.interval, self.max_interval)
    }
}
