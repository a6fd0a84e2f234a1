//! A TCP connection, and the means to end it in ways HTTP does not provide for.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Close,
    Reset,
    CloseWhenIdle(Duration),
}

/// Ends a connection from within a request or a body.
#[derive(Debug, Default)]
pub(crate) struct Control {
    pub(crate) number: u64,
    requests: AtomicU64,
    under_way: AtomicBool,
    reset: AtomicBool,
    when_flushed: Mutex<Option<Ending>>,
    ended: Notify,
}

impl Control {
    pub(crate) fn new(number: u64) -> Arc<Self> {
        Arc::new(Self {
            number,
            ..Self::default()
        })
    }

    /// Records the start of a request, and returns its position on the connection.
    pub(crate) fn request_began(&self) -> u64 {
        self.under_way.store(true, Ordering::SeqCst);
        self.requests.fetch_add(1, Ordering::SeqCst)
    }

    /// Records the end of a response.
    pub(crate) fn response_ended(&self) {
        self.under_way.store(false, Ordering::SeqCst);
    }

    /// Resets the connection at once.
    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::SeqCst);
        self.ended.notify_one();
    }

    /// Ends the connection once everything written has been flushed.
    pub(crate) fn end_when_flushed(&self, ending: Ending) {
        *self
            .when_flushed
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(ending);
    }

    /// Waits until the connection is to be dropped.
    pub(crate) async fn ended(&self) {
        self.ended.notified().await;
    }

    fn flushed(self: &Arc<Self>) {
        let ending = self
            .when_flushed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match ending {
            None => {}
            Some(Ending::Close | Ending::CloseWhenIdle(Duration::ZERO)) => self.ended.notify_one(),
            Some(Ending::Reset) => self.reset(),
            Some(Ending::CloseWhenIdle(after)) => {
                let control = Arc::clone(self);
                tokio::spawn(async move {
                    tokio::time::sleep(after).await;
                    if !control.under_way.load(Ordering::SeqCst) {
                        control.ended.notify_one();
                    }
                });
            }
        }
    }
}

/// A TCP stream that notifies its [`Control`] when everything has been written, and is reset on drop if requested.
#[derive(Debug)]
pub(crate) struct Stream {
    tcp: TokioIo<TcpStream>,
    control: Arc<Control>,
}

impl Stream {
    pub(crate) fn new(tcp: TcpStream, control: Arc<Control>) -> Self {
        Self {
            tcp: TokioIo::new(tcp),
            control,
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.control.reset.load(Ordering::SeqCst) {
            // If this fails, the connection is closed rather than reset, and there is no one to report it to.
            let _ = self.tcp.inner().set_zero_linger();
        }
    }
}

impl Read for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_read(context, buffer)
    }
}

impl Write for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(context, buffer)
    }

    /// Called by hyper once its own buffer is empty, which marks the end of a response.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.tcp).poll_flush(context);
        if flushed.is_ready() {
            self.control.flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write_vectored(context, buffers)
    }
}
