//! One page in flight, which arrives while its reader is busy.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::sync::oneshot;

use crate::error::Error;
use crate::http::{Accept, RawResponse, Task};
use crate::request::Request;
use crate::{Client, PageInfo};

/// A page that was requested. Dropping it cancels the request.
pub(super) struct Fetch {
    pub(super) request: Request,
    info: Option<oneshot::Receiver<PageInfo>>,
    page: Task<Page>,
}

/// A page that has arrived.
pub(super) struct Page {
    pub(super) response: RawResponse,
    /// Whether [`Fetch::poll_info`] is about an earlier attempt, whose body was lost. The list may have changed since.
    pub(super) info_is_outdated: bool,
}

impl Fetch {
    /// Requests a page.
    pub(super) fn start(client: &Client, request: Request) -> Self {
        let (announce, info) = oneshot::channel();
        let page = page(client.clone(), request.clone(), announce);
        Self {
            page: Task::start(request.operation.id, page),
            info: Some(info),
            request,
        }
    }

    /// Returns what the headers say about the next page, once. Pending for good after that, and if no headers arrived.
    pub(super) fn poll_info(&mut self, cx: &mut Context<'_>) -> Poll<PageInfo> {
        let Some(info) = &mut self.info else {
            return Poll::Pending;
        };
        let info = ready!(Pin::new(info).poll(cx));
        self.info = None;
        info.map_or(Poll::Pending, Poll::Ready)
    }

    /// Returns the page once it has arrived.
    pub(super) fn poll_page(&mut self, cx: &mut Context<'_>) -> Poll<Result<Page, Error>> {
        Pin::new(&mut self.page).poll(cx)
    }
}

/// Requests a page, and announces what its headers say before the body has arrived.
async fn page(
    client: Client,
    request: Request,
    announce: oneshot::Sender<PageInfo>,
) -> Result<Page, Error> {
    let mut announce = Some(announce);
    let sender = client.sender();
    let mut retry = sender.retry(&request);
    let mut call = sender.call(&request, Accept::Json, &mut retry)?;
    let mut info_is_outdated = false;
    loop {
        let head = call.head().await?;
        if let Some(announce) = announce.take() {
            // A reader that does not look ahead no longer listens.
            let _ = announce.send(PageInfo::from_headers(head.headers()));
        }
        if let Some(response) = call.body(head).await? {
            return Ok(Page {
                response,
                info_is_outdated,
            });
        }
        info_is_outdated = true;
    }
}
