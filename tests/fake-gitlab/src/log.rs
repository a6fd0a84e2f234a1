//! A job's log: bytes kept in memory, or any number of bytes made up as they are sent.

use bytes::{Bytes, BytesMut};

/// What the trace endpoint serves.
#[derive(Debug, Clone)]
pub(crate) enum Log {
    Kept(Vec<u8>),
    Generated(GeneratedLog),
}

impl Log {
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Kept(bytes) => bytes.len() as u64,
            Self::Generated(log) => log.remaining,
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self::Kept(Vec::new())
    }
}

const BLOCK: usize = 64 * 1024;
const LINE: &[u8; 64] = b"\x1b[0mRunning spec/models/ci/build_spec.rb ....... 42 examples ok\n";

/// A log of a given length in bytes that is never held in memory as a whole: an iterator over its chunks.
///
/// Each block of 64 KiB starts with a line that holds the block's number, so a lost or doubled block shows. The same
/// length gives the same bytes, which lets a test compare what arrived with what was sent:
///
/// ```
/// use fake_gitlab::GeneratedLog;
///
/// let length: usize = GeneratedLog::new(200_000).map(|chunk| chunk.len()).sum();
/// assert_eq!(length, 200_000);
/// ```
#[derive(Debug, Clone)]
pub struct GeneratedLog {
    template: Bytes,
    block: u64,
    remaining: u64,
}

impl GeneratedLog {
    /// A log of `length` bytes.
    #[must_use]
    pub fn new(length: u64) -> Self {
        Self {
            template: Bytes::from(LINE.repeat(BLOCK / LINE.len())),
            block: 0,
            remaining: length,
        }
    }

    /// How many bytes are still to come.
    #[must_use]
    pub fn remaining(&self) -> u64 {
        self.remaining
    }
}

impl Iterator for GeneratedLog {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        if self.remaining == 0 {
            return None;
        }
        let mut chunk = BytesMut::from(&self.template[..]);
        let head = format!("block {:057}\n", self.block);
        chunk[..head.len()].copy_from_slice(head.as_bytes());
        let length = usize::try_from(self.remaining).unwrap_or(BLOCK).min(BLOCK);
        chunk.truncate(length);
        self.block += 1;
        self.remaining -= length as u64;
        Some(chunk.freeze())
    }
}
