//! A series of polls, with an interval, a deadline, and tolerance of transient failures.

use std::time::Duration;

use super::deadline::{Deadline, check_interval};
use super::options::PollOptions;
use crate::error::{Error, ErrorKind};
use crate::http::require_runtime;
use crate::request::Operation;
use crate::telemetry;

/// How many polls may fail in a row, each with all the retries of the client.
pub(super) const MAX_FAILED_POLLS: u32 = 5;

/// If a server requests a longer wait, the polls end with its error instead of seeming to hang.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// A series of polls.
#[derive(Debug)]
pub(super) struct Polling {
    operation: &'static Operation,
    waiting_for: &'static str,
    interval: Duration,
    deadline: Deadline,
}

impl Polling {
    /// Starts the clock of the deadline. Nothing is sent yet.
    pub(super) fn start(
        operation: &'static Operation,
        waiting_for: &'static str,
        options: PollOptions,
    ) -> Result<Self, Error> {
        require_runtime(operation.id)?;
        check_interval(options.interval, operation)?;
        Ok(Self {
            operation,
            waiting_for,
            interval: options.interval,
            deadline: Deadline::start(options.deadline),
        })
    }

    /// Polls until it succeeds. A poll that failed for a possibly transient reason is repeated after an interval.
    pub(super) async fn poll<T, F>(&self, mut poll: impl FnMut() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut failed = 0;
        loop {
            let polled = self.deadline.limit(self.waiting_for, poll()).await;
            let error = match polled {
                Ok(value) => return Ok(value),
                Err(error) => self.name(error),
            };
            failed += 1;
            let Some(requested) = wait_after_failure(&error, failed) else {
                return Err(error);
            };
            let wait = self.interval.max(requested);
            telemetry::poll_failed(self.operation, &error, wait);
            if let Err(passed) = self.sleep(wait).await {
                return Err(passed.with_source(error));
            }
        }
    }

    /// Sleeps until it is time for the next poll.
    pub(super) async fn pause(&self) -> Result<(), Error> {
        self.sleep(self.interval).await
    }

    async fn sleep(&self, wait: Duration) -> Result<(), Error> {
        let slept = self.deadline.sleep(self.waiting_for, wait).await;
        slept.map_err(|error| self.name(error))
    }

    /// Adds the operation to the error of a passed deadline. Other errors name the request that failed.
    fn name(&self, error: Error) -> Error {
        match error.kind() {
            ErrorKind::Deadline { .. } => error.operation(self.operation.id),
            _ => error,
        }
    }
}

/// Returns the wait before the next poll, after this many failed ones in a row, or `None` if there should be no other.
pub(crate) fn wait_after_failure(error: &Error, failed: u32) -> Option<Duration> {
    let transient = error.is_rate_limited()
        || error.is_server_error()
        || error.is_connect()
        || matches!(error.kind(), ErrorKind::Timeout | ErrorKind::Transport);
    let requested = error.retry_after().unwrap_or_default();
    let again = transient && failed < MAX_FAILED_POLLS && requested <= LONGEST_WAIT;
    again.then_some(requested)
}
