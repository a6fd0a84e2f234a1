//! Invalid arguments, which are reported when the request is sent.

use std::fmt::Display;

use crate::error::{Error, ErrorKind};

/// An invalid argument, and the reason.
///
/// Builder methods that return errors would break the chain, so the reason is kept until the request is sent.
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

    pub(crate) fn to_error(&self, operation: &'static str) -> Error {
        let Self { name, reason } = self.clone();
        Error::new(ErrorKind::Argument { name, reason }).operation(operation)
    }
}
