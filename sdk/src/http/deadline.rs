//! The deadline of a call, or of a series of calls.

use std::time::Duration;

use tokio::time::Instant;

use crate::Error;

/// The time by which something must end, if any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Option<Limit>);

#[derive(Clone, Copy, Debug)]
struct Limit {
    after: Duration,
    at: Instant,
}

impl Deadline {
    /// Starts the clock.
    pub(crate) fn start(after: Option<Duration>) -> Self {
        // A deadline that overflows the clock never passes.
        Self(after.and_then(|after| {
            let at = Instant::now().checked_add(after)?;
            Some(Limit { after, at })
        }))
    }

    /// Drives a future until the deadline passes, which is the error that `passed` returns for the time that was given.
    pub(crate) async fn limit<T>(
        self,
        passed: impl FnOnce(Duration) -> Error,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Some(Limit { after, at }) = self.0 else {
            return future.await;
        };
        tokio::time::timeout_at(at, future)
            .await
            .unwrap_or_else(|_| Err(passed(after)))
    }
}
