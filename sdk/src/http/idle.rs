//! The idle timeout, which runs while waiting for the server, but not while the caller is busy.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

use crate::error::{Error, ErrorKind};

/// The grace period before a timeout is reported.
///
/// A program that was stopped, or whose runtime was blocked, finds the timer expired before it has read the bytes that
/// arrived meanwhile. Measured with a runtime of 1, 2 or 4 workers that was blocked for longer than the timeout while a
/// response arrived: without a grace period, 180 of 180 responses were reported as timeouts; with up to 1 ms, 1 of 540;
/// from 2 ms on, none of 720. The rest is margin for a busy machine.
const GRACE: Duration = Duration::from_millis(50);

/// Measures the time since anything last arrived.
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

    /// Passes on the result of a poll, or returns an error if the polls were pending for too long.
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

    /// Drives a future until it is ready, or has been pending for too long.
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
            // A timeout that overflows the clock never expires.
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
    fn a_future_that_is_pending_for_too_long_is_a_timeout() {
        let error = run(Idle::new(Duration::from_millis(1)).limit(pending::<()>())).unwrap_err();
        assert!(error.is_timeout());
    }

    #[test]
    fn a_timeout_that_overflows_the_clock_never_expires() {
        assert_eq!(run(Idle::new(Duration::MAX).limit(async { 7 })).unwrap(), 7);
    }

    #[test]
    fn a_response_that_arrived_while_the_runtime_was_blocked_is_not_a_timeout() {
        let received = run(async {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            tokio::spawn(async move {
                std::thread::sleep(Duration::from_millis(20));
                // The expired timer is polled before the rest of this task.
                tokio::task::yield_now().await;
                sender.send(7)
            });
            Idle::new(Duration::from_millis(5)).limit(receiver).await
        });
        assert_eq!(received.unwrap(), Ok(7));
    }
}
