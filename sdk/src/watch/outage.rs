//! Polls that fail in a row, and how long they are waited out.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use http::header::CONTENT_TYPE;
use tokio::time::Instant;

use super::options::PollOptions;
use crate::Error;

/// How long an outage is waited out by default. A restart of GitLab takes up to ten minutes.
const MAX_OUTAGE: Duration = Duration::from_secs(15 * 60);

/// The longest wait between two polls during an outage, unless the server requests a longer one or jitter extends it.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

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
            .with_min_delay(options.interval.min(LONGEST_WAIT))
            .with_max_delay(LONGEST_WAIT)
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

/// Returns whether a poll failed for a reason that passes.
fn passes(error: &Error) -> bool {
    let locked = |message: &str| message.contains("Resource lock");
    error.is_transient()
        || error.is_conflict() && error.message().is_some_and(locked)
        || is_page(error)
}

/// Returns whether a page of HTML arrived instead of data: of maintenance, or of a proxy.
fn is_page(error: &Error) -> bool {
    let content_type = error
        .headers()
        .and_then(|headers| headers.get(CONTENT_TYPE));
    let html = content_type.is_some_and(|it| it.as_bytes().starts_with(b"text/html"));
    html && !error.is_status()
}
