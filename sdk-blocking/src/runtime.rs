//! The runtime behind a blocking client, driven by the calling threads.

use std::future::poll_fn;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::thread;

use futures_core::Stream;
use gitlab_jobs::__private::{blocked_source, in_current_source, is_in_source, runtime_error};
use gitlab_jobs::Error;
use tokio::runtime::{Builder, Handle};

/// A runtime shared by the clones of a client and by what they return.
///
/// It has no thread of its own. Concurrent callers share it: one of them drives the connections for all, and when it is
/// done, another takes over.
#[derive(Clone, Debug)]
pub(crate) struct Runtime(Arc<Inner>);

#[derive(Debug)]
struct Inner(Option<tokio::runtime::Runtime>);

impl Runtime {
    pub(crate) fn new() -> Result<Self, Error> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(runtime_error)?;
        Ok(Self(Arc::new(Inner(Some(runtime)))))
    }

    /// Drives a future to its end.
    pub(crate) fn block_on<T: Send>(
        &self,
        future: impl Future<Output = Result<T, Error>> + Send,
    ) -> Result<T, Error> {
        let Some(runtime) = &self.0.0 else {
            unreachable!("the runtime exists until it is dropped")
        };
        let future = async {
            // Connections are not driven between calls. Here, the runtime notices which of them the server has closed
            // meanwhile, before a request is sent on one.
            turn().await;
            future.await
        };
        let Ok(current) = Handle::try_current() else {
            return runtime.block_on(future);
        };
        if is_in_source() && current.id() == runtime.handle().id() {
            return Err(blocked_source());
        }
        let future = in_current_source(future);
        // A thread that belongs to another runtime must not drive this one: tokio panics unless the thread may block,
        // and offers no way to check whether it may.
        thread::scope(|scope| {
            let driver = thread::Builder::new().name("gitlab-jobs-blocking".to_owned());
            let driver = driver
                .spawn_scoped(scope, || runtime.block_on(future))
                .map_err(runtime_error)?;
            driver.join().unwrap_or_else(|panic| resume_unwind(panic))
        })
    }

    /// Drives a stream to its next item.
    pub(crate) fn next<T: Send>(
        &self,
        stream: &mut (impl Stream<Item = Result<T, Error>> + Unpin + Send),
    ) -> Option<Result<T, Error>> {
        self.block_on(next(stream)).transpose()
    }

    /// Drives a stream to its next item, and sends what it requests ahead.
    pub(crate) fn next_ahead<T: Send>(
        &self,
        stream: &mut (impl Stream<Item = Result<T, Error>> + Unpin + Send),
    ) -> Option<Result<T, Error>> {
        let next = async {
            let item = next(stream).await;
            // The runtime is not driven until the next call. Here, the request for the next page is sent, so that its
            // response arrives while the caller is busy.
            turn().await;
            item
        };
        self.block_on(next).transpose()
    }
}

async fn next<T>(
    stream: &mut (impl Stream<Item = Result<T, Error>> + Unpin),
) -> Result<Option<T>, Error> {
    poll_fn(|cx| Pin::new(&mut *stream).poll_next(cx))
        .await
        .transpose()
}

/// Lets the runtime process events on its connections (the first turn), and run the tasks that these wake (the second).
///
/// Measured with 400 POSTs, each after the server has closed the previous connection: without a turn, 200 were lost;
/// with one or more, none. Of 100 pages to be requested ahead, none was sent without a turn, and all with one or more.
async fn turn() {
    for _ in 0..2 {
        tokio::task::yield_now().await;
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Waiting for the tasks would panic in async code.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
