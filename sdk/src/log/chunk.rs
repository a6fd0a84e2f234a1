//! A piece of a log that is followed.

use std::ops::Deref;

use bytes::Bytes;

/// New bytes of a log, or the news that it begins anew. It can be used as its [`Bytes`].
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

    /// Whether the log was erased or is another one, so that all before this no longer counts. Such a chunk is empty; the
    /// new log follows, from its first byte.
    #[must_use]
    pub fn is_restart(&self) -> bool {
        self.restart
    }

    /// Where in the log the first of these bytes is.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// The bytes, without the rest.
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

/// What lines can be made of.
pub trait Piece: AsRef<[u8]> {
    /// Whether what came before does not belong to it.
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
