//! Rate limits: counting requests, and the two shapes of 429.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use chrono::{DateTime, Utc};
use hyper::StatusCode;

use crate::clock::http_date;
use crate::response::Response;
use crate::route::Operation;
use crate::settings::Settings;

/// The body that the per-endpoint limiter sends.
pub(crate) const TOO_MANY: &str =
    r#"{"message":{"error":"This endpoint has been requested too many times. Try again later."}}"#;

/// A number of requests allowed within a period of the server's clock. Refused requests count too.
///
/// ```
/// use std::time::Duration;
/// use fake_gitlab::{FakeGitlab, RateLimit};
///
/// let limit = RateLimit::json(5, Duration::from_secs(60));
/// let gitlab = FakeGitlab::builder()
///     .configure(|settings| settings.rate_limit = Some(limit))
///     .start();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    requests: u64,
    period: Duration,
    shape: Shape,
    rolling: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Json,
    Text,
}

impl RateLimit {
    /// Creates a limit whose 429 has a JSON body, like that of the per-endpoint limiter. It has `Retry-After` if
    /// [`Settings::json_retry_after`] is set.
    #[must_use]
    pub fn json(requests: u64, period: Duration) -> Self {
        Self::new(requests, period, Shape::Json)
    }

    /// Creates a limit whose 429 has the body `Retry later`, with `Retry-After` and the `RateLimit-*` headers, like
    /// that of the front-end limiter. All headers but `Retry-After` are sent with every other response too.
    #[must_use]
    pub fn text(requests: u64, period: Duration) -> Self {
        Self::new(requests, period, Shape::Text)
    }

    /// Counts each request for a whole period after it, instead of restarting the count with each period. Since refused
    /// requests count, a client that keeps sending them is never let in.
    #[must_use]
    pub fn rolling(mut self) -> Self {
        self.rolling = true;
        self
    }

    fn new(requests: u64, period: Duration, shape: Shape) -> Self {
        Self {
            requests,
            period,
            shape,
            rolling: false,
        }
    }
}

/// The counters of a server.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    all: Counter,
    /// By user, operation and job.
    actions: HashMap<(u64, Operation, u64), Counter>,
}

impl Limiter {
    /// Counts a request for the limit on all requests, if there is one.
    pub(crate) fn count(&mut self, settings: &Settings, now: DateTime<Utc>) -> Option<Standing> {
        Some(self.all.count(settings.rate_limit?, now))
    }

    /// Counts an action of a user on a job. Returns the 429 if there is a limit and it is exceeded.
    pub(crate) fn act(
        &mut self,
        settings: &Settings,
        action: (u64, Operation, u64),
        now: DateTime<Utc>,
    ) -> Result<(), Response> {
        let always = matches!(action.1, Operation::RetryJob | Operation::PlayJob);
        let limit = settings
            .action_limit
            .filter(|_| always || settings.limits_cancel_and_erase);
        let Some(limit) = limit else {
            return Ok(());
        };
        let standing = self.actions.entry(action).or_default().count(limit, now);
        standing.refusal(settings).map_or(Ok(()), Err)
    }
}

/// The requests that currently count.
#[derive(Debug, Default)]
struct Counter {
    since: DateTime<Utc>,
    arrived: VecDeque<DateTime<Utc>>,
}

/// The position of a request within the limit.
#[derive(Debug)]
pub(crate) struct Standing {
    limit: RateLimit,
    observed: u64,
    now: DateTime<Utc>,
    seconds_left: u64,
}

impl Counter {
    fn count(&mut self, limit: RateLimit, now: DateTime<Utc>) -> Standing {
        if limit.rolling {
            self.arrived.retain(|arrived| now < *arrived + limit.period);
        } else if now >= self.since + limit.period {
            self.since = now;
            self.arrived.clear();
        }
        self.arrived.push_back(now);
        let observed = self.arrived.len();
        let since = if limit.rolling {
            // Once this request no longer counts, one more fits.
            let allowed = usize::try_from(limit.requests).unwrap_or(usize::MAX);
            let index = observed.saturating_sub(allowed).min(observed - 1);
            self.arrived[index]
        } else {
            self.since
        };
        let left = (since + limit.period - now).num_milliseconds();
        Standing {
            limit,
            observed: observed as u64,
            now,
            seconds_left: u64::try_from(left).unwrap_or(0).div_ceil(1000),
        }
    }
}

impl Standing {
    /// Returns the 429 if the limit is exceeded.
    pub(crate) fn refusal(&self, settings: &Settings) -> Option<Response> {
        if self.observed <= self.limit.requests {
            return None;
        }
        let status = StatusCode::TOO_MANY_REQUESTS;
        let seconds = self.seconds_left.to_string();
        Some(match self.limit.shape {
            Shape::Json if settings.json_retry_after => {
                Response::new(status, "application/json", TOO_MANY)
                    .with_header("retry-after", &seconds)
            }
            Shape::Json => Response::new(status, "application/json", TOO_MANY),
            Shape::Text => {
                Response::text(status, "Retry later\n").with_header("retry-after", &seconds)
            }
        })
    }

    /// Adds the `RateLimit-*` headers, if the limiter sends them.
    pub(crate) fn mark(&self, response: Response) -> Response {
        if self.limit.shape == Shape::Json {
            return response;
        }
        let headers = headers(
            self.limit.requests,
            self.observed,
            self.seconds_left,
            self.now,
        );
        headers
            .into_iter()
            .fold(response, |response, (name, value)| {
                response.with_header(name, &value)
            })
    }
}

/// The `RateLimit-*` headers.
pub(crate) fn headers(
    limit: u64,
    observed: u64,
    seconds_left: u64,
    now: DateTime<Utc>,
) -> [(&'static str, String); 6] {
    let reset = now + Duration::from_secs(seconds_left);
    [
        ("ratelimit-name", "throttle_authenticated_api".to_owned()),
        ("ratelimit-limit", limit.to_string()),
        ("ratelimit-observed", observed.to_string()),
        (
            "ratelimit-remaining",
            limit.saturating_sub(observed).to_string(),
        ),
        ("ratelimit-reset", reset.timestamp().to_string()),
        ("ratelimit-resettime", http_date(reset)),
    ]
}
