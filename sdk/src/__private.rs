//! Items for `gitlab-jobs-blocking` beyond the public API. They may change in any version.

use std::io;

use crate::{Error, Items};

pub use crate::log::chunk::Chunk;
pub use crate::log::lines::LineSplitter;

/// Returns an item of the current page without waiting, which saves entering the runtime for each item.
pub fn buffered<T>(items: &mut Items<T>) -> Option<T> {
    items.buffered()
}

/// Returns the error for a runtime that cannot be started.
#[must_use]
pub fn runtime_error(source: io::Error) -> Error {
    Error::config("cannot start the runtime of the blocking client").with_source(source)
}
