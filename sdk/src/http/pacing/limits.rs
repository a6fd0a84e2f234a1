//! What is known about the limiters of a server.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};
use tokio::time::Instant;

use crate::headers::{RateLimit, retry_after, until_reset};

/// The number of concurrent requests until it is known whether the server reports a limit.
const PROBES: u64 = 4;

/// How long to wait for the responses to these. A slower server does not hold up other requests.
const PROBE_TIME: Duration = Duration::from_secs(1);

/// What is known about the limiters of a server.
#[derive(Debug, Default)]
pub(super) struct Limits {
    all: All,
    /// The time until which an endpoint rejects requests.
    endpoints: HashMap<String, Instant>,
    in_flight: u64,
}

/// The limit on all requests.
#[derive(Debug)]
enum All {
    /// Nothing is known, either yet or about the current period.
    Unknown { until: Option<Instant> },
    /// The server does not report what is left.
    Unreported,
    Reported {
        /// On the server's clock, to distinguish periods.
        reset: SystemTime,
        until: Instant,
        remaining: u64,
    },
}

impl Default for All {
    fn default() -> Self {
        Self::Unknown { until: None }
    }
}

impl Limits {
    /// Returns the time until which an endpoint rejects requests, if a request can wait that long.
    pub(super) fn endpoint(
        &self,
        endpoint: &str,
        now: Instant,
        max_wait: Duration,
    ) -> Option<Instant> {
        let until = *self.endpoints.get(endpoint)?;
        (until > now && until - now <= max_wait).then_some(until)
    }

    /// Counts a new request, or returns the time until which it must wait for a change.
    pub(super) fn enter(&mut self, now: Instant, max_wait: Duration) -> Result<(), Instant> {
        match self.wait(now) {
            Some(until) if until - now <= max_wait => Err(until),
            _ => {
                self.in_flight += 1;
                Ok(())
            }
        }
    }

    /// Counts the end of a request.
    pub(super) fn leave(&mut self) {
        self.in_flight -= 1;
    }

    #[cfg(test)]
    pub(super) fn in_flight(&self) -> u64 {
        self.in_flight
    }

    fn wait(&mut self, now: Instant) -> Option<Instant> {
        if let All::Reported { until, .. } = self.all
            && until <= now
        {
            // The next period has begun. Other clients may use it up as well.
            self.all = All::default();
        }
        match &mut self.all {
            All::Unreported => None,
            All::Unknown { until } => {
                if self.in_flight == 0 {
                    *until = None;
                }
                let until = *until.get_or_insert(now + PROBE_TIME);
                (self.in_flight >= PROBES && until > now).then_some(until)
            }
            // The server may not have counted the pending requests yet.
            All::Reported {
                until, remaining, ..
            } => (self.in_flight >= *remaining).then_some(*until),
        }
    }

    /// Learns from a response. Returns how long requests have to wait from now on, if they have to.
    pub(super) fn observe(
        &mut self,
        endpoint: &str,
        status: StatusCode,
        headers: &HeaderMap,
        (now, time): (Instant, SystemTime),
    ) -> Option<Duration> {
        let limit = RateLimit::from_headers(headers);
        if status == StatusCode::TOO_MANY_REQUESTS {
            let wait = retry_after(headers, time).or_else(|| until_reset(headers, time))?;
            let until = now.checked_add(wait)?;
            match limit {
                Some(limit) => {
                    let reset = limit.reset.or_else(|| time.checked_add(wait))?;
                    let remaining = 0;
                    self.all = All::Reported {
                        reset,
                        until,
                        remaining,
                    };
                }
                None => {
                    self.endpoints.retain(|_, until| *until > now);
                    self.endpoints.insert(endpoint.to_owned(), until);
                }
            }
            return Some(wait);
        }
        let wait = until_reset(headers, time).filter(|wait| !wait.is_zero());
        match (limit, wait) {
            (
                Some(RateLimit {
                    remaining: Some(remaining),
                    reset: Some(reset),
                    ..
                }),
                Some(wait),
            ) => {
                self.reported(reset, now.checked_add(wait)?, remaining);
                (remaining == 0).then_some(wait)
            }
            _ => {
                if status.is_success() && matches!(self.all, All::Unknown { .. }) {
                    self.all = All::Unreported;
                }
                None
            }
        }
    }

    fn reported(&mut self, reset: SystemTime, until: Instant, remaining: u64) {
        match &mut self.all {
            // Responses can overtake each other.
            All::Reported {
                reset: known,
                remaining: left,
                ..
            } if *known == reset => *left = remaining.min(*left),
            All::Reported { reset: known, .. } if *known > reset => {}
            all => {
                *all = All::Reported {
                    reset,
                    until,
                    remaining,
                };
            }
        }
    }
}
