//! Lists of several pages, as iterators.

use gitlab_jobs::__private::buffered;
use gitlab_jobs::{Cursor, Error, Response};

use crate::runtime::Runtime;

/// An iterator over the items of a list, across all its pages; see [`gitlab_jobs::Items`].
///
/// ```no_run
/// # let client = gitlab_jobs_blocking::Client::from_env()?;
/// for job in client.list_project_jobs("group/project").iter() {
///     let job = job?;
///     println!("{} {}", job.id, job.status);
/// }
/// # Ok::<(), gitlab_jobs_blocking::Error>(())
/// ```
#[derive(Debug)]
#[must_use = "nothing is sent until the iterator is advanced"]
pub struct Items<T> {
    inner: gitlab_jobs::Items<T>,
    runtime: Runtime,
}

/// An iterator over the pages of a list; see [`gitlab_jobs::Pages`].
#[derive(Debug)]
#[must_use = "nothing is sent until the iterator is advanced"]
pub struct Pages<T> {
    inner: gitlab_jobs::Pages<T>,
    runtime: Runtime,
}

macro_rules! options {
    ($name:ident) => {
        impl<T> $name<T> {
            pub(crate) fn new(inner: gitlab_jobs::$name<T>, runtime: Runtime) -> Self {
                Self { inner, runtime }
            }

            #[doc = concat!("See [`gitlab_jobs::", stringify!($name), "::prefetch`].")]
            ///
            /// Nothing drives a request between two calls of the iterator. With a timeout
            /// ([`Client::with_timeout`](crate::Client::with_timeout)) that is shorter than the time between them, turn
            /// prefetching off.
            pub fn prefetch(self, prefetch: bool) -> Self {
                Self {
                    inner: self.inner.prefetch(prefetch),
                    ..self
                }
            }

            #[doc = concat!("See [`gitlab_jobs::", stringify!($name), "::concurrency`].")]
            pub fn concurrency(self, pages: usize) -> Self {
                Self {
                    inner: self.inner.concurrency(pages),
                    ..self
                }
            }

            #[doc = concat!("See [`gitlab_jobs::", stringify!($name), "::resume`].")]
            pub fn resume(self, cursor: Cursor) -> Self {
                Self {
                    inner: self.inner.resume(cursor),
                    ..self
                }
            }

            #[doc = concat!("See [`gitlab_jobs::", stringify!($name), "::cursor`].")]
            #[must_use]
            pub fn cursor(&self) -> Option<Cursor> {
                self.inner.cursor()
            }
        }
    };
}

options!(Items);
options!(Pages);

impl<T: Send> Iterator for Items<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        match buffered(&mut self.inner) {
            Some(item) => Some(Ok(item)),
            None => self.runtime.next_ahead(&mut self.inner),
        }
    }
}

impl<T: Send> Iterator for Pages<T> {
    type Item = Result<Response<Vec<T>>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.runtime.next_ahead(&mut self.inner)
    }
}
