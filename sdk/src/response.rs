//! Successful responses.

use std::ops::{Deref, DerefMut};

use http::{HeaderMap, StatusCode};

use crate::headers::{PageInfo, RateLimit, request_id};

/// A successful response: the decoded value, with the status and the headers.
///
/// It dereferences to the value, and [`into_inner`](Self::into_inner) returns it. `Debug` shows the headers as the server sent
/// them, even if it repeats a token in them.
#[derive(Clone, Debug)]
pub struct Response<T> {
    head: Box<Head>,
    value: T,
}

/// The status and the headers of a response, and the attempts that it took.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) attempts: u32,
}

impl<T> Response<T> {
    /// Creates a response with status 200 and without headers, for tests of programs that take responses.
    ///
    /// ```
    /// use gitlab_jobs::Response;
    /// use gitlab_jobs::types::{Job, JobStatus};
    ///
    /// fn summary(job: &Response<Job>) -> String {
    ///     format!("{} after {} attempts", job.status, job.attempts())
    /// }
    ///
    /// let mut job = Job::default();
    /// job.status = JobStatus::Failed;
    /// assert_eq!(summary(&Response::new(job)), "failed after 1 attempts");
    /// ```
    #[must_use]
    pub fn new(value: T) -> Self {
        let head = Head {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            attempts: 1,
        };
        Self::with_head(head, value)
    }

    pub(crate) fn with_head(head: Head, value: T) -> Self {
        Self {
            head: Box::new(head),
            value,
        }
    }

    /// Returns the value.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    pub(crate) fn into_parts(self) -> (Head, T) {
        (*self.head, self.value)
    }

    /// Maps the value, and keeps the status and the headers.
    #[must_use]
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            head: self.head,
            value: f(self.value),
        }
    }

    /// Returns the HTTP status, which is always a 2xx.
    ///
    /// The status of a job is a field of the model: `job.status`, without parentheses.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// Returns the headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }

    /// Returns the id of the request in GitLab's own logs.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.head.headers)
    }

    /// Returns the position of this page in its list. It is empty if the response is not a list.
    #[must_use]
    pub fn page_info(&self) -> PageInfo {
        PageInfo::from_headers(&self.head.headers)
    }

    /// Returns the state of the rate limit, if the server sends it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        RateLimit::from_headers(&self.head.headers)
    }

    /// Returns how many times the request was sent until it succeeded, at least 1.
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

/// Iterates over the items of a page.
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
