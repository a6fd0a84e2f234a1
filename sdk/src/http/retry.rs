//! When a request is sent again, and how long to wait before.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use super::Request;
use crate::Error;
use crate::error::ErrorKind;
use crate::trace;

/// A server whose clock is behind, or that asks to wait 0 s, shall not be asked again without a pause.
const SHORTEST_ASKED_WAIT: Duration = Duration::from_millis(100);

/// When a request is sent again.
///
/// A GET is sent again after a failed connection, a timeout, a lost answer, and the statuses 429, 500, 502, 503 and
/// 504. A POST is sent again only when it cannot have been carried out: when no connection could be made, and after
/// 429.
///
/// The wait before is what the server asks for: `Retry-After`, or the begin of the rate limit's next period; else it
/// doubles from [`min_backoff`](Self::min_backoff) to [`max_backoff`](Self::max_backoff), with jitter. When the wait
/// would end after [`max_time`](Self::max_time), the error is returned at once, with what the server asked for in
/// [`Error::retry_after`].
///
/// ```
/// use std::time::Duration;
/// use gitlab_jobs::{Client, RetryPolicy};
///
/// let patient = RetryPolicy::default().max_attempts(10).max_time(Duration::from_secs(3600));
/// let client = Client::builder().retry_policy(patient).build()?;
/// let client = Client::builder().retry_policy(RetryPolicy::none()).build()?;
/// # Ok::<(), gitlab_jobs::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RetryPolicy {
    max_attempts: u32,
    max_time: Duration,
    min_backoff: Duration,
    max_backoff: Duration,
}

impl Default for RetryPolicy {
    /// 5 attempts within 3 minutes, with waits from 500 ms to 30 s.
    fn default() -> Self {
        Self {
            max_attempts: 5,
            max_time: Duration::from_secs(180),
            min_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// Every request is sent once.
    #[must_use]
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// How often a request is sent at most, the first time included. 1 turns retries off; 0 is refused by
    /// [`ClientBuilder::build`](crate::ClientBuilder::build).
    #[must_use]
    pub fn max_attempts(self, max_attempts: u32) -> Self {
        Self {
            max_attempts,
            ..self
        }
    }

    /// How long after the first attempt began the last one may begin.
    #[must_use]
    pub fn max_time(self, max_time: Duration) -> Self {
        Self { max_time, ..self }
    }

    /// The shortest wait where the server asks for none. Jitter adds up to as much again.
    #[must_use]
    pub fn min_backoff(self, min_backoff: Duration) -> Self {
        Self {
            min_backoff,
            ..self
        }
    }

    /// The longest wait where the server asks for none. Jitter adds up to as much again.
    #[must_use]
    pub fn max_backoff(self, max_backoff: Duration) -> Self {
        Self {
            max_backoff,
            ..self
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.max_attempts == 0 {
            return Err(Error::config(
                "max_attempts is 0, so that nothing would ever be sent; 1 turns retries off",
            ));
        }
        if self.min_backoff > self.max_backoff {
            return Err(Error::config("min_backoff is longer than max_backoff"));
        }
        Ok(())
    }

    pub(crate) fn start(&self, request: &Request) -> Retry<'_> {
        let backoff = ExponentialBuilder::new()
            .with_min_delay(self.min_backoff)
            .with_max_delay(self.max_backoff)
            .with_jitter()
            .without_max_times()
            .build();
        Retry {
            policy: self,
            safe: request.operation.method.is_safe(),
            began: Instant::now(),
            attempts: 1,
            backoff,
        }
    }
}

/// The attempts of one request.
pub(crate) struct Retry<'a> {
    policy: &'a RetryPolicy,
    /// Sending the request twice does no more than sending it once.
    safe: bool,
    began: Instant,
    attempts: u32,
    backoff: ExponentialBackoff,
}

impl Retry<'_> {
    /// How often the request was sent, the attempt at hand included.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns how long a rate limit may be waited for. Without retries, it is not waited for.
    pub(crate) fn patience(&self) -> Duration {
        if self.policy.max_attempts == 1 {
            Duration::ZERO
        } else {
            self.policy.max_time
        }
    }

    /// Leaves a wait out of the time that the attempts may take.
    pub(crate) fn leave_out(&mut self, wait: Duration) {
        self.began += wait;
    }

    /// Waits until the request may be sent again, or gives the error back if it may not.
    pub(crate) async fn wait(&mut self, error: Error) -> Result<(), Error> {
        match self.next_wait(&error) {
            Some(wait) => {
                trace::attempt_failed(&error, self.attempts, Some(wait));
                tokio::time::sleep(wait).await;
                self.attempts += 1;
                Ok(())
            }
            None => {
                trace::attempt_failed(&error, self.attempts, None);
                Err(error.with_attempts(self.attempts))
            }
        }
    }

    fn next_wait(&mut self, error: &Error) -> Option<Duration> {
        if self.attempts >= self.policy.max_attempts || !may_resend(self.safe, error) {
            return None;
        }
        let backoff = self.backoff.next()?;
        let asked = error
            .retry_after()
            .map(|asked| asked.max(SHORTEST_ASKED_WAIT));
        let wait = asked.unwrap_or(backoff);
        (self.began.elapsed().saturating_add(wait) <= self.policy.max_time).then_some(wait)
    }
}

/// Whether a request may be sent again after this error. One that is not safe may only if it was not carried out.
fn may_resend(safe: bool, error: &Error) -> bool {
    match error.kind() {
        _ if error.is_connect() => true,
        ErrorKind::Timeout | ErrorKind::Transport => safe,
        ErrorKind::Status { .. } => match error.status().map(|status| status.as_u16()) {
            Some(429) => true,
            Some(500 | 502 | 503 | 504) => safe,
            _ => false,
        },
        _ => false,
    }
}
