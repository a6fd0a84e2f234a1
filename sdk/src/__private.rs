//! What `gitlab-jobs-blocking` needs beyond the public API. It may change in any version.

use std::io;

use crate::{Error, Items};

pub use crate::log::chunk::Piece;
pub use crate::log::lines::LineSplitter;

/// Returns an entry of the page at hand without waiting, so that the runtime is not entered for each entry.
pub fn buffered<T>(items: &mut Items<T>) -> Option<T> {
    items.buffered()
}

/// The error of a runtime that cannot be started.
#[must_use]
pub fn runtime_error(source: io::Error) -> Error {
    Error::config("cannot start the runtime of the blocking client").with_source(source)
}
