//! A request as plain data, built by generated code and sent by [`http`](crate::http).

mod argument;
mod base_url;
mod context;
mod filter;
pub(crate) mod header;
mod path;
mod query;
mod range;

pub(crate) use argument::InvalidArgument;
pub(crate) use base_url::BaseUrl;
pub(crate) use context::RequestContext;
pub(crate) use filter::Filter;
pub(crate) use query::Query;
pub(crate) use range::{Range, strong_etag};

use std::borrow::Cow;
use std::fmt::Display;

use bytes::Bytes;
use http::HeaderMap;
pub(crate) use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::Error;

/// The characters that a path segment may contain unencoded (RFC 3986, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// An operation of the API.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// The path below the root of the API, with the names of its parameters in braces.
    pub(crate) path: &'static str,
    pub(crate) tokens: Tokens,
}

/// The kinds of tokens that an operation accepts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tokens {
    Any,
    /// Job tokens only.
    JobOnly,
    /// Any token except job tokens.
    NoJob,
}

/// The operation of custom requests. The method and the path are those of the request.
static CUSTOM: Operation = Operation {
    id: "request",
    method: Method::GET,
    path: "",
    tokens: Tokens::Any,
};

/// A request: the operation, the path and query below the root of the API, and the body.
///
/// An invalid argument is kept, and reported when the request is sent; the first one wins.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) operation: &'static Operation,
    pub(crate) method: Method,
    pub(crate) query: Query,
    pub(crate) headers: HeaderMap,
    pub(crate) range: Option<Range>,
    /// The items that the caller wants, if the server may send others as well.
    pub(crate) filter: Option<Filter>,
    path: String,
    body: Option<Bytes>,
    invalid: Option<InvalidArgument>,
}

impl Request {
    pub(crate) fn new(operation: &'static Operation) -> Self {
        Self {
            operation,
            method: operation.method.clone(),
            query: Query::default(),
            headers: HeaderMap::new(),
            range: None,
            filter: None,
            path: operation.path.to_owned(),
            body: None,
            invalid: None,
        }
    }

    /// Creates a request that belongs to no operation of the spec.
    pub(crate) fn custom(method: Method, path: &str) -> Self {
        let mut request = Self::new(&CUSTOM);
        match path::checked(path) {
            Ok(path) => request.path = path,
            Err(reason) => request.set_invalid(InvalidArgument::new("path", reason)),
        }
        if ![
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ]
        .contains(&method)
        {
            let reason = format!("{method} is not a method of the API");
            request.set_invalid(InvalidArgument::new("method", reason));
        }
        request.method = method;
        request
    }

    /// Sets a path parameter, encoded as a single segment.
    ///
    /// A value that cannot be converted is invalid, and so is a value that would change the path: the empty string, `.`
    /// and `..`.
    pub(crate) fn set_path<T: Display>(
        &mut self,
        name: &'static str,
        value: impl TryInto<T, Error: Display>,
    ) {
        match value.try_into() {
            Ok(value) => self.fill_path(name, &value),
            Err(reason) => self.set_invalid(InvalidArgument::new(name, reason)),
        }
    }

    /// Replaces a query parameter. Without a value, the parameter is removed.
    pub(crate) fn set_query(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item: Display>,
    ) {
        self.query.set(name, values);
    }

    /// Appends a query parameter once for each value.
    pub(crate) fn add_query(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item: Display>,
    ) {
        self.query.add(name, values);
    }

    /// Replaces a query parameter that older servers ignore. The items of the list are then filtered by a property.
    pub(crate) fn set_filter(
        &mut self,
        name: &'static str,
        property: &'static str,
        value: Option<String>,
    ) {
        self.filter = value.clone().map(|value| Filter { property, value });
        self.set_query(name, value);
    }

