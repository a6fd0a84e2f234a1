//! Which requests are retried, and when.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use crate::Error;
use crate::request::Request;
use crate::telemetry;

/// How many times a request that the server has not processed is sent again at once, beside the attempts of the policy.
const MAX_REFUSALS: u32 = 20;

/// Ensures a pause if the server requests a wait of 0 s, or its clock is behind.
const SHORTEST_WAIT: Duration = Duration::from_millis(100);

/// Which requests are retried, and when.
///
/// A GET is retried after every error that [is transient](Error::is_transient): a failed or lost connection, a timeout, and
/// statuses such as 429 and 502.
/// A POST is retried only if it cannot have been processed: if no connection could be established, after 429, and if a server
/// says so on HTTP/2, as when it closes a connection that has served many requests. A
/// [log](crate::log::JobLog) that breaks off is resumed by the same rules; the count of attempts is reset whenever
/// bytes have arrived.
///
/// The wait before a retry is the one that the server requests: `Retry-After`, or else the time until the next period
/// of the rate limit. Without either, it doubles from [`min_backoff`](Self::min_backoff) to
/// [`max_backoff`](Self::max_backoff), with jitter; from the second retry on, a shorter requested wait is extended to
/// it. The exception is a second 429 in a row that requests no wait, or one of 0 s: GitLab's limits count by the minute,
/// and rejected requests count as well, so short waits would never end. It is followed by a wait of
/// [`max_backoff`](Self::max_backoff).
///
/// If the wait would end after [`max_time`](Self::max_time), the error is returned at once, with the wait that the
/// server requests in [`Error::retry_after`].
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
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct RetryPolicy {
    max_attempts: u32,
    max_time: Duration,
    min_backoff: Duration,
    max_backoff: Duration,
}

impl Default for RetryPolicy {
    /// Returns a policy of 5 attempts within 3 minutes, with waits from 500 ms to 62 s.
    fn default() -> Self {
        Self {
            max_attempts: 5,
            max_time: Duration::from_secs(180),
            min_backoff: Duration::from_millis(500),
            // Longer than the minute over which GitLab's limits count.
            max_backoff: Duration::from_secs(62),
        }
    }
}

impl RetryPolicy {
    /// Returns a policy without retries.
    #[must_use]
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// Sets how many times a request is sent at most, including the first time. 1 turns retries off; 0 is invalid.
    #[must_use]
    pub fn max_attempts(self, max_attempts: u32) -> Self {
        Self {
            max_attempts,
            ..self
        }
    }

    /// Sets how long after the start of the first attempt the last one may start.
    #[must_use]
    pub fn max_time(self, max_time: Duration) -> Self {
        Self { max_time, ..self }
    }

    /// Sets the shortest wait if the server requests none. Jitter can double it.
    #[must_use]
    pub fn min_backoff(self, min_backoff: Duration) -> Self {
        Self {
            min_backoff,
            ..self
        }
    }

    /// Sets the longest wait if the server requests none. Jitter can double it.
    ///
    /// It is also the wait after a second 429 in a row. If it is below a minute, a rate limit without a requested wait
    /// can outlast all attempts.
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
                "max_attempts is 0, so no request would be sent; 1 turns retries off",
            ));
        }
        if self.min_backoff > self.max_backoff {
            return Err(Error::config("min_backoff is longer than max_backoff"));
        }
        Ok(())
    }

    /// Starts the attempts of a request. The whole call may take no longer than `timeout`.
    pub(crate) fn start(&self, request: &Request, timeout: Option<Duration>) -> Retry {
        let backoff = ExponentialBuilder::new()
            .with_min_delay(self.min_backoff)
            .with_max_delay(self.max_backoff)
            .with_jitter()
            .without_max_times()
            .build();
        Retry {
            policy: self.clone(),
            max_time: timeout.map_or(self.max_time, |timeout| timeout.min(self.max_time)),
            safe: request.method.is_safe(),
            began: Instant::now(),
            attempts: 1,
            refusals: 0,
            rejected: false,
            backoff,
        }
    }
}

