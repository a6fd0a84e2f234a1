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

    pub(crate) fn to_error(&self, operation: &'static Operation) -> Error {
        let Self { name, reason } = self.clone();
        Error::new(ErrorKind::Argument { name, reason }).operation(operation)
    }
}
