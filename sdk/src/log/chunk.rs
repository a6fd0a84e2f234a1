//! A chunk of a log that is followed.

use std::ops::Deref;

use bytes::Bytes;

/// New bytes of a log, or the news that it begins anew. Dereferences to [`Bytes`].
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

    /// Returns whether the log has changed, so that everything before this chunk no longer counts. Such a chunk is empty; the
    /// new log follows from its first byte.
    #[must_use]
    pub fn is_restart(&self) -> bool {
        self.restart
    }

    /// Returns the offset of the first of these bytes in the log.
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

/// Bytes that can be cut into lines.
pub trait Piece: AsRef<[u8]> {
    /// Whether the bytes before do not belong to the same log.
    fn begins_anew(&self) -> bool;
}

impl Piece for Bytes {
    fn begins_anew(&self) -> bool {
        false
    }
}

impl Piece for LogChunk {
    fn begins_anew(&self) -> bool {
        self.restart
    }
}
