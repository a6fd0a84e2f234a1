//! The idle timeout: it runs while the server is awaited, and never while the caller is busy with what came.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

use crate::error::{Error, ErrorKind};

/// A program that was stopped, or whose runtime nobody drove, finds the timer expired before it has looked at what
/// arrived meanwhile. It gets this long to look.
const GRACE: Duration = Duration::from_millis(50);

/// Measures how long nothing came.
pub(crate) struct Idle {
    timeout: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Busy,
    Waiting,
    Grace,
}

impl Idle {
    pub(crate) fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            timer: None,
            state: State::Busy,
        }
    }

    /// Passes on what was polled; pending for too long becomes an error.
    pub(crate) fn watch<T>(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<T>,
    ) -> Poll<Result<T, Error>> {
        if let Poll::Ready(ready) = polled {
            self.state = State::Busy;
            return Poll::Ready(Ok(ready));
        }
        if self.state == State::Busy {
            self.set(State::Waiting, self.timeout);
        }
        while let Some(timer) = &mut self.timer
            && timer.as_mut().poll(cx).is_ready()
        {
            if self.state == State::Grace {
                self.state = State::Busy;
                return Poll::Ready(Err(Error::new(ErrorKind::Timeout)));
            }
            self.set(State::Grace, GRACE);
        }
        Poll::Pending
    }

    /// Drives a future until it is ready, or too long pending.
    pub(crate) async fn limit<T>(mut self, future: impl Future<Output = T>) -> Result<T, Error> {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|cx| {
            let polled = future.as_mut().poll(cx);
            self.watch(cx, polled)
        })
        .await
    }

    fn set(&mut self, state: State, wait: Duration) {
        self.state = state;
        match (&mut self.timer, Instant::now().checked_add(wait)) {
            (Some(timer), Some(at)) => timer.as_mut().reset(at),
            (timer, Some(_)) => *timer = Some(Box::pin(tokio::time::sleep(wait))),
            // Longer than time itself is no timeout.
            (timer, None) => *timer = None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    fn run<T>(future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        runtime.unwrap().block_on(future)
    }

    #[test]
    fn nothing_for_too_long_is_a_timeout() {
        let error = run(Idle::new(Duration::from_millis(1)).limit(pending::<()>())).unwrap_err();
        assert!(error.is_timeout());
    }

    #[test]
    fn a_timeout_longer_than_time_is_none() {
        assert_eq!(run(Idle::new(Duration::MAX).limit(async { 7 })).unwrap(), 7);
    }
}
