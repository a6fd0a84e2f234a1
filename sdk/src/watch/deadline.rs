//! Deadlines and intervals.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Error, ErrorKind};
use crate::request::{InvalidArgument, Operation};

pub(crate) fn check_interval(
    interval: Duration,
    operation: &'static Operation,
) -> Result<(), Error> {
    if interval.is_zero() {
        let invalid =
            InvalidArgument::new("interval", "an interval of zero would poll without a pause");
        return Err(invalid.to_error(operation.id));
    }
    Ok(())
}

/// The time after which waiting fails, if any.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    pub(crate) fn start(after: Option<Duration>) -> Self {
        // A deadline that overflows the clock never passes.
        Self(after.and_then(|after| Instant::now().checked_add(after)))
    }

    /// Drives a future, and fails if the deadline passes first.
    pub(crate) async fn limit<T>(
        self,
        waiting_for: &'static str,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let now = Instant::now();
        let left = self
            .0
            .map_or(Duration::MAX, |at| at.saturating_duration_since(now));
        tokio::time::timeout(left, future)
            .await
            .unwrap_or_else(|_| Err(passed(waiting_for)))
    }

    /// Sleeps, and fails if the deadline passes first.
    pub(crate) async fn sleep(
        self,
        waiting_for: &'static str,
        interval: Duration,
    ) -> Result<(), Error> {
        self.limit(waiting_for, async {
            tokio::time::sleep(interval).await;
            Ok(())
        })
        .await
    }
}

fn passed(waiting_for: &'static str) -> Error {
    Error::new(ErrorKind::Deadline { waiting_for })
}
