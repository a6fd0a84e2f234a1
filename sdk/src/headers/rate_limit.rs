//! The state of a rate limit, from the headers.

use std::time::{Duration, SystemTime};

use http::HeaderMap;

use super::{number, text};

/// The state of a rate limit, from the `RateLimit-*` headers, which servers may omit.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Name of the limiter, such as `throttle_authenticated_api`.
    pub name: Option<String>,
    /// Number of requests that are allowed in a period.
    pub limit: Option<u64>,
    /// Number of requests made in this period.
    pub observed: Option<u64>,
    /// Number of requests left in this period.
    pub remaining: Option<u64>,
    /// Start of the next period.
    pub reset: Option<SystemTime>,
}

impl RateLimit {
    pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let number = |name| number(headers, name);

        let rate_limit = Self {
            name: text(headers, "ratelimit-name").map(str::to_owned),
            limit: number("ratelimit-limit"),
            observed: number("ratelimit-observed"),
            remaining: number("ratelimit-remaining"),
            reset: number("ratelimit-reset").and_then(|seconds| {
                SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
            }),
        };
        let Self {
            name,
            limit,
            observed,
            remaining,
            reset,
        } = &rate_limit;
        let any = name.is_some()
            || limit.is_some()
            || observed.is_some()
            || remaining.is_some()
            || reset.is_some();
        any.then_some(rate_limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn missing_or_invalid_headers_are_left_out() {
        assert_eq!(RateLimit::from_headers(&headers(&[])), None);
        assert_eq!(
            RateLimit::from_headers(&headers(&[("ratelimit-limit", "many")])),
            None
        );
        let huge = headers(&[
            ("ratelimit-reset", "18446744073709551615"),
            ("ratelimit-limit", "60"),
        ]);
        assert_eq!(RateLimit::from_headers(&huge).unwrap().reset, None);
    }
}
