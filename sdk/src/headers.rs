//! What the headers of a response say.

mod page_info;
mod rate_limit;

pub use page_info::PageInfo;
pub use rate_limit::RateLimit;

use std::time::{Duration, SystemTime};

use chrono::{DateTime, NaiveDateTime, Utc};
use http::HeaderMap;
use http::header::{AsHeaderName, CONTENT_LENGTH, DATE, RETRY_AFTER};

/// The longest period of a rate limit. A reset further away is in the wrong unit, or from a wrong clock.
pub(crate) const LONGEST_PERIOD: Duration = Duration::from_secs(3600);

/// Returns the value of a header, trimmed, if it is present and printable ASCII.
pub(crate) fn text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Returns the value of a header that is a number.
pub(crate) fn number(headers: &HeaderMap, name: impl AsHeaderName) -> Option<u64> {
    text(headers, name)?.parse().ok()
}

/// Returns the length of the body in bytes, if the server announced it.
pub(crate) fn content_length(headers: &HeaderMap) -> Option<u64> {
    number(headers, CONTENT_LENGTH)
}

/// Returns the id under which GitLab logs the request.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    text(headers, "x-request-id")
}

/// Returns the wait that the server requests by `Retry-After`: a number of seconds, or a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER)?;
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    // A date in the past requests no wait.
    let wait = http_date(value)? - DateTime::<Utc>::from(server_time(headers, now));
    Some(wait.to_std().unwrap_or_default())
}

/// Returns the time on the server's clock, to which its other times refer. The clock of this machine may be wrong.
fn server_time(headers: &HeaderMap, now: SystemTime) -> SystemTime {
    let date = text(headers, DATE).and_then(http_date);
    date.map_or(now, SystemTime::from)
}

/// Parses a date in any of the three forms of HTTP (RFC 9110, 5.6.7), of which the first is that of mail (RFC 2822).
fn http_date(value: &str) -> Option<DateTime<Utc>> {
    if let Ok(date) = DateTime::parse_from_rfc2822(value) {
        return Some(date.to_utc());
    }
    ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(value, form).ok())
        .map(|date| date.and_utc())
}

/// Returns the wait until the next period of the rate limit, unless the reset is too far away to be true.
pub(crate) fn until_reset(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let reset = RateLimit::from_headers(headers)?.reset?;
    let now = server_time(headers, now);
    let wait = reset.duration_since(now).unwrap_or_default();
    (wait <= LONGEST_PERIOD).then_some(wait)
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

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
            let found = retry_after(
                &[(RETRY_AFTER, value.parse().unwrap())]
                    .into_iter()
                    .collect(),
                now,
            );
            assert_eq!(found, seconds.map(Duration::from_secs), "{value}");
        }
    }

    #[test]
    fn times_refer_to_the_clock_of_the_server() {
        let headers = [
            (DATE, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (RETRY_AFTER, "Sun, 06 Nov 1994 08:50:37 GMT"),
            (HeaderName::from_static("ratelimit-reset"), "784111807"),
        ];
        let headers = headers
            .map(|(name, value)| (name, HeaderValue::from_static(value)))
            .into_iter()
            .collect();
        for now in [SystemTime::UNIX_EPOCH, SystemTime::now()] {
            let wait = retry_after(&headers, now);
            assert_eq!(wait, Some(Duration::from_secs(60)));
            let wait = until_reset(&headers, now);
            assert_eq!(wait, Some(Duration::from_secs(30)));
        }
    }
}
