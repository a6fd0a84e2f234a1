//! What the server says about its rate limit.

use std::time::{Duration, SystemTime};

use chrono::{DateTime, NaiveDateTime, Utc};
use http::HeaderMap;

/// The state of a rate limit, from the `RateLimit-*` headers. A server need not send any of them.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Which limiter counts, such as `throttle_authenticated_api`.
    pub name: Option<String>,
    /// How many requests are allowed in a period.
    pub limit: Option<u64>,
    /// How many were made in this period.
    pub observed: Option<u64>,
    /// How many are left in this period.
    pub remaining: Option<u64>,
    /// When the next period begins.
    pub reset: Option<SystemTime>,
}

impl RateLimit {
    pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::trim)
        };
        let number = |name| text(name).and_then(|value| value.parse().ok());

        let rate_limit = Self {
            name: text("ratelimit-name").map(str::to_owned),
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

/// How long the server asks to wait, by `Retry-After`: a number of seconds, or a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers
        .get(http::header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    // A date in the past is no wait.
    let wait = http_date(value)? - DateTime::<Utc>::from(now);
    Some(wait.to_std().unwrap_or_default())
}

/// Reads a date in any of HTTP's three forms (RFC 9110, 5.6.7), of which the first is a date of mails, read as such.
fn http_date(value: &str) -> Option<DateTime<Utc>> {
    if let Ok(date) = DateTime::parse_from_rfc2822(value) {
        return Some(date.to_utc());
    }
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(value, form).ok())
        .map(|date| date.and_utc())
}

/// How long until the rate limit's next period.
pub(crate) fn until_reset(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let reset = RateLimit::from_headers(headers)?.reset?;
    Some(reset.duration_since(now).unwrap_or_default())
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
    fn absent_or_senseless_headers_are_no_state() {
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

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        for (value, seconds) in [
            ("30", Some(30)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sunday, 06-Nov-94 08:50:37 GMT", Some(60)),
            ("Sun Nov  6 08:50:37 1994", Some(60)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("01 Jan 99999 00:00:00 GMT", Some(3_092_712_333_023)),
            ("01 Jan 9999999 00:00:00 GMT", None),
            ("-1", None),
            ("soon", None),
        ] {
            let found = retry_after(&headers(&[("retry-after", value)]), now);
            assert_eq!(found, seconds.map(Duration::from_secs), "{value}");
        }
    }
}
