//! Items for `gitlab-jobs-blocking` beyond the public API. They may change in any version.

use std::io;

use crate::error::ErrorKind;
use crate::{Error, Items};

pub use crate::credential::{in_current_source, is_in_source};
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

/// Returns the error for a blocking call in a source of tokens that runs on the thread which drives the client.
#[must_use]
pub fn blocked_source() -> Error {
    let reason = "the token source has made a blocking call, for which it would wait forever, since it runs on the thread \
                  that drives the client; make the call in `spawn_blocking`, or use the async client";
    Error::new(ErrorKind::Token(reason.into()))
}
