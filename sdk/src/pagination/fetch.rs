//! One page on its way, in a task of its own, so that it arrives while its reader is busy.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::error::{Error, ErrorKind};
use crate::http::Request;
use crate::{Client, PageInfo, Response};

/// A page that was asked for. Dropped, it is no longer asked for.
pub(super) struct Fetch {
    pub(super) request: Request,
    info: Option<oneshot::Receiver<PageInfo>>,
    page: JoinHandle<Result<Response<Bytes>, Error>>,
}

impl Fetch {
    /// Asks for a page.
    pub(super) fn start(client: &Client, request: Request) -> Self {
        let (told, info) = oneshot::channel();
        let page = tokio::spawn(client.fetch(request.clone(), Some(told)));
        Self {
            request,
            info: Some(info),
            page,
        }
    }

    /// What the headers say of the next page, once; pending for good when it was told, or when none came.
    pub(super) fn poll_info(&mut self, cx: &mut Context<'_>) -> Poll<PageInfo> {
        let Some(info) = &mut self.info else {
            return Poll::Pending;
        };
        let info = ready!(Pin::new(info).poll(cx));
        self.info = None;
        info.map_or(Poll::Pending, Poll::Ready)
    }

    pub(super) fn poll_page(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Response<Bytes>, Error>> {
        Poll::Ready(match ready!(Pin::new(&mut self.page).poll(cx)) {
            Ok(page) => page,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The runtime is shutting down.
            Err(error) => Err(Error::new(ErrorKind::Transport)
                .operation(&self.request.operation)
                .with_source(error)),
        })
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        self.page.abort();
    }
}
