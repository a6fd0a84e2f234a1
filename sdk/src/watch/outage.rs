//! Polls that fail in a row, and how long they are waited out.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use super::options::PollOptions;
use crate::Error;

/// How long an outage is waited out by default. A restart of GitLab takes up to ten minutes.
const MAX_OUTAGE: Duration = Duration::from_secs(15 * 60);

/// The longest wait between two polls during an outage, unless the interval is longer, or the server requests a longer
/// one. Jitter can double it.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// How long 404 is waited out. A new job or pipeline can be unknown to a read replica for a moment.
const REPLICA_LAG: Duration = Duration::from_secs(5);

/// A row of failed polls.
#[derive(Debug)]
pub(super) struct Outage {
    began: Instant,
    /// When 404 began, if that was the last failure.
    not_found: Option<Instant>,
    longest: Duration,
    backoff: ExponentialBackoff,
    /// The last failure.
    pub(super) failure: Option<Error>,
}

impl Outage {
    /// Starts the clock, at the first failure.
    pub(super) fn start(options: &PollOptions) -> Self {
        let default = options.deadline.map_or(MAX_OUTAGE, |_| Duration::MAX);
        let backoff = ExponentialBuilder::new()
            .with_factor(1.5)
            .with_min_delay(options.interval)
            .with_max_delay(options.interval.max(LONGEST_WAIT))
            .with_jitter()
            .without_max_times();
        Self {
            began: Instant::now(),
            not_found: None,
            longest: options.max_outage.unwrap_or(default),
            backoff: backoff.build(),
            failure: None,
        }
    }

    /// Returns the wait before the next poll, or `None` if there should be no other.
    pub(super) fn wait_after(&mut self, error: &Error) -> Option<Duration> {
        let mut left = self.longest.saturating_sub(self.began.elapsed());
        if error.is_not_found() {
            let since = *self.not_found.get_or_insert_with(Instant::now);
            left = left.min(REPLICA_LAG.saturating_sub(since.elapsed()));
        } else if passes(error) {
            self.not_found = None;
        } else {
            return None;
        }
        let requested = error.retry_after().unwrap_or_default();
        // A longer wait would only seem to hang.
        if left.is_zero() || requested > left {
            return None;
        }
        // The last poll is sent when the time is over.
        Some(self.backoff.next()?.max(requested).min(left))
    }
}

/// Returns whether a poll failed for a reason that passes. A page of HTML may be one of maintenance.
fn passes(error: &Error) -> bool {
    error.is_transient() || error.is_html()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;
    use crate::error::ErrorKind;

    const SECOND: Duration = Duration::from_secs(1);
    const MINUTE: Duration = Duration::from_secs(60);
    const DAY: Duration = Duration::from_secs(24 * 3600);

    fn failed(status: u16) -> Error {
        failed_with(status, &[])
    }

    fn failed_with(status: u16, headers: &[(&'static str, &'static str)]) -> Error {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let kind = ErrorKind::Status { hint: None };
        let status = StatusCode::from_u16(status).unwrap();
        Error::new(kind).with_response(status, headers.collect::<HeaderMap>(), Bytes::new())
    }

    /// Lets every poll fail, and returns how long they are repeated, and the longest wait between two.
    async fn endured(
        options: PollOptions,
        mut failure: impl FnMut(Duration) -> Error,
    ) -> (Duration, Duration) {
        let (began, mut longest) = (Instant::now(), Duration::ZERO);
        let mut outage = Outage::start(&options);
        while let Some(wait) = outage.wait_after(&failure(began.elapsed())) {
            longest = longest.max(wait);
            tokio::time::sleep(wait).await;
        }
        // Timers have a resolution of a millisecond.
        (Duration::from_secs(began.elapsed().as_secs()), longest)
    }

    #[tokio::test(start_paused = true)]
    async fn what_passes_is_endured_for_15_minutes() {
        for error in [
            || failed(429),
            || failed(502),
            || failed(503),
            || failed_with(503, &[("retry-after", "0")]),
            || Error::new(ErrorKind::Html),
            || Error::new(ErrorKind::Connect),
            || Error::new(ErrorKind::Transport),
            || Error::new(ErrorKind::Timeout),
        ] {
            let (time, longest) = endured(PollOptions::default(), |_| error()).await;
            assert_eq!(time, MAX_OUTAGE, "{:?}", error());
            assert!(longest > LONGEST_WAIT / 2 && longest <= 2 * LONGEST_WAIT);
        }
        for status in [400, 401, 403, 409] {
            let (time, _) = endured(PollOptions::default(), |_| failed(status)).await;
            assert_eq!(time, Duration::ZERO, "{status}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_or_a_deadline_takes_the_place_of_15_minutes() {
        for (max_outage, deadline) in [(7 * SECOND, None), (7 * SECOND, Some(DAY))] {
            let options = PollOptions {
                max_outage: Some(max_outage),
                deadline,
                ..PollOptions::default()
            };
            assert_eq!(endured(options, |_| failed(502)).await.0, max_outage);
        }
        let options = PollOptions {
            deadline: Some(2 * DAY),
            ..PollOptions::default()
        };
        let until_fixed = |elapsed: Duration| failed(if elapsed > DAY { 401 } else { 502 });
        assert!(endured(options, until_fixed).await.0 >= DAY);
        let options = PollOptions {
            max_outage: Some(Duration::ZERO),
            ..PollOptions::default()
        };
        assert_eq!(endured(options, |_| failed(502)).await.0, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_is_not_found_is_given_up_soon() {
        let (endured_404, _) = endured(PollOptions::default(), |_| failed(404)).await;
        assert_eq!(endured_404, REPLICA_LAG);
        // After a restart, too, replicas can lag behind.
        let restarted = |elapsed: Duration| failed(if elapsed < 5 * MINUTE { 502 } else { 404 });
        let (endured_both, _) = endured(PollOptions::default(), restarted).await;
        assert!(endured_both >= 5 * MINUTE + REPLICA_LAG, "{endured_both:?}");
        assert!(endured_both <= 6 * MINUTE, "{endured_both:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_requested_wait_is_honored_unless_it_is_longer_than_the_rest() {
        let options = PollOptions::default();
        let requested = |_| failed_with(503, &[("retry-after", "600")]);
        assert_eq!(endured(options, requested).await.0, 10 * MINUTE);
        let requested = |_| failed_with(503, &[("retry-after", "901")]);
        assert_eq!(endured(options, requested).await.0, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_long_interval_is_kept_but_the_last_poll_is_sent_in_time() {
        let mut options = PollOptions::default();
        options.set_interval(10 * MINUTE);
        let (time, longest) = endured(options, |_| failed(502)).await;
        assert_eq!(time, MAX_OUTAGE);
        assert!(longest >= 10 * MINUTE);
        options.set_interval(Duration::MAX);
        assert_eq!(endured(options, |_| failed(502)).await.0, MAX_OUTAGE);
    }
}
