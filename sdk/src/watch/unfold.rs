//! A stream made from a state and an async function that advances it to the next item.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::Error;

/// The stream. Between two items it owns its state, so that options can be set until it is first polled.
pub(crate) enum Unfold<S, T> {
    Idle(Box<S>),
    Busy(Busy<S, T>),
    Ended,
}

type Busy<S, T> = Pin<Box<dyn Future<Output = (Box<S>, Next<T>)> + Send + Sync>>;

/// The next item, or `None` at the end of the stream.
pub(crate) type Next<T> = Result<Option<T>, Error>;

/// A state that can be advanced to the next item.
pub(crate) trait Advance: Sized + Send + Sync + 'static {
    type Item: Send + Sync + 'static;

    /// Advances to the next item.
    fn advance(&mut self) -> impl Future<Output = Next<Self::Item>> + Send + Sync;
}

impl<S: Advance> Unfold<S, S::Item> {
    pub(crate) fn new(state: S) -> Self {
        Self::Idle(Box::new(state))
    }

    /// Changes the state, unless the stream is being polled or has ended.
    pub(crate) fn adjust(&mut self, change: impl FnOnce(&mut S)) {
        if let Self::Idle(state) = self {
            change(state);
        }
    }

    /// Returns the next item. An error is the last one.
    pub(crate) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<S::Item, Error>>> {
        loop {
            match std::mem::replace(self, Self::Ended) {
                Self::Ended => return Poll::Ready(None),
                Self::Idle(mut state) => {
                    *self = Self::Busy(Box::pin(async move {
                        let next = state.advance().await;
                        (state, next)
                    }));
                }
                Self::Busy(mut busy) => {
                    let Poll::Ready((state, next)) = busy.as_mut().poll(cx) else {
                        *self = Self::Busy(busy);
                        return Poll::Pending;
                    };
                    if let Ok(Some(_)) = &next {
                        *self = Self::Idle(state);
                    }
                    return Poll::Ready(next.transpose());
                }
            }
        }
    }
}
