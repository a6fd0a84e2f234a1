//! The entries of a list, one by one.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;
use serde::de::DeserializeOwned;

use crate::{Cursor, Error, Pages};

/// A [`Stream`] of the entries of a list, over all its pages.
///
/// The next page is asked for while this one is read. An error comes after all entries before it, and ends the stream;
/// [`cursor`](Self::cursor) then tells where to go on.
///
/// With offset pagination, entries that are added meanwhile shift the pages, so that an entry can come twice.
///
/// ```no_run
/// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
/// let mut jobs = client.list_project_jobs("group/project").stream();
/// while let Some(job) = jobs.try_next().await? {
///     println!("{} {}", job.id, job.status);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent until the stream is polled"]
pub struct Items<T> {
    pages: Pages<T>,
    page: vec::IntoIter<T>,
    /// Where the page at hand is, and how many of its entries were taken.
    at: Option<Cursor>,
}

impl<T> Items<T> {
    pub(super) fn new(pages: Pages<T>) -> Self {
        Self {
            pages,
            page: Vec::new().into_iter(),
            at: None,
        }
    }

    /// Asks for the next page while this one is read, or only when it is needed. On by default.
    pub fn prefetch(mut self, prefetch: bool) -> Self {
        self.pages = self.pages.prefetch(prefetch);
        self
    }

    /// Asks for several pages at once; see [`Pages::concurrency`].
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.pages = self.pages.concurrency(pages);
        self
    }

    /// Goes on where another stream of the same list was; see [`cursor`](Self::cursor).
    pub fn resume(mut self, cursor: Cursor) -> Self {
        self.pages = self.pages.resume(cursor);
        self
    }

    /// The place after the last entry taken, as data: [`resume`](Self::resume) goes on there, also after an error. None
    /// before the first page was asked for, and after the last entry.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        match &self.at {
            Some(at) if self.page.len() > 0 => Some(at.clone()),
            _ => self.pages.cursor(),
        }
    }

    /// Returns the next entry of the page at hand, without waiting for another page.
    pub(crate) fn buffered(&mut self) -> Option<T> {
        let item = self.page.next()?;
        if let Some(at) = &mut self.at {
            at.taken += 1;
        }
        Some(item)
    }
}

impl<T: DeserializeOwned> Items<T> {
    /// The next one; none at the end. The same as `TryStreamExt::try_next`, without a crate to import it from.
    ///
    /// # Errors
    ///
    /// What the stream gives as an error.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }
}

impl<T: DeserializeOwned> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.buffered() {
                return Poll::Ready(Some(Ok(item)));
            }
            let Some(page) = ready!(self.pages.poll_page(cx)) else {
                return Poll::Ready(None);
            };
            let (page, at) = page?;
            self.page = page.into_inner().into_iter();
            // A cursor counts the entries that were taken of its page before; they are asked for again with it.
            let taken = at.taken;
            self.at = Some(at);
            if taken > 0 {
                self.page.nth(taken - 1);
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.page.len(), None)
    }
}

impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("buffered", &self.page.len())
            .finish()
    }
}
