//! A complete response that is not decoded yet.

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::headers::PageInfo;
use crate::json::{decode, retain_items};
use crate::request::{Filter, RequestContext};
use crate::{Error, Response};

/// A complete response, and the context for errors about it.
pub(crate) struct RawResponse {
    pub(super) response: Response<Bytes>,
    pub(super) context: RequestContext,
    pub(super) max_error_body: usize,
    pub(super) filter: Option<Filter>,
}

impl RawResponse {
    /// Decodes the JSON of the body.
    pub(crate) fn decode<T: DeserializeOwned>(mut self) -> Result<Response<T>, Error> {
        if let Some(filter) = self.filter.take() {
            self.retain_items(|item| filter.keeps(item));
        }
        match decode(&self.response) {
            Ok(value) => Ok(self.response.map(|_| value)),
            Err(error) => {
                let (head, mut body) = self.response.into_parts();
                body.truncate(self.max_error_body);
                let error = error.with_response(head.status, head.headers, body);
                Err(self.context.add_to(error).with_attempts(head.attempts))
            }
        }
    }

    /// Returns the position of this page in its list.
    pub(crate) fn page_info(&self) -> PageInfo {
        self.response.page_info()
    }

    /// Removes the items of a list that are not to be kept, each given as JSON.
    pub(crate) fn retain_items(&mut self, keep: impl FnMut(&str) -> bool) {
        if let Some(body) = retain_items(&self.response, keep) {
            *self.response = body.into();
        }
    }

    /// Drops the body.
    pub(crate) fn without_body(self) -> Response<()> {
        self.response.map(|_| ())
    }
}
