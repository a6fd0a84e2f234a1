//! The timeout of a whole call.

use std::fmt;
use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind};

/// The time by which a call must end.
#[derive(Clone, Copy)]
pub(super) struct TimeLimit(Option<Limit>);

#[derive(Clone, Copy)]
struct Limit {
    timeout: Duration,
    at: Instant,
}

impl TimeLimit {
    /// Starts the clock.
    pub(super) fn start(timeout: Option<Duration>) -> Self {
        // A timeout that overflows the clock never expires.
        Self(timeout.and_then(|timeout| {
            let at = Instant::now().checked_add(timeout)?;
            Some(Limit { timeout, at })
        }))
    }

    /// Drives a future until the time has expired.
    pub(super) async fn watch<T>(
        self,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Some(Limit { timeout, at }) = self.0 else {
            return future.await;
        };
        tokio::time::timeout_at(at, future)
            .await
            .unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout).with_source(Expired(timeout))))
    }
}

/// The cause of a timeout of the whole call, as set by the caller.
#[derive(Debug)]
struct Expired(Duration);

impl fmt::Display for Expired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the call was given {:?}", self.0)
    }
}

impl std::error::Error for Expired {}
