//! Polls a job and its log, and returns the new bytes.

use std::future::poll_fn;
use std::time::Duration;

use tokio::time::Instant;

use crate::Client;
use crate::error::Error;
use crate::log::{LogChunk, LogReader, Read};
use crate::request::{Method, Operation, Tokens};
use crate::telemetry;
use crate::types::Job;
use crate::value::ParsedProjectId;
use crate::watch::options::PollOptions;
use crate::watch::poll::Poller;
use crate::watch::runs::next_run;
use crate::watch::subject::Subject;
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
    client: Client,
    project: ParsedProjectId,
    job_id: u64,
    pub(super) follow_retries: bool,
    pub(super) poller: Poller,
    /// `None` before there is a log, and after it has changed.
    reader: Option<LogReader>,
    round: Option<Round>,
    /// The wait before the next round, zero before the first.
    wait: Duration,
    last_wait: Duration,
}

/// One poll of a job and of the new bytes of its log.
struct Round {
    /// If the job was finished before the log was requested, the log is complete.
    job: Job,
    /// The 404, if the server has no log yet, or no longer has it.
    missing: Option<Error>,
    began: Instant,
    grew: bool,
}

enum Step {
    Again,
    Chunk(LogChunk),
    /// The log of this job has been read to its end.
    End(Box<Job>),
}

/// What has happened.
pub(super) enum Event {
    Chunk(LogChunk),
    /// The log of this run follows.
    NextRun(u64),
}

impl Advance for Follower {
    type Item = Event;

    /// Returns the next new chunk, or `None` at the end.
    async fn advance(&mut self) -> Next<Event> {
        loop {
            let limit = self.poller.limit()?;
            match limit.apply(self.step()).await {
                Ok(Step::Again) => {}
                Ok(Step::Chunk(chunk)) => return Ok(Some(Event::Chunk(chunk))),
                Ok(Step::End(job)) => return self.next_run(&job).await,
                Err(error) => {
                    self.round = None;
                    self.wait = self.poller.failed(error)?;
                }
            }
        }
    }
}

impl Follower {
    pub(super) fn new(client: &Client, project: ParsedProjectId, job_id: u64) -> Self {
        let options = PollOptions::new(Duration::from_secs(1), Duration::from_secs(15));
        Self {
            poller: Poller::new(subject(client, &project, job_id), options),
            client: client.clone(),
            project,
            job_id,
            follow_retries: false,
            reader: None,
            round: None,
            wait: Duration::ZERO,
            last_wait: Duration::ZERO,
        }
    }

    async fn step(&mut self) -> Result<Step, Error> {
        let Some(round) = &mut self.round else {
            tokio::time::sleep(std::mem::take(&mut self.wait)).await;
            self.round = Some(self.poll().await?);
            return Ok(Step::Again);
        };
        let Some(reader) = self.reader.as_mut().filter(|_| round.missing.is_none()) else {
            return self.finish_round().await;
        };
        match poll_fn(|cx| reader.poll_read(cx)).await? {
            Read::New(bytes) => {
                round.grew = true;
                self.poller.succeeded();
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
        let get_job = self.client.get_job(self.project.clone(), self.job_id);
        let job = get_job.send().await?.into_inner();
        let missing = match self.open_log().await {
            Ok(()) => None,
            // Some versions respond with 404 while there is no log. If the job is missing, the next poll fails.
            Err(error) if error.is_not_found() => Some(error),
            Err(error) => return Err(error),
        };
        Ok(Round {
            job,
            missing,
            began,
            grew: false,
        })
    }

    async fn open_log(&mut self) -> Result<(), Error> {
        if let Some(reader) = &mut self.reader {
            return reader.reopen().await;
        }
        let log = self.client.get_job_log(self.project.clone(), self.job_id);
        let reader = LogReader::open(&log.client, log.request)
            .await?
            .into_inner();
        self.reader = Some(reader.at_once(LARGEST_PART));
        Ok(())
    }

    /// Ends a round in which the log was read to its end, or in which there was none.
    async fn finish_round(&mut self) -> Result<Step, Error> {
        let Some(mut round) = self.round.take() else {
            return Ok(Step::Again);
        };
        let finished = round.job.is_finished();
        let mut reader = self.reader.as_mut().filter(|reader| reader.position() > 0);
        if round.missing.is_some() && reader.is_some() {
            return Ok(self.restart());
        }
        if let Some(missing) = round.missing.take_if(|_| must_have_log(&round.job)) {
            return Err(missing);
        }
        if let Some(reader) = reader.take_if(|_| finished) {
            match reader.is_unchanged().await {
                Ok(true) => {}
                // Further reading shows what has changed.
                Ok(false) => {
                    self.round = Some(round);
                    return Ok(Step::Again);
                }
                Err(error) if error.is_not_found() => return Ok(self.restart()),
                Err(error) => return Err(error),
            }
        }
        self.poller.succeeded();
        if finished {
            return Ok(Step::End(Box::new(round.job)));
        }
        let PollOptions {
            interval,
            max_interval,
            ..
        } = self.poller.options;
        let wait = if round.grew {
            interval
        } else {
            (self.last_wait * 3 / 2).clamp(interval, max_interval)
        };
        // A log that takes longer to read is polled less often.
        self.wait = wait.max(round.began.elapsed()).min(max_interval);
        self.last_wait = self.wait;
        Ok(Step::Again)
    }

    /// Starts over, because the log has become shorter, or has been replaced.
    fn restart(&mut self) -> Step {
        telemetry::log_restarted();
        self.poller.succeeded();
        self.round = None;
        self.reader = None;
        self.wait = self.poller.options.interval;
        Step::Chunk(LogChunk::restart())
    }

    /// Goes on with the run that replaces a finished job, if there is one.
    async fn next_run(&mut self, finished: &Job) -> Next<Event> {
        if !self.follow_retries {
            return Ok(None);
        }
        let next = next_run(&mut self.poller, &self.client, &self.project, finished);
        let Some(next) = next.await? else {
            return Ok(None);
        };
        self.job_id = next.id;
        self.poller.subject = subject(&self.client, &self.project, next.id);
        self.reader = None;
        self.last_wait = Duration::ZERO;
        Ok(Some(Event::NextRun(next.id)))
    }
}

/// Returns whether a job has run to its end, so that its log must exist unless it was erased.
fn must_have_log(job: &Job) -> bool {
    job.is_finished() && job.started_at.is_some() && job.erased_at.is_none()
}

fn subject(client: &Client, project: &ParsedProjectId, job_id: u64) -> Subject {
    let job = ("job_id", job_id);
    Subject::new(
        client,
        &OPERATION,
        project.clone(),
        job,
        "the job to finish",
    )
}
