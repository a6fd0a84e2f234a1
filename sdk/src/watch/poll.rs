//! A series of polls: with an interval, a deadline, and tolerance of outages.

use std::time::Duration;

use super::options::PollOptions;
use super::outage::Outage;
use super::subject::Subject;
use crate::error::{Error, ErrorKind};
use crate::http::{Deadline, require_runtime};
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
            let limit = self.limit()?;
            match limit.apply(poll()).await {
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
        let slept = self.limit()?.apply(sleep).await;
        slept.map_err(|passed| self.name(passed))
    }

    /// Returns the limit of whatever the wait does. Its clock starts with the first poll.
    pub(super) fn limit(&mut self) -> Result<Limit, Error> {
        let deadline = match self.deadline {
            Some(deadline) => deadline,
            None => {
                let operation = self.subject.operation().id;
                require_runtime(operation)?;
                self.options.check(operation)?;
                let deadline = Deadline::start(self.options.deadline);
                *self.deadline.insert(deadline)
            }
        };
        Ok(Limit {
            deadline,
            waiting_for: self.subject.waiting_for,
        })
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

/// The deadline of a wait, and what is waited for.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    deadline: Deadline,
    waiting_for: &'static str,
}

impl Limit {
    /// Drives a future, and fails if the deadline passes first.
    pub(super) async fn apply<T>(
        self,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let waiting_for = self.waiting_for;
        let passed = |_| Error::new(ErrorKind::Deadline { waiting_for });
        self.deadline.limit(passed, future).await
    }
}
