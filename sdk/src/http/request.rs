//! A request as plain data: what generated code builds, and the transport sends.

use std::fmt::{Display, Write};

use bytes::Bytes;
pub(crate) use http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::Error;
use crate::error::ErrorKind;

/// What may stand in a path segment as it is (RFC 3986, unreserved).
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
    /// Whether it takes job tokens alone, so that 404 means another kind of token.
    pub(crate) job_token_only: bool,
}

/// One call: the operation, the path and query below the root of the API, and the body.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) operation: Operation,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) body: Option<Bytes>,
}

impl Request {
    pub(crate) fn new(operation: Operation) -> Self {
        Self {
            operation,
            path: String::new(),
            query: String::new(),
            body: None,
        }
    }

    /// Appends one segment to the path, encoded so that nothing in it can be taken for a slash.
    pub(crate) fn segment(mut self, segment: impl Display) -> Self {
        self.push_segment(&segment);
        self
    }

    /// Appends `name=value` to the query, once for each value.
    pub(crate) fn query(
        mut self,
        name: &str,
        values: impl IntoIterator<Item = impl Display>,
    ) -> Self {
        for value in values {
            self.push_query(name, &value);
        }
        self
    }

    /// Sets the body.
    pub(crate) fn json(mut self, body: &impl Serialize) -> Result<Self, Error> {
        let body = serde_json::to_vec(body).map_err(|error| {
            Error::new(ErrorKind::Argument { name: "body" })
                .operation(&self.operation)
                .with_source(error)
        })?;
        self.body = Some(body.into());
        Ok(self)
    }

    // What is generic above is but a shell around these, which are compiled once.

    fn push_segment(&mut self, segment: &dyn Display) {
        let segment = segment.to_string();
        // Writing to a String cannot fail.
        let _ = write!(self.path, "/{}", utf8_percent_encode(&segment, SEGMENT));
    }

    fn push_query(&mut self, name: &str, value: &dyn Display) {
        let query = std::mem::take(&mut self.query);
        let mut query = url::form_urlencoded::Serializer::for_suffix(query, 0);
        query.append_pair(name, &value.to_string());
        self.query = query.finish();
    }

    /// The value of a query parameter, decoded.
    pub(crate) fn query_value(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Replaces a query parameter, or removes it.
    pub(crate) fn set_query_value(&mut self, name: &str, value: Option<&str>) {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (key, old) in
            url::form_urlencoded::parse(self.query.as_bytes()).filter(|(key, _)| key != name)
        {
            query.append_pair(&key, &old);
        }
        if let Some(value) = value {
            query.append_pair(name, value);
        }
        self.query = query.finish();
    }
}

/// A required parameter: absent, refused, or there.
///
/// A setter cannot fail without breaking the chain, so the reason waits here until the request is built.
#[derive(Clone, Debug)]
pub(crate) struct Argument<T> {
    name: &'static str,
    value: Result<T, Option<String>>,
}

impl<T> Argument<T> {
    pub(crate) fn missing(name: &'static str) -> Self {
        Self {
            name,
            value: Err(None),
        }
    }

    pub(crate) fn set(&mut self, value: impl TryInto<T, Error: Display>) {
        self.value = value.try_into().map_err(|error| Some(error.to_string()));
    }

    pub(crate) fn get(&self, operation: &Operation) -> Result<&T, Error> {
        self.value.as_ref().map_err(|reason| {
            let kind = match reason {
                None => ErrorKind::MissingArgument { name: self.name },
                Some(_) => ErrorKind::Argument { name: self.name },
            };
            let error = Error::new(kind).operation(operation);
            match reason {
                None => error,
                Some(reason) => error.with_source(reason.clone()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATION: Operation = Operation {
        id: "get_job",
        method: Method::GET,
        job_token_only: false,
    };

    #[test]
    fn a_segment_is_encoded_once_and_whole() {
        let request = Request::new(OPERATION)
            .segment("projects")
            .segment("grüße/a b?#%")
            .segment(7);
        assert_eq!(request.path, "/projects/gr%C3%BC%C3%9Fe%2Fa%20b%3F%23%25/7");
    }

    #[test]
    fn a_query_value_can_be_repeated_replaced_and_removed() {
        let mut request = Request::new(OPERATION)
            .query("scope[]", ["a", "b&c"])
            .query("page", Some(2))
            .query("sort", None::<u8>);
        assert_eq!(request.query, "scope%5B%5D=a&scope%5B%5D=b%26c&page=2");
        request.set_query_value("page", Some("3"));
        assert_eq!(request.query_value("page").as_deref(), Some("3"));
        request.set_query_value("scope[]", None);
        assert_eq!(request.query, "page=3");
    }

    #[test]
    fn an_argument_keeps_the_reason_why_it_was_refused() {
        let mut argument = Argument::<crate::ProjectId>::missing("id");
        assert_eq!(
            argument.get(&OPERATION).unwrap_err().to_string(),
            "get_job: `id` is required, and was not set"
        );
        argument.set("a/../b");
        let error = argument.get(&OPERATION).unwrap_err();
        assert_eq!(error.to_string(), "get_job: `id` is not valid");
        assert!(
            std::error::Error::source(&error)
                .unwrap()
                .to_string()
                .contains("`..`")
        );
    }
}
