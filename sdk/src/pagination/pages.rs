//! A list page by page, as far as the server names a next page.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::walk::Walk;
use super::{Items, Strategy};
use crate::http::Request;
use crate::{Client, Cursor, Error, Response};

/// A [`Stream`] of the pages of a list, each a [`Response`] with its [`PageInfo`](crate::PageInfo).
///
/// Without a choice of yours, a list that has it is asked for by keyset, and any other by offset, 100 entries a page. A
/// server that refuses keyset pagination on the first page (400 or 405) is asked again by offset.
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
    entries: PhantomData<fn() -> T>,
}

/// More pages at once would be an attack rather than a list.
const MAX_CONCURRENCY: usize = 32;

impl<T> Pages<T> {
    pub(crate) fn new(client: Client, request: Request, kinds: &'static [Strategy]) -> Self {
        Self {
            walk: Walk::new(client, request, kinds),
            entries: PhantomData,
        }
    }

    /// The entries of the pages, one by one.
    pub(crate) fn items(self) -> Items<T> {
        Items::new(self)
    }

    /// Asks for the next page while this one is read, or only when it is needed. On by default: reading a list changes
    /// nothing, and at most one page is asked for in vain.
    pub fn prefetch(mut self, prefetch: bool) -> Self {
        self.walk.prefetch = prefetch;
        self
    }

    /// Asks for several pages at once, by number, and gives them in their order. The default is 1, the most is 32.
    ///
    /// It is faster where the network is slow, and up to `pages - 1` pages beyond the end are asked for in vain. The list
    /// is asked for by offset; together with keyset pagination of your choice it is an error. In a list that changes
    /// meanwhile, entries can be missed or come twice.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.walk.concurrency = pages.clamp(1, MAX_CONCURRENCY);
        self
    }

    /// Goes on where another stream of the same list was; see [`cursor`](Self::cursor). A page of which some entries were
    /// taken comes whole.
    pub fn resume(mut self, cursor: Cursor) -> Self {
        self.walk.resumed = Some(cursor);
        self
    }

    /// The page that comes next, as data: [`resume`](Self::resume) goes on there, also after an error. None before the
    /// first page was asked for, and after the last.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        self.walk.cursor()
    }
}

impl<T: DeserializeOwned> Pages<T> {
    /// The next one; none at the end. The same as `TryStreamExt::try_next`, without a crate to import it from.
    ///
    /// # Errors
    ///
    /// What the stream gives as an error.
    pub async fn try_next(&mut self) -> Result<Option<Response<Vec<T>>>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }

    /// The next page, and where it is.
    pub(super) fn poll_page(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Located<T>, Error>>> {
        loop {
            let Some(page) = ready!(self.walk.poll_page(cx)) else {
                return Poll::Ready(None);
            };
            let (request, page) = page?;
            match page.decode::<Vec<T>>() {
                Ok(page) => {
                    let at = self.walk.arrived(request, &page.page_info());
                    return Poll::Ready(Some(Ok((page, at))));
                }
                Err(error) => self.walk.failed(request, error),
            }
        }
    }
}

/// A page, and where it is.
type Located<T> = (Response<Vec<T>>, Cursor);

impl<T: DeserializeOwned> Stream for Pages<T> {
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
