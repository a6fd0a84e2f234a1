//! Calls in tasks of their own.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::task::JoinHandle;

use crate::credential::in_current_source;
use crate::error::{Error, ErrorKind};
use crate::telemetry;

/// A call that continues while its caller is busy or waits for something else.
///
/// Dropping it cancels the call.
pub(crate) struct Task<T> {
    operation: &'static str,
    handle: JoinHandle<Result<T, Error>>,
}

impl<T: Send + 'static> Task<T> {
    /// Starts a call, for which [`require_runtime`](super::require_runtime) has succeeded.
    pub(crate) fn start(
        operation: &'static str,
        call: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Self {
        Self {
            operation,
            handle: tokio::spawn(in_current_source(telemetry::in_current_span(call))),
        }
    }
}

impl<T> Future for Task<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match ready!(Pin::new(&mut self.handle).poll(cx)) {
            Ok(result) => result,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The runtime is shutting down.
            Err(error) => Err(Error::new(ErrorKind::Transport)
                .operation(self.operation)
                .with_source(error)),
        })
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.handle.abort();
    }
}
