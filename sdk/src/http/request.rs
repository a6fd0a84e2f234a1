//! A request as plain data, built by generated code and sent by [`Transport`](super::Transport).

use std::borrow::Cow;
use std::fmt::{Display, Write};

use bytes::Bytes;
pub(crate) use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::argument::{Argument, InvalidArgument, argument};
use super::query::Query;
use crate::Error;

/// The characters that a path segment may contain unencoded (RFC 3986, unreserved).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// An operation of the API, as errors name it.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// Whether the operation accepts job tokens alone, so that 404 means another kind of token.
    pub(crate) job_token_only: bool,
}

/// A request: the operation, the path and query below the root of the API, and the body.
///
/// An invalid argument is kept, and reported when the request is sent; the first one wins.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) operation: Operation,
    pub(crate) query: Query,
    path: String,
    body: Option<Bytes>,
    invalid: Option<InvalidArgument>,
}

impl Request {
    pub(crate) fn new(operation: Operation) -> Self {
        Self {
            operation,
            query: Query::default(),
            path: String::new(),
            body: None,
            invalid: None,
        }
    }

    /// Appends a segment to the path, encoded so that nothing in it can be taken for a slash.
    pub(crate) fn segment(mut self, segment: impl Display) -> Self {
        self.push_segment(&segment);
        self
    }

    /// Appends the value of a path parameter.
    ///
    /// A value that cannot be converted is invalid, and so is one that would change the path: an empty one, `.` and `..`.
    #[allow(
        dead_code,
        reason = "for the generated code of required parameters that are arguments"
    )]
    pub(crate) fn segment_of<T: Display>(
        mut self,
        name: &'static str,
        value: impl TryInto<T, Error: Display>,
    ) -> Self {
        self.push_argument(name, argument(name, value).as_ref().map(|value| value as _));
        self
    }

    /// Appends the value of a required parameter.
    pub(crate) fn argument<T: Display>(mut self, argument: &Argument<T>) -> Self {
        self.push_argument(
            argument.name,
            argument.value.as_ref().map(|value| value as _),
        );
        self
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

    /// Sets the body.
    pub(crate) fn json(mut self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.body = Some(body.into()),
            Err(error) => self.refuse(&InvalidArgument::new("body", error)),
        }
        self
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
            Some(invalid) => Err(invalid.to_error(&self.operation)),
            None => Ok(()),
        }
    }

    // The generic methods above are thin, so that these are compiled once.

    fn push_argument(&mut self, name: &'static str, value: Result<&dyn Display, &InvalidArgument>) {
        let value = match value {
            Ok(value) => value.to_string(),
            Err(invalid) => return self.refuse(invalid),
        };
        // A URL parser would take these for a step within the path.
        if matches!(value.as_str(), "" | "." | "..") {
            let reason = format!("{value:?} cannot be part of a path");
            return self.refuse(&InvalidArgument::new(name, reason));
        }
        self.push_segment(&value);
    }

    fn push_segment(&mut self, segment: &dyn Display) {
        let segment = segment.to_string();
        // Writing to a String cannot fail.
        let _ = write!(self.path, "/{}", utf8_percent_encode(&segment, SEGMENT));
    }

    fn refuse(&mut self, invalid: &InvalidArgument) {
        self.invalid.get_or_insert_with(|| invalid.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProjectId;

    const OPERATION: Operation = Operation {
        id: "get_job",
        method: Method::GET,
        job_token_only: false,
    };

    #[test]
    fn a_segment_is_encoded_once_and_as_a_whole() {
        let request = Request::new(OPERATION)
            .segment("projects")
            .segment_of::<String>("name", "grüße/a b?#%")
            .segment_of::<u64>("job_id", 7_u32);
        assert_eq!(
            request.path(),
            "/projects/gr%C3%BC%C3%9Fe%2Fa%20b%3F%23%25/7"
        );
        request.check().unwrap();
    }

    #[test]
    fn the_first_invalid_argument_is_reported_with_its_reason() {
        let request = Request::new(OPERATION)
            .segment_of::<ProjectId>("id", "group/../admin")
            .segment_of::<u64>("job_id", -1)
            .segment_of::<String>("name", "fine");
        let error = request.check().unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.operation_id(), Some("get_job"));
        let text = error.to_string();
        assert!(
            text.starts_with("get_job: invalid `id`: \"group/../admin\""),
            "{text}"
        );
        assert!(text.contains("`..`"), "{text}");
    }

    #[test]
    fn a_segment_that_would_change_the_path_is_invalid() {
        for value in ["", ".", ".."] {
            let request = Request::new(OPERATION).segment_of::<String>("name", value);
            let text = request.check().unwrap_err().to_string();
            assert!(
                text.contains("invalid `name`") && text.contains("path"),
                "{text}"
            );
        }
        let request = Request::new(OPERATION).segment_of::<String>("name", "...");
        request.check().unwrap();
    }

    #[test]
    fn a_body_that_cannot_be_serialized_is_invalid() {
        let body = std::collections::HashMap::from([(vec![1], 2)]);
        let error = Request::new(OPERATION).json(&body).check().unwrap_err();
        assert!(error.to_string().contains("invalid `body`"), "{error}");
    }
}
