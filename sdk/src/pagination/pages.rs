//! A list page by page.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::walk::Walk;
use super::{Items, Strategy};
use crate::http::RawResponse;
use crate::request::Request;
use crate::{Client, Cursor, Error, Response};

/// A [`Stream`] of the pages of a list, each a [`Response`] with its [`PageInfo`](crate::PageInfo).
///
/// Unless you choose otherwise, a list is requested by keyset if it supports that, else by offset, with 100 items a page. If
/// the server refuses keyset pagination on the first page (400 or 405), the list is requested by offset, unless you asked for
/// an order that only keyset pagination has.
///
/// ```no_run
/// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
/// let mut pages = client.list_pipeline_jobs("group/project", 6).pages().concurrency(4);
/// while let Some(page) = pages.try_next().await? {
///     println!("{} of {:?} jobs", page.len(), page.page_info().total);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent until the stream is polled"]
pub struct Pages<T> {
    walk: Walk,
    /// A function pointer, so that decoding a model is compiled once, in this crate, and not in each program that lists it
    /// (126,000 lines of LLVM IR for a small one, instead of 10,000).
    decode: fn(RawResponse) -> Result<Response<Vec<T>>, Error>,
}

/// More requests at once would only overload the server.
const MAX_CONCURRENCY: usize = 32;

impl<T: DeserializeOwned> Pages<T> {
    pub(crate) fn new(client: Client, request: Request, strategies: &'static [Strategy]) -> Self {
        Self {
            walk: Walk::new(client, request, strategies),
            decode: RawResponse::decode,
        }
    }
}

impl<T> Pages<T> {
    /// Returns the items of the pages.
    pub(crate) fn items(self) -> Items<T> {
        Items::new(self)
    }

    /// Sets whether the next page is requested while the current one is read. The default is `true`.
    ///
    /// At most one page is requested unnecessarily.
    pub fn prefetch(mut self, prefetch: bool) -> Self {
        self.walk.prefetch = prefetch;
        self
    }

    /// Sets how many pages are requested at once. They are yielded in order. The default is 1, the maximum is 32.
    ///
    /// It is faster on a slow network, and requests up to `pages - 1` pages beyond the end unnecessarily. The list is
    /// requested by offset, so choosing keyset pagination as well is an error.
    ///
    /// Items that are added meanwhile move others to later pages, but none is missed. The totals of the pages tell
    /// whether one may have been, and if so, its page is requested again. A list without totals, such as the jobs of a
    /// project, is requested in batches: a small request after each batch checks that no item was added. If one was, the batch
    /// is requested again, and then page by page.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.walk.concurrency = pages.clamp(1, MAX_CONCURRENCY);
        self
    }

    /// Resumes at the [`cursor`](Self::cursor) of another stream of the same list. A page that was partly read is yielded as
    /// a whole.
    pub fn resume(mut self, cursor: Cursor) -> Self {
        self.walk.resumed = Some(cursor);
        self
    }

    /// Returns the position of the next page, where [`resume`](Self::resume) continues, even after an error.
    ///
    /// It is `None` before the first page was requested, and after the last page.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        self.walk.cursor()
    }

    /// Returns the next page, or `None` at the end of the list.
    ///
    /// Equivalent to `TryStreamExt::try_next`, but needs no other crate.
    ///
    /// # Errors
    ///
    /// Returns the error that the stream yields.
    pub async fn try_next(&mut self) -> Result<Option<Response<Vec<T>>>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// Returns the next page and its position.
    pub(super) fn poll_page(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Positioned<T>, Error>>> {
        loop {
            let Some(page) = ready!(self.walk.poll_page(cx)) else {
                return Poll::Ready(None);
            };
            let (request, page) = page?;
            match (self.decode)(page) {
                Ok(page) => {
                    let at = self.walk.arrived(request, &page.page_info());
                    return Poll::Ready(Some(Ok((page, at))));
                }
                Err(error) => self.walk.failed(request, error),
            }
        }
    }
}

/// A page and its position.
type Positioned<T> = (Response<Vec<T>>, Cursor);

impl<T> Stream for Pages<T> {
    type Item = Result<Response<Vec<T>>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let page = ready!(self.poll_page(cx));
        Poll::Ready(page.map(|page| page.map(|(page, _)| page)))
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("cursor", &self.cursor())
            .field("prefetch", &self.walk.prefetch)
            .field("concurrency", &self.walk.concurrency)
            .finish_non_exhaustive()
    }
}
