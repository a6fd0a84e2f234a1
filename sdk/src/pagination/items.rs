//! A list item by item.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;

use crate::{Cursor, Error, Pages};

/// A [`Stream`] of the items of a list, across all its pages.
///
/// The next page is requested while the current one is read. An error is yielded after all items before it, and ends the
/// stream; [`cursor`](Self::cursor) then returns where to continue.
///
/// With offset pagination, items that are added or leave the list shift the pages. If the server sends totals, as it does
/// for a pipeline of up to 10,000 jobs, each item is returned once, even if the jobs that were returned are retried meanwhile.
/// Without totals, an item can be repeated, and one can be missed if others leave the list.
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
    /// The position of the current page, and how many of its items were taken.
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

    /// Sets whether the next page is requested while the current one is read. The default is `true`.
    pub fn prefetch(mut self, prefetch: bool) -> Self {
        self.pages = self.pages.prefetch(prefetch);
        self
    }

    /// Sets how many pages are requested at once; see [`Pages::concurrency`].
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.pages = self.pages.concurrency(pages);
        self
    }

    /// Resumes at the [`cursor`](Self::cursor) of another stream of the same list.
    pub fn resume(mut self, cursor: Cursor) -> Self {
        self.pages = self.pages.resume(cursor);
        self
    }

    /// Returns the position after the last item taken, where [`resume`](Self::resume) continues, even after an error.
    ///
    /// It is `None` before the first page was requested, and after the last item.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        match &self.at {
            Some(at) if self.page.len() > 0 => Some(at.clone()),
            _ => self.pages.cursor(),
        }
    }

    /// Returns the next item of the current page, without waiting for another page.
    pub(crate) fn buffered(&mut self) -> Option<T> {
        let item = self.page.next()?;
        if let Some(at) = &mut self.at {
            at.taken += 1;
        }
        Some(item)
    }

    /// Returns the next item, or `None` at the end of the list.
    ///
    /// Equivalent to `TryStreamExt::try_next`, but needs no other crate.
    ///
    /// # Errors
    ///
    /// Returns the error that the stream yields.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx))
            .await
            .transpose()
    }
}

impl<T> Stream for Items<T> {
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
            // The items that were taken from the page of a cursor are part of the response again.
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
