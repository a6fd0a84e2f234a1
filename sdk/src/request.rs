//! A request as plain data, built by generated code and sent by [`http`](crate::http).

mod argument;
mod base_url;
mod context;
mod filter;
pub(crate) mod header;
mod path;
mod query;
mod range;
mod template;

pub(crate) use argument::InvalidArgument;
pub(crate) use base_url::{API, BaseUrl};
pub(crate) use context::RequestContext;
pub(crate) use filter::Filter;
pub(crate) use query::Query;
pub(crate) use range::{Range, strong_etag};

use std::borrow::Cow;
use std::fmt::Display;

use bytes::Bytes;
use http::HeaderMap;
pub(crate) use http::Method;
use serde::Serialize;

use crate::Error;

/// An operation of the API.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    /// The path below the root of the API, with the names of its parameters in braces, as GitLab documents it.
    pub(crate) path: &'static str,
    pub(crate) tokens: Tokens,
    /// The operation that older servers have instead, with the same parameters and the same response.
    pub(crate) fallback: Option<&'static Operation>,
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
    fallback: None,
};

/// A request: the operation with the values of its parameters, and the body.
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
    parameters: Vec<Parameter>,
    /// The path of a custom request, which has no parameters.
    custom_path: Option<String>,
    body: Option<Bytes>,
    invalid: Option<InvalidArgument>,
}

/// The value of a parameter in the path.
#[derive(Clone, Debug)]
struct Parameter {
    /// Its name in the path of the operation.
    name: &'static str,
    /// Its name in Rust, which telemetry uses.
    #[cfg(feature = "tracing")]
    argument: &'static str,
    value: String,
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
            parameters: Vec::new(),
            custom_path: None,
            body: None,
            invalid: None,
        }
    }

    /// Creates a request that belongs to no operation of the spec.
    pub(crate) fn custom(method: Method, path: &str) -> Self {
        let mut request = Self::new(&CUSTOM);
        match path::checked(path) {
            Ok(path) => request.custom_path = Some(path),
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

    /// Sets a parameter of the path, which becomes a single segment. Errors name it as the caller does: `project`, where
    /// GitLab says `id`.
    ///
    /// A value that cannot be converted is invalid, and so is a value that would change the path: the empty string, `.`
    /// and `..`.
    pub(crate) fn set_path<T: Display>(
        &mut self,
        name: &'static str,
        argument: &'static str,
        value: impl TryInto<T, Error: Display>,
    ) {
        match value.try_into() {
            Ok(value) => self.set_parameter(name, argument, value.to_string()),
            Err(reason) => self.set_invalid(InvalidArgument::new(argument, reason)),
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
        match header::parse(name, value, header::Use::OneRequest) {
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

    /// Returns the value of a parameter of the path, by its name in Rust.
    #[cfg(feature = "tracing")]
    pub(crate) fn argument(&self, argument: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|parameter| parameter.argument == argument)?;
        Some(&found.value)
    }

    /// Returns whether the request belongs to no operation of the spec.
    pub(crate) fn is_custom(&self) -> bool {
        self.operation.path.is_empty()
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        let mut parameters = self.parameters.iter();
        let found = parameters.find(|parameter| parameter.name == name)?;
        Some(&found.value)
    }

    /// Returns the path below the root of the API.
    pub(crate) fn path(&self) -> String {
        match &self.custom_path {
            Some(path) => path.clone(),
            None => self.path_of(self.operation),
        }
    }

    /// Returns the path of an operation with the parameters of this request.
    pub(crate) fn path_of(&self, operation: &Operation) -> String {
        template::render(operation.path, |name| self.parameter(name))
    }

    pub(crate) fn body(&self) -> Option<&Bytes> {
        self.body.as_ref()
    }

    /// Returns an error if an argument is invalid.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if let Some(invalid) = &self.invalid {
            return Err(invalid.to_error(self.operation.id));
        }
        let mut names = template::parameters(self.operation.path);
        match names.find(|name| self.parameter(name).is_none()) {
            Some(name) => {
                Err(InvalidArgument::new(name, "it is not set").to_error(self.operation.id))
            }
            None => Ok(()),
        }
    }

    // The generic methods above are thin, so that these are compiled once.

    fn set_parameter(&mut self, name: &'static str, argument: &'static str, value: String) {
        // A URL parser would resolve these as relative segments.
        if matches!(value.as_str(), "" | "." | "..") {
            let reason = format!("{value:?} cannot be part of a path");
            return self.set_invalid(InvalidArgument::new(argument, reason));
        }
        if !template::parameters(self.operation.path).any(|it| it == name) {
            let reason = format!("{} has no parameter {name:?}", self.operation.path);
            return self.set_invalid(InvalidArgument::new(argument, reason));
        }
        self.parameters.push(Parameter {
            name,
            #[cfg(feature = "tracing")]
            argument,
            value,
        });
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
        path: "/projects/{id}/jobs/{job_id}",
        tokens: Tokens::Any,
        fallback: None,
    };

    #[test]
    fn a_path_parameter_is_encoded_once_and_as_a_whole() {
        let mut request = Request::new(&OPERATION);
        request.set_path::<String>("id", "project", "grüße/{job_id} b?#%");
        request.set_path::<u64>("job_id", "job_id", 7_u32);
        assert_eq!(
            request.path(),
            "/projects/gr%C3%BC%C3%9Fe%2F%7Bjob_id%7D%20b%3F%23%25/jobs/7"
        );
        request.check().unwrap();
    }

    #[test]
    fn a_parameter_that_the_path_lacks_or_that_is_not_set_is_reported() {
        let mut request = Request::new(&OPERATION);
        request.set_path::<u64>("id", "project", 1_u64);
        let error = request.check().unwrap_err().to_string();
        assert_eq!(error, "get_job: invalid `job_id`: it is not set");
        request.set_path::<u64>("jobid", "job_id", 7_u64);
        let error = request.check().unwrap_err().to_string();
        assert_eq!(
            error,
            "get_job: invalid `job_id`: /projects/{id}/jobs/{job_id} has no parameter \"jobid\""
        );
    }

    #[test]
    fn the_first_invalid_argument_is_reported_with_its_reason() {
        let mut request = Request::new(&OPERATION);
        request.set_path::<ProjectId>("id", "project", "group/../admin");
        request.set_path::<u64>("job_id", "job_id", -1);
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
            request.set_path::<String>("id", "project", value);
            request.set_path::<u64>("job_id", "job_id", 7_u64);
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
        let error = Request::new(&CUSTOM).json(&body).check().unwrap_err();
        assert!(error.to_string().contains("invalid `body`"), "{error}");
    }
}
