//! The server's clock: the system's, or one that a test advances.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};

/// The clock of a server, which determines the progress of jobs, the periods of rate limits, and all times in
/// responses.
///
/// Clones share one clock, so a test keeps one and gives the other to the server.
///
/// ```
/// use std::time::Duration;
/// use fake_gitlab::{Clock, FakeGitlab};
///
/// let clock = Clock::manual();
/// let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
/// clock.advance(Duration::from_secs(90));
/// # drop(gitlab);
/// ```
#[derive(Debug, Clone)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    System { ahead: Mutex<Duration> },
    Manual { now: Mutex<DateTime<Utc>> },
}

impl Clock {
    /// Creates a clock that follows the system's.
    #[must_use]
    pub fn system() -> Self {
        Self(Arc::new(Source::System {
            ahead: Mutex::default(),
        }))
    }

    /// Creates a clock that stands still at 2024-01-01T00:00:00Z until [`advance`](Self::advance)d.
    #[must_use]
    pub fn manual() -> Self {
        let start = DateTime::from_timestamp(1_704_067_200, 0).unwrap_or_default();
        Self::manual_at(start)
    }

    /// Creates a clock that stands still at `start` until [`advance`](Self::advance)d.
    #[must_use]
    pub fn manual_at(start: DateTime<Utc>) -> Self {
        Self(Arc::new(Source::Manual {
            now: Mutex::new(start),
        }))
    }

    /// Returns the time on this clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &*self.0 {
            Source::System { ahead } => {
                Utc::now() + *ahead.lock().unwrap_or_else(PoisonError::into_inner)
            }
            Source::Manual { now } => *now.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves the clock forward. A system clock then runs ahead of the system's by that much.
    pub fn advance(&self, by: Duration) {
        match &*self.0 {
            Source::System { ahead } => {
                *ahead.lock().unwrap_or_else(PoisonError::into_inner) += by;
            }
            Source::Manual { now } => *now.lock().unwrap_or_else(PoisonError::into_inner) += by,
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

/// Formats a time as HTTP headers do.
pub(crate) fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