/// The attempts of one request.
pub(crate) struct Retry {
    policy: RetryPolicy,
    /// A wait beyond this is not started, so that the current error is returned rather than a timeout.
    max_time: Duration,
    /// Whether sending the request twice has no more effect than sending it once.
    safe: bool,
    began: Instant,
    attempts: u32,
    /// How many times the server has refused the request without processing it.
    refusals: u32,
    /// Whether the previous attempt was rejected by a rate limit without a requested wait, or with one of zero.
    rejected: bool,
    backoff: ExponentialBackoff,
}

impl Retry {
    /// Returns how many times the request was sent, including the current attempt.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns how long to wait for a rate limit, which is zero without retries.
    pub(crate) fn max_wait(&self) -> Duration {
        if self.policy.max_attempts == 1 {
            Duration::ZERO
        } else {
            self.max_time
        }
    }

    /// Excludes a wait from the time that the attempts may take.
    pub(crate) fn leave_out(&mut self, wait: Duration) {
        self.began += wait;
    }

    /// Waits until the request may be sent again, or returns the error if it may not.
    pub(crate) async fn wait(&mut self, error: Error) -> Result<(), Error> {
        let refused = error.is_unprocessed()
            && self.max_wait() > Duration::ZERO
            && self.refusals < MAX_REFUSALS;
        let wait = if refused {
            Some(Duration::ZERO)
        } else {
            self.next_wait(&error)
        };
        telemetry::attempt_failed(&error, self.attempts, wait);
        let Some(wait) = wait else {
            return Err(error.with_attempts(self.attempts));
        };
        if refused {
            self.refusals += 1;
        } else {
            tokio::time::sleep(wait).await;
            self.attempts += 1;
        }
        Ok(())
    }

    fn next_wait(&mut self, error: &Error) -> Option<Duration> {
        let most = if error.needs_no_third_attempt() {
            2
        } else {
            u32::MAX
        };
        if self.attempts >= self.policy.max_attempts.min(most) || !may_resend(self.safe, error) {
            return None;
        }
        let backoff = self.backoff.next()?;
        let requested = error.retry_after();
        let rejected = requested.unwrap_or_default().is_zero() && error.is_rate_limited();
        let rejected_again = std::mem::replace(&mut self.rejected, rejected) && rejected;
        let wait = match requested {
            // The backoff so far serves as jitter, limited to the length of the wait.
            _ if rejected_again => {
                let longest = self.policy.max_backoff;
                longest.saturating_add(backoff.min(longest))
            }
            Some(requested) if self.attempts == 1 => requested.max(SHORTEST_WAIT),
            // The requested wait was not enough.
            Some(requested) => requested.max(backoff).max(SHORTEST_WAIT),
            None => backoff,
        };
        (self.began.elapsed().saturating_add(wait) <= self.max_time).then_some(wait)
    }
}

