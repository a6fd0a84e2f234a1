//! The runtime behind a blocking client: turned by whichever thread makes a call.

use std::cell::Cell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use gitlab_jobs::Error;
use tokio::runtime::{Builder, Handle};
use tokio::task::coop::{RestoreOnPending, poll_proceed};

/// The most that a task may do between two waits in tokio; more than that is no budget at all.
const MOST_BUDGET: usize = 256;

/// A runtime shared by the clones of a client and by what they hand out.
///
/// It has no thread of its own. Threads that call at the same time share it: one of them watches the connections for
/// all, and when it is done, another goes on.
#[derive(Clone, Debug)]
pub(crate) struct Runtime(Arc<Inner>);

#[derive(Debug)]
struct Inner(Option<tokio::runtime::Runtime>);

impl Runtime {
    pub(crate) fn new() -> Result<Self, Error> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Error::runtime)?;
        Ok(Self(Arc::new(Inner(Some(runtime)))))
    }

    /// Drives a future to its end.
    pub(crate) fn block_on<T>(
        &self,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Some(runtime) = &self.0.0 else {
            unreachable!("the runtime is there until it is dropped")
        };
        let entered = Cell::new(false);
        let future = async {
            entered.set(true);
            // Nobody watches the connections between two calls. Here the runtime sees which of them the server has
            // closed meanwhile, before a request is sent on one.
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            future.await
        };
        if Handle::try_current().is_err() {
            return runtime.block_on(future);
        }
        if is_polled() {
            return Err(Error::blocking_in_async());
        }
        // In `spawn_blocking` and `block_in_place`. An unconstrained task looks the same, and there tokio panics.
        match catch_unwind(AssertUnwindSafe(|| runtime.block_on(future))) {
            Ok(result) => result,
            Err(panic) if entered.get() => resume_unwind(panic),
            Err(_) => Err(Error::blocking_in_async()),
        }
    }

    /// Drives a stream to its next item, and what it asks for ahead on its way.
    pub(crate) fn next_ahead<T>(
        &self,
        stream: &mut (impl Stream<Item = Result<T, Error>> + Unpin),
    ) -> Option<Result<T, Error>> {
        let next = async {
            let item = poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx)).await;
            // Until the next call nobody drives the runtime. Here the request for the next page gets to the network, so
            // that its answer comes while the caller is busy.
            for _ in 0..3 {
                tokio::task::yield_now().await;
            }
            item.transpose()
        };
        self.block_on(next).transpose()
    }

    /// Drives a stream to its next item.
    pub(crate) fn next<T>(
        &self,
        stream: &mut (impl Stream<Item = Result<T, Error>> + Unpin),
    ) -> Option<Result<T, Error>> {
        self.block_on(async {
            poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx))
                .await
                .transpose()
        })
        .transpose()
    }
}

/// Whether a task is being polled on this thread: tokio then limits what may be done until its next wait, and nowhere
/// else.
fn is_polled() -> bool {
    let mut cx = Context::from_waker(Waker::noop());
    let mut taken = Vec::<RestoreOnPending>::new();
    while taken.len() < MOST_BUDGET {
        match poll_proceed(&mut cx) {
            Poll::Ready(unit) => taken.push(unit),
            Poll::Pending => break,
        }
    }
    let limited = taken.len() < MOST_BUDGET;
    // Each gives back what it found, the first one last.
    while taken.pop().is_some() {}
    limited
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Waiting for the tasks would panic in async code.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
