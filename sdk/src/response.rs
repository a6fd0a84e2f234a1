//! An answer: what was asked for, beside what the headers say.

mod buffered;
mod download;

pub(crate) use buffered::{Buffered, Chunks, readable};
pub use download::Download;

use std::ops::{Deref, DerefMut};

use http::{HeaderMap, StatusCode};

use crate::http::headers::request_id;
use crate::{PageInfo, RateLimit};

/// A successful answer.
///
/// It can be used as the value itself, and gives it up with [`into_inner`](Self::into_inner).
#[derive(Clone, Debug)]
pub struct Response<T> {
    head: Box<Head>,
    value: T,
}

/// The status line and the headers of an answer.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) attempts: u32,
}

impl<T> Response<T> {
    pub(crate) fn new(head: Head, value: T) -> Self {
        Self {
            head: Box::new(head),
            value,
        }
    }

    /// The value, without the rest.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    pub(crate) fn into_parts(self) -> (Head, T) {
        (*self.head, self.value)
    }

    /// The same answer with another value.
    #[must_use]
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            head: self.head,
            value: f(self.value),
        }
    }

    /// The HTTP status, always a 2xx.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// All headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// The id under which GitLab's own logs have this request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.head.headers)
    }

    /// Where this page stands in its list. Empty for what is no list.
    #[must_use]
    pub fn page_info(&self) -> PageInfo {
        PageInfo::from_headers(&self.head.headers)
    }

    /// The state of the rate limit, where the server tells it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::from_headers(&self.head.headers)
    }

    /// How often the request was sent until it succeeded, from 1.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.head.attempts
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Response<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// The entries of a page.
impl<T> IntoIterator for Response<Vec<T>> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.value.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Response<Vec<T>> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.value.iter()
    }
}