/// Returns whether a request may be sent again after this error. An unsafe request may be sent again only if it was not
/// processed.
fn may_resend(safe: bool, error: &Error) -> bool {
    // A lock may be reported after something was written.
    let unprocessed = error.is_connect() || error.is_rate_limited() || error.is_unprocessed();
    error.is_transient() && (safe || unprocessed)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::error::ErrorKind;
    use crate::request::{Method, Operation, Tokens};

    const MINUTE: Duration = Duration::from_secs(60);

    static GET: Operation = Operation {
        id: "get_job",
        method: Method::GET,
        path: "/job",
        tokens: Tokens::Any,
        fallback: None,
    };

    static POST: Operation = Operation {
        id: "retry_job",
        method: Method::POST,
        path: "/job/retry",
        tokens: Tokens::Any,
        fallback: None,
    };

    fn failed(status: u16, headers: &[(&'static str, &'static str)]) -> Error {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let kind = ErrorKind::Status { hint: None };
        let status = StatusCode::from_u16(status).unwrap();
        Error::new(kind).with_response(status, headers.collect::<HeaderMap>(), Bytes::new())
    }

    /// Returns the waits of a request that fails with these errors without delay.
    fn waits(operation: &'static Operation, errors: &[Error]) -> Vec<Option<Duration>> {
        let mut retry = RetryPolicy::default().start(&Request::new(operation), None);
        let waits = errors.iter().map(|error| {
            let wait = retry.next_wait(error);
            retry.attempts += 1;
            wait
        });
        waits.collect()
    }

    /// The worst limiter: it counts each request for a minute, the rejected ones included.
    #[test]
    fn the_default_policy_outlasts_a_limit_of_a_minute_that_counts_rejected_requests() {
        for operation in [&GET, &POST] {
            let (mut now, mut requests) = (Duration::ZERO, vec![Duration::ZERO]);
            let mut retry = RetryPolicy::default().start(&Request::new(operation), None);
            loop {
                // The limit of one request is used up, and each further request is rejected.
                let wait = retry.next_wait(&failed(429, &[])).unwrap();
                retry.attempts += 1;
                now += wait;
                assert!(now <= RetryPolicy::default().max_time);
                let counted = requests.iter().filter(|at| now < **at + MINUTE).count();
                requests.push(now);
                if counted == 0 {
                    break;
                }
            }
            assert!(requests.len() <= 3, "{requests:?}");
        }
    }

    #[test]
    fn a_wait_for_a_rate_limit_does_not_count_as_time_of_the_attempts() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build();
        runtime.unwrap().block_on(async {
            let mut retry = RetryPolicy::default().start(&Request::new(&GET), None);
            tokio::time::advance(4 * MINUTE).await;
            retry.leave_out(4 * MINUTE);
            assert!(retry.next_wait(&failed(503, &[])).is_some());
            tokio::time::advance(4 * MINUTE).await;
            assert!(retry.next_wait(&failed(503, &[])).is_none());
        });
    }

    #[test]
    fn only_a_second_429_in_a_row_without_a_wait_is_waited_out() {
        let [first, second] = waits(&GET, &[failed(429, &[]), failed(429, &[])])[..] else {
            unreachable!()
        };
        assert!(first < Some(Duration::from_secs(2)), "{first:?}");
        assert!(second > Some(MINUTE), "{second:?}");

        for errors in [
            [failed(503, &[]), failed(503, &[])],
            [failed(429, &[]), failed(503, &[])],
            [failed(503, &[]), failed(429, &[])],
            [failed(429, &[]), failed(429, &[("retry-after", "7")])],
            [failed(429, &[("retry-after", "7")]), failed(429, &[])],
        ] {
            let wait = waits(&GET, &errors)[1];
            assert!(wait < Some(Duration::from_secs(8)), "{errors:?} {wait:?}");
        }
    }

    #[test]
    fn a_requested_wait_of_zero_is_honored_once() {
        let past = "Mon, 01 Jan 2001 00:00:00 GMT";
        for (status, header, second_wait) in [
            (429, ("retry-after", "0"), MINUTE),
            (429, ("retry-after", past), MINUTE),
            (429, ("ratelimit-reset", "1"), MINUTE),
            (503, ("retry-after", "0"), Duration::from_secs(1)),
        ] {
            let error = || failed(status, &[header]);
            let waits = waits(&GET, &[error(), error()]);
            assert_eq!(waits[0], Some(SHORTEST_WAIT), "{header:?}");
            assert!(waits[1] >= Some(second_wait), "{header:?} {waits:?}");
        }
    }

    #[test]
    fn a_requested_wait_that_was_too_short_is_extended_to_the_backoff() {
        let errors: Vec<_> = (0..4)
            .map(|_| failed(429, &[("retry-after", "1")]))
            .collect();
        let waits = waits(&GET, &errors);
        assert_eq!(waits[0], Some(Duration::from_secs(1)));
        assert!(waits[3] >= Some(Duration::from_secs(4)), "{waits:?}");
    }

    #[test]
    fn a_backoff_that_overflows_is_beyond_the_time_for_retries() {
        let policy = RetryPolicy::default().max_backoff(Duration::MAX);
        let mut retry = policy.start(&Request::new(&GET), None);
        retry.next_wait(&failed(429, &[]));
        assert_eq!(retry.next_wait(&failed(429, &[])), None);
    }

    #[test]
    fn a_policy_with_short_waits_keeps_them() {
        let second = Duration::from_secs(1);
        let policy = RetryPolicy::default().max_backoff(second);
        let mut retry = policy.start(&Request::new(&GET), None);
        retry.next_wait(&failed(429, &[]));
        let wait = retry.next_wait(&failed(429, &[])).unwrap();
        assert!(wait >= second && wait <= 2 * second, "{wait:?}");
    }
}
