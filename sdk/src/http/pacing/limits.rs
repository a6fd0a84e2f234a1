//! What is known about the limiters that count the requests with one token.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};
use tokio::time::Instant;

use crate::headers::{LONGEST_PERIOD, RateLimit, retry_after, until_reset};

/// The number of concurrent requests until it is known whether the server reports a limit.
const PROBES: u64 = 4;

/// How long to wait for the responses to these. A slower server does not hold up other requests.
const PROBE_TIME: Duration = Duration::from_secs(1);

/// The most limiters and paths that are remembered, since a server can name any number. GitLab has about ten limiters.
const REMEMBERED: usize = 64;

/// Which limiter counts a request.
pub(super) type LimiterId = usize;

/// What is known about the limiters that count the requests with one token.
#[derive(Debug)]
pub(super) struct Limits {
    /// The first is that of the operations of the spec. Others count custom requests, such as those for files.
    limiters: Vec<Limiter>,
    /// The limiters of the paths of custom requests, where it is another one.
    paths: HashMap<String, LimiterId>,
    /// The time until which an endpoint rejects requests.
    endpoints: HashMap<String, Instant>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            limiters: vec![Limiter::default()],
            paths: HashMap::new(),
            endpoints: HashMap::new(),
        }
    }
}

/// A limiter, by the name that the server reports.
#[derive(Debug, Default)]
struct Limiter {
    name: Option<String>,
    all: All,
    in_flight: u64,
}

/// The limit on all requests that a limiter counts.
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

    /// Returns the limiter of a request: a custom one has a path.
    pub(super) fn limiter(&self, path: Option<&str>) -> LimiterId {
        path.and_then(|path| self.paths.get(path))
            .copied()
            .unwrap_or_default()
    }

    /// Counts a new request, or returns the time until which it must wait for a change.
    pub(super) fn enter(
        &mut self,
        limiter: LimiterId,
        now: Instant,
        max_wait: Duration,
    ) -> Result<(), Instant> {
        let limiter = &mut self.limiters[limiter];
        match limiter.wait(now) {
            Some(until) if until - now <= max_wait => Err(until),
            _ => {
                limiter.in_flight += 1;
                Ok(())
            }
        }
    }

    /// Counts the end of a request.
    pub(super) fn leave(&mut self, limiter: LimiterId) {
        self.limiters[limiter].in_flight -= 1;
    }

    /// Returns the number of pending requests.
    pub(super) fn in_flight(&self) -> u64 {
        self.limiters.iter().map(|limiter| limiter.in_flight).sum()
    }

    /// Learns from a response. Returns how long requests have to wait from now on, if they have to.
    pub(super) fn observe(
        &mut self,
        (endpoint, path): (&str, Option<&str>),
        status: StatusCode,
        headers: &HeaderMap,
        (now, time): (Instant, SystemTime),
    ) -> Option<Duration> {
        let limit = RateLimit::from_headers(headers);
        let name = limit.as_ref().and_then(|limit| limit.name.as_deref());
        let limiter = self.named(path, name);
        if status == StatusCode::TOO_MANY_REQUESTS {
            let wait = retry_after(headers, time).or_else(|| until_reset(headers, time));
            let wait = wait.filter(|wait| *wait <= LONGEST_PERIOD)?;
            let until = now.checked_add(wait)?;
            match limit {
                Some(limit) => {
                    let reset = limit.reset.or_else(|| time.checked_add(wait))?;
                    let remaining = 0;
                    self.limiters[limiter].all = All::Reported {
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
                self.limiters[limiter].reported(reset, now.checked_add(wait)?, remaining);
                (remaining == 0).then_some(wait)
            }
            _ => {
                let all = &mut self.limiters[limiter].all;
                if status.is_success() && matches!(all, All::Unknown { .. }) {
                    *all = All::Unreported;
                }
                None
            }
        }
    }

    /// Returns the limiter that a response is about, and remembers it for the path of a custom request.
    fn named(&mut self, path: Option<&str>, name: Option<&str>) -> LimiterId {
        let known = self.limiter(path);
        let Some(name) = name else {
            return known;
        };
        let has_name = |limiter: &Limiter| limiter.name.as_deref() == Some(name);
        let Some(path) = path else {
            // The operations of the spec share a limiter, whatever a server calls it.
            let limiter = &mut self.limiters[known];
            if !has_name(limiter) {
                limiter.name = Some(name.to_owned());
            }
            return known;
        };
        let id = match self.limiters.iter().position(has_name) {
            Some(id) => id,
            None if self.limiters.len() < REMEMBERED => {
                self.limiters.push(Limiter {
                    name: Some(name.to_owned()),
                    ..Limiter::default()
                });
                self.limiters.len() - 1
            }
            None => return known,
        };
        if id != known {
            if self.paths.len() >= REMEMBERED {
                self.paths.clear();
            }
            self.paths.insert(path.to_owned(), id);
        }
        id
    }
}

impl Limiter {
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
