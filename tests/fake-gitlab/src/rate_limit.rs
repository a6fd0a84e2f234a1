//! Rate limiting: counting requests, and the two shapes of 429.

use chrono::{DateTime, Utc};
use hyper::StatusCode;

use crate::response::{Content, Response};
use crate::settings::{RateLimit, RateLimitShape};

/// What the project-jobs limiter answers.
pub(crate) const TOO_MANY: &str =
    r#"{"message":{"error":"This endpoint has been requested too many times. Try again later."}}"#;

/// Requests counted in the current period.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    since: DateTime<Utc>,
    observed: u64,
}

/// Where a request stands within the limit.
#[derive(Debug)]
pub(crate) struct Standing {
    limit: RateLimit,
    observed: u64,
    now: DateTime<Utc>,
    seconds_left: u64,
}

impl Counter {
    /// Counts a request.
    pub(crate) fn count(&mut self, limit: RateLimit, now: DateTime<Utc>) -> Standing {
        if now >= self.since + limit.period {
            self.since = now;
            self.observed = 0;
        }
        self.observed += 1;
        let left = (self.since + limit.period - now).num_milliseconds();
        let seconds_left = u64::try_from(left).unwrap_or(0).div_ceil(1000);
        Standing {
            limit,
            observed: self.observed,
            now,
            seconds_left,
        }
    }
}

impl Standing {
    /// The 429, if the limit is passed.
    pub(crate) fn refusal(&self) -> Option<Response> {
        if self.observed <= self.limit.requests {
            return None;
        }
        let status = StatusCode::TOO_MANY_REQUESTS;
        Some(match self.limit.shape {
            RateLimitShape::Json => {
                Response::new(status, "application/json", Content::Bytes(TOO_MANY.into()))
            }
            RateLimitShape::Text => Response::text(status, "Retry later\n")
                .with_header("retry-after", &self.seconds_left.to_string()),
        })
    }

    /// Adds the fields that tell how much is left, where the limiter sends them.
    pub(crate) fn mark(&self, response: Response) -> Response {
        if self.limit.shape == RateLimitShape::Json {
            return response;
        }
        let fields = fields(
            self.limit.requests,
            self.observed,
            self.seconds_left,
            self.now,
        );
        fields
            .into_iter()
            .fold(response, |response, (name, value)| {
                response.with_header(name, &value)
            })
    }
}

/// The `RateLimit-*` fields.
pub(crate) fn fields(
    limit: u64,
    observed: u64,
    seconds_left: u64,
    now: DateTime<Utc>,
) -> [(&'static str, String); 6] {
    let reset = now + std::time::Duration::from_secs(seconds_left);
    [
        ("ratelimit-name", "throttle_authenticated_api".to_owned()),
        ("ratelimit-limit", limit.to_string()),
        ("ratelimit-observed", observed.to_string()),
        (
            "ratelimit-remaining",
            limit.saturating_sub(observed).to_string(),
        ),
        ("ratelimit-reset", reset.timestamp().to_string()),
        (
            "ratelimit-resettime",
            reset.format("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        ),
    ]
}
