//! The deadline of a wait.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind};

/// The time after which waiting fails, if any.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline(Option<Instant>);

impl Deadline {
    pub(super) fn start(after: Option<Duration>) -> Self {
        // A deadline that overflows the clock never passes.
        Self(after.and_then(|after| Instant::now().checked_add(after)))
    }

    /// Drives a future, and fails if the deadline passes first.
    pub(super) async fn limit<T>(
        self,
        waiting_for: &'static str,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Some(at) = self.0 else {
            return future.await;
        };
        tokio::time::timeout_at(at, future)
            .await
            .unwrap_or_else(|_| Err(Error::new(ErrorKind::Deadline { waiting_for })))
    }
}
