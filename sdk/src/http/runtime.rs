//! The tokio runtime that connections and timers need.

use crate::error::{Error, ErrorKind};

/// Connections and timers panic outside a tokio runtime; this reports its absence as an error.
pub(crate) fn require_runtime(operation: &'static str) -> Result<(), Error> {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::new(ErrorKind::NoRuntime).operation(operation)),
    }
}
