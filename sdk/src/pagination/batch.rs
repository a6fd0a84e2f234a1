//! Pages that are requested at once, although items are added to their list meanwhile.

use std::collections::VecDeque;
use std::iter::successors;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use serde_json::Value;

use super::place::numbered_after;
use crate::Client;
use crate::error::Error;
use crate::http::{RawResponse, Task};
use crate::request::Request;

/// How often pages are requested at once before they are requested one after the other.
const TRIES: u32 = 2;

/// Consecutive pages that were requested at once.
///
/// A new item moves the last item of each page to the next one. If the server handles that page first, the item is on
/// neither. The pages are therefore used only if the newest item is the same before and after them.
pub(super) struct Batch {
    pub(super) first: Request,
    reading: Task<Read>,
}

/// A page that was requested.
pub(super) type Requested = (Request, Result<RawResponse, Error>);

/// The pages of a batch, up to the first error.
pub(super) struct Read {
    pub(super) pages: VecDeque<Requested>,
    /// The newest item after the pages were read, if it is known.
    pub(super) newest: Option<Newest>,
}

/// The newest item of a list, if it has any.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Newest(Option<Value>);

impl Batch {
    /// Requests consecutive pages. `newest` is the newest item, unless it has to be requested first.
    pub(super) fn start(
        client: &Client,
        first: Request,
        pages: usize,
        newest: Option<Newest>,
    ) -> Self {
        let reading = read(client.clone(), first.clone(), pages, newest);
        Self {
            reading: Task::start(first.operation.id, reading),
            first,
        }
    }

    /// Returns the pages once they have arrived.
    pub(super) fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Result<Read, Error>> {
        Poll::Ready(ready!(Pin::new(&mut self.reading).poll(cx)))
    }
}

async fn read(
    client: Client,
    first: Request,
    pages: usize,
    newest: Option<Newest>,
) -> Result<Read, Error> {
    let mut before = match newest {
        Some(newest) => newest,
        None => request_newest(&client, &first).await?,
    };
    let requests = successors(Some(first.clone()), |page| Some(numbered_after(page)));
    let requests: Vec<_> = requests.take(pages).collect();
    for _ in 0..TRIES {
        let pages = request_at_once(&client, &requests).await;
        let after = request_newest(&client, &first).await?;
        if before == after {
            let newest = Some(after);
            return Ok(Read { pages, newest });
        }
        before = after;
    }
    // Each page is handled after the one before it, so an item that moves on is only repeated.
    let mut pages = VecDeque::new();
    for request in requests {
        let page = client.receive(request.clone()).await;
        let failed = page.is_err();
        pages.push_back((request, page));
        if failed {
            break;
        }
    }
    Ok(Read {
        pages,
        newest: None,
    })
}

async fn request_at_once(client: &Client, requests: &[Request]) -> VecDeque<Requested> {
    let start = |request: &Request| {
        let page = client.receive(request.clone());
        (request.clone(), Task::start(request.operation.id, page))
    };
    let started: Vec<_> = requests.iter().map(start).collect();
    let mut pages = VecDeque::new();
    for (request, page) in started {
        let page = page.await;
        let failed = page.is_err();
        pages.push_back((request, page));
        if failed {
            break;
        }
    }
    pages
}

/// Requests the first item of the list that a page belongs to.
async fn request_newest(client: &Client, page: &Request) -> Result<Newest, Error> {
    let mut request = page.clone();
    request.set_query("page", [1]);
    request.set_query("per_page", [1]);
    let items = client.execute::<Vec<Value>>(request).await?.into_inner();
    let id = |item: Value| item.get("id").cloned().unwrap_or(item);
    Ok(Newest(items.into_iter().next().map(id)))
}
