//! Arguments that are reported when the request is sent.

use std::fmt::Display;

use super::Operation;
use crate::error::{Error, ErrorKind};

/// The argument that makes a call invalid, and the reason.
///
/// A method of a builder cannot fail without breaking the chain, so the reason is kept until the request is sent.
#[derive(Clone, Debug)]
pub(crate) struct InvalidArgument {
    name: &'static str,
    reason: String,
}

impl InvalidArgument {
    pub(crate) fn new(name: &'static str, reason: impl Display) -> Self {
        Self {
            name,
            reason: reason.to_string(),
        }
    }

    pub(crate) fn to_error(&self, operation: &Operation) -> Error {
        let Self { name, reason } = self.clone();
        Error::new(ErrorKind::Argument { name, reason }).operation(operation)
    }
}

/// Converts the argument of a method, or keeps the reason why it is invalid.
pub(crate) fn argument<T>(
    name: &'static str,
    value: impl TryInto<T, Error: Display>,
) -> Result<T, InvalidArgument> {
    value
        .try_into()
        .map_err(|reason| InvalidArgument::new(name, reason))
}

/// A required parameter: missing, invalid, or set.
#[derive(Clone, Debug)]
pub(crate) struct Argument<T> {
    pub(super) name: &'static str,
    pub(super) value: Result<T, InvalidArgument>,
}

impl<T> Argument<T> {
    pub(crate) fn missing(name: &'static str) -> Self {
        Self {
            name,
            value: Err(InvalidArgument::new(
                name,
                "it is required, and was not set",
            )),
        }
    }

    pub(crate) fn set(&mut self, value: impl TryInto<T, Error: Display>) {
        self.value = argument(self.name, value);
    }
}