    /// Sets a header for the origin of the base URL.
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        match header::parse(name, value) {
            Ok((name, value)) => {
                self.headers.insert(name, value);
            }
            Err(reason) => self.set_invalid(InvalidArgument::new("header", reason)),
        }
    }

    /// Makes the request invalid unless it reads a list.
    pub(crate) fn require_get(&mut self) {
        if self.method != Method::GET {
            let reason = "the pages of a list are requested with GET";
            self.set_invalid(InvalidArgument::new("method", reason));
        }
    }

    /// Sets the body.
    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.body = Some(body.into()),
            Err(error) => self.set_invalid(InvalidArgument::new("body", error)),
        }
        self
    }

    /// Sets the body, unless it is empty.
    pub(crate) fn optional_json<T: Serialize + Default + PartialEq>(self, body: &T) -> Self {
        if *body == T::default() {
            self
        } else {
            self.json(body)
        }
    }

    /// Replaces the last segment of the path.
    pub(crate) fn with_last_segment(mut self, segment: &str) -> Self {
        let start = self.path.rfind('/').map_or(0, |slash| slash + 1);
        self.path.replace_range(start.., segment);
        self
    }

    /// Returns whether the request belongs to no operation of the spec.
    pub(crate) fn is_custom(&self) -> bool {
        std::ptr::eq(self.operation, &raw const CUSTOM)
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    pub(crate) fn body(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }

    /// Returns an error if an argument is invalid.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match &self.invalid {
            Some(invalid) => Err(invalid.to_error(self.operation.id)),
            None => Ok(()),
        }
    }

    // The generic methods above are thin, so that these are compiled once.

    fn fill_path(&mut self, name: &'static str, value: &dyn Display) {
        let value = value.to_string();
        // A URL parser would resolve these as relative segments.
        if matches!(value.as_str(), "" | "." | "..") {
            let reason = format!("{value:?} cannot be part of a path");
            return self.set_invalid(InvalidArgument::new(name, reason));
        }
        let encoded = utf8_percent_encode(&value, SEGMENT).to_string();
        self.path = self.path.replace(&format!("{{{name}}}"), &encoded);
    }

    pub(crate) fn set_invalid(&mut self, invalid: InvalidArgument) {
        self.invalid.get_or_insert(invalid);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProjectId;

    static OPERATION: Operation = Operation {
        id: "get_job",
        method: Method::GET,
        path: "/projects/{project}/jobs/{job_id}",
        tokens: Tokens::Any,
    };

    #[test]
    fn a_path_parameter_is_encoded_once_and_as_a_whole() {
        let mut request = Request::new(&OPERATION);
        request.set_path::<String>("project", "grüße/{job_id} b?#%");
        request.set_path::<u64>("job_id", 7_u32);
        assert_eq!(
            request.path(),
            "/projects/gr%C3%BC%C3%9Fe%2F%7Bjob_id%7D%20b%3F%23%25/jobs/7"
        );
        request.check().unwrap();
    }

    #[test]
    fn the_last_segment_can_be_replaced() {
        let mut request = Request::new(&OPERATION);
        request.set_path::<String>("project", "group/jobs");
        request.set_path::<u64>("job_id", 7_u32);
        let request = request.with_last_segment("trace");
        assert_eq!(request.path(), "/projects/group%2Fjobs/jobs/trace");
    }

    #[test]
    fn the_first_invalid_argument_is_reported_with_its_reason() {
        let mut request = Request::new(&OPERATION);
        request.set_path::<ProjectId>("project", "group/../admin");
        request.set_path::<u64>("job_id", -1);
        let error = request.check().unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.operation_id(), Some("get_job"));
        let text = error.to_string();
        assert!(
            text.starts_with("get_job: invalid `project`: \"group/../admin\""),
            "{text}"
        );
        assert!(text.contains("`..`"), "{text}");
    }

    #[test]
    fn a_value_that_would_change_the_path_is_invalid() {
        let checked = |value: &str| {
            let mut request = Request::new(&OPERATION);
            request.set_path::<String>("project", value);
            request.check()
        };
        for value in ["", ".", ".."] {
            let text = checked(value).unwrap_err().to_string();
            assert!(
                text.contains("invalid `project`") && text.contains("path"),
                "{text}"
            );
        }
        checked("...").unwrap();
    }

    #[test]
    fn a_body_that_cannot_be_serialized_is_invalid() {
        let body = std::collections::HashMap::from([(vec![1], 2)]);
        let error = Request::new(&OPERATION).json(&body).check().unwrap_err();
        assert!(error.to_string().contains("invalid `body`"), "{error}");
    }
}
