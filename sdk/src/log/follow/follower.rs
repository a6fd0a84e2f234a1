//! Polls a job and its log.

use std::future::poll_fn;
use std::time::Duration;

use tokio::time::Instant;

use crate::builder::{GetJob, GetJobLog};
use crate::error::{Error, ErrorKind};
use crate::http::{Method, Operation, Tokens, require_runtime};
use crate::log::LogChunk;
use crate::log::reader::{LogReader, Read};
use crate::polling::{Deadline, check_interval};

/// How many rounds may fail in a row, each with all the retries of the client.
const MAX_FAILED_ROUNDS: u32 = 5;

/// A server that asks for a longer wait than this is an error, so that a follower does not seem to hang.
const LONGEST_ASKED_WAIT: Duration = Duration::from_secs(600);

/// The most bytes that GitLab sends in a part of a log.
const LARGEST_PART: u64 = 512_000;

static OPERATION: Operation = Operation {
    id: "follow_job_log",
    method: Method::GET,
    path: "/projects/{id}/jobs/{job_id}/trace",
    tokens: Tokens::NoJob,
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
    /// `None` before there is a log, and after it has changed.
    reader: Option<LogReader>,
    round: Option<Round>,
    /// The wait before the next round. The first one has none.
    wait: Duration,
    last_wait: Duration,
    failed_rounds: u32,
}

/// One look at the job, and at what is new in its log.
struct Round {
    /// The status was requested before the log, so the log of a finished job is the whole log.
    finished: bool,
    /// The server has no log, yet or anymore.
    missing: bool,
    began: Instant,
    grew: bool,
}

enum Step {
    Again,
    Chunk(LogChunk),
    End,
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
        }
    }

    /// Returns the next chunk, or `None` at the end.
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
                Err(error) => self.survive(error)?,
            }
        }
    }

    async fn step(&mut self) -> Result<Step, Error> {
        let Some(round) = &mut self.round else {
            tokio::time::sleep(std::mem::take(&mut self.wait)).await;
            self.round = Some(self.look().await?);
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
                let mut retry = reader.start_retry();
                reader.open(&mut retry).await?;
                Ok(Step::Again)
            }
            Read::End => self.finish_round().await,
            Read::Changed => Ok(self.restart()),
        }
    }

    /// Requests the job, and then its log from where it was left.
    async fn look(&mut self) -> Result<Round, Error> {
        let began = Instant::now();
        let job = self.get_job.clone().send().await?;
        let missing = match self.open_log().await {
            Ok(()) => false,
            // Some versions respond like this while there is no log. If the job itself is gone, the next round will tell.
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
            let mut retry = reader.start_retry();
            return reader.open(&mut retry).await;
        }
        let log = self.get_job_log.clone().send().await?.into_inner();
        let reader = log.into_reader();
        self.reader = reader.map(|reader| reader.at_once(LARGEST_PART));
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
                // Reading on tells what has changed.
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
        // A log that takes long to read is read less often.
        self.wait = wait.max(took).min(self.max_interval);
        self.last_wait = self.wait;
        Ok(Step::Again)
    }

    /// Begins anew: the log is shorter than it was, or another one.
    fn restart(&mut self) -> Step {
        self.failed_rounds = 0;
        self.round = None;
        self.reader = None;
        self.wait = self.interval;
        Step::Chunk(LogChunk::restart())
    }

    /// Leaves it to the next round to make up for an error, if the error may pass.
    fn survive(&mut self, error: Error) -> Result<(), Error> {
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

    /// Returns a longer wait than the last one, within its bounds.
    fn raised(&self) -> Duration {
        (self.last_wait * 3 / 2).clamp(self.interval, self.max_interval)
    }
}
