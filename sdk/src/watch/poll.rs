//! A series of polls: with an interval, a deadline, and tolerance of outages.

use std::time::Duration;

use super::deadline::Deadline;
use super::options::PollOptions;
use super::outage::Outage;
use super::subject::Subject;
use crate::error::{Error, ErrorKind};
use crate::http::require_runtime;
use crate::telemetry;

/// A series of polls.
pub(super) struct Poller {
    pub(super) subject: Subject,
    /// Can be set until the first poll.
    pub(super) options: PollOptions,
    deadline: Option<Deadline>,
    outage: Option<Outage>,
}

impl Poller {
    pub(super) fn new(subject: Subject, options: PollOptions) -> Self {
        Self {
            subject,
            options,
            deadline: None,
            outage: None,
        }
    }

    /// Polls until it succeeds.
    pub(super) async fn poll<T, F>(&mut self, mut poll: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        loop {
            let deadline = self.deadline()?;
            match deadline.limit(self.subject.waiting_for, poll()).await {
                Ok(value) => {
                    self.succeeded();
                    return Ok(value);
                }
                Err(error) => {
                    let wait = self.failed(error)?;
                    self.sleep(wait).await?;
                }
            }
        }
    }

    /// Sleeps until it is time for the next poll.
    pub(super) async fn pause(&mut self) -> Result<(), Error> {
        self.sleep(self.options.interval).await
    }

    /// Sleeps, and fails if the deadline passes first.
    pub(super) async fn sleep(&mut self, wait: Duration) -> Result<(), Error> {
        let sleep = async {
            tokio::time::sleep(wait).await;
            Ok(())
        };
        let deadline = self.deadline()?;
        let slept = deadline.limit(self.subject.waiting_for, sleep).await;
        slept.map_err(|passed| self.name(passed))
    }

    /// Returns the deadline, which begins at the first poll.
    pub(super) fn deadline(&mut self) -> Result<Deadline, Error> {
        if let Some(deadline) = self.deadline {
            return Ok(deadline);
        }
        let operation = self.subject.operation().id;
        require_runtime(operation)?;
        self.options.check(operation)?;
        Ok(*self.deadline.insert(Deadline::start(self.options.deadline)))
    }

    /// Ends an outage.
    pub(super) fn succeeded(&mut self) {
        self.outage = None;
    }

    /// Returns how long to wait before the next poll, or the error if there should be none.
    pub(super) fn failed(&mut self, error: Error) -> Result<Duration, Error> {
        if matches!(error.kind(), ErrorKind::Deadline { .. }) {
            return Err(self.name(error));
        }
        let outage = self
            .outage
            .get_or_insert_with(|| Outage::start(&self.options));
        let Some(wait) = outage.wait_after(&error) else {
            return Err(error);
        };
        telemetry::poll_failed(self.subject.operation(), &error, wait);
        outage.failure = Some(error);
        Ok(wait)
    }

    /// Adds what was waited for, and the failure before it, to the error of a passed deadline.
    fn name(&mut self, passed: Error) -> Error {
        let error = self.subject.add_to(passed);
        match self.outage.take().and_then(|outage| outage.failure) {
            Some(failure) => error.with_source(failure),
            None => error,
        }
    }
}
