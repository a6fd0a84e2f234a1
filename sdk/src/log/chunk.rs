//! The chunks of a followed log.

use std::ops::Deref;

use bytes::Bytes;

/// New bytes of a log, or the notice that the log starts over.
///
/// It dereferences to its [`Bytes`].
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LogChunk {
    bytes: Bytes,
    offset: u64,
    restart: bool,
}

impl LogChunk {
    pub(crate) fn new(bytes: Bytes, offset: u64) -> Self {
        Self {
            bytes,
            offset,
            restart: false,
        }
    }

    pub(crate) fn restart() -> Self {
        Self {
            restart: true,
            ..Self::default()
        }
    }

    /// Returns whether the log was erased or replaced, so that everything before this chunk is obsolete.
    ///
    /// Such a chunk is empty. The new log follows from its first byte.
    #[must_use]
    pub fn is_restart(&self) -> bool {
        self.restart
    }

    /// Returns the offset of the first byte in the log.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Returns the bytes.
    #[must_use]
    pub fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

impl Deref for LogChunk {
    type Target = Bytes;

    fn deref(&self) -> &Bytes {
        &self.bytes
    }
}

impl AsRef<[u8]> for LogChunk {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl From<LogChunk> for Bytes {
    fn from(chunk: LogChunk) -> Self {
        chunk.bytes
    }
}

/// A chunk that can be split into lines.
pub trait Chunk: AsRef<[u8]> {
    /// Returns whether the log starts over, so that it does not continue the previous chunk.
    fn starts_over(&self) -> bool;

    /// Returns whether the log is followed, so that more of it may come only after a while.
    fn is_followed(&self) -> bool;
}

impl Chunk for Bytes {
    fn starts_over(&self) -> bool {
        false
    }

    fn is_followed(&self) -> bool {
        false
    }
}

impl Chunk for LogChunk {
    fn starts_over(&self) -> bool {
        self.restart
    }

    fn is_followed(&self) -> bool {
        true
    }
}
