//! The parts of a log that are kept to recognize it.

use crc32fast::Hasher;

/// How many bytes of each end of a log are kept: enough for the runner's name and the first timestamps, yet so few that
/// a poll without new bytes costs little more than its headers.
pub(super) const KEPT: usize = 512;

/// The length of the beginning of a log that the checksum covers completely.
const COUNTED: u64 = 8 << 20;

/// The number of bytes at the start of each later block that the checksum covers. On a fast network, a checksum of
/// everything would be noticeable.
const SAMPLE: u64 = 1 << 10;
const BLOCK: u64 = 64 << 10;

/// The length and the checksum of the beginning of a log.
#[derive(Clone, Default)]
pub(super) struct Fingerprint {
    length: u64,
    checksum: Hasher,
}

impl Fingerprint {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut fingerprint = Self::default();
        fingerprint.add(bytes);
        fingerprint
    }

    pub(super) fn add(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (counts, end) = self.span();
            let span = usize::try_from(end - self.length).unwrap_or(usize::MAX);
            let (span, rest) = bytes.split_at(span.min(bytes.len()));
            if counts {
                self.checksum.update(span);
            }
            self.length += span.len() as u64;
            bytes = rest;
        }
    }

    /// Returns whether the checksum covers the next bytes, and the position at which that changes.
    fn span(&self) -> (bool, u64) {
        let block = self.length - self.length % BLOCK;
        if self.length < COUNTED {
            (true, COUNTED)
        } else if self.length - block < SAMPLE {
            (true, block + SAMPLE)
        } else {
            (false, block + BLOCK)
        }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn matches(&self, other: &Self) -> bool {
        self.length == other.length
            && self.checksum.clone().finalize() == other.checksum.clone().finalize()
    }
}

/// The part of a log that was read: its fingerprint and both ends.
#[derive(Default)]
pub(super) struct Known {
    fingerprint: Fingerprint,
    head: Vec<u8>,
    tail: Vec<u8>,
}

impl Known {
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.fingerprint.add(bytes);
        let missing = KEPT - self.head.len();
        self.head
            .extend_from_slice(&bytes[..missing.min(bytes.len())]);
        let last = &bytes[bytes.len().saturating_sub(KEPT)..];
        let outdated = (self.tail.len() + last.len()).saturating_sub(KEPT);
        self.tail.drain(..outdated);
        self.tail.extend_from_slice(last);
    }

    pub(super) fn length(&self) -> u64 {
        self.fingerprint.length
    }

    pub(super) fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Returns the first bytes, at most [`KEPT`].
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Returns the last bytes, at most [`KEPT`].
    pub(super) fn tail(&self) -> &[u8] {
        &self.tail
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_known_part_does_not_depend_on_the_chunks() {
        let log: Vec<u8> = (0..1000_u32).flat_map(u32::to_le_bytes).collect();
        for size in [1, 3, 7, 64, 511, 512, 513, 999, 4000] {
            let mut known = Known::default();
            log.chunks(size).for_each(|chunk| known.add(chunk));
            assert!(
                known.fingerprint().matches(&Fingerprint::of(&log)),
                "{size}"
            );
            assert_eq!(known.head(), &log[..KEPT], "{size}");
            assert_eq!(known.tail(), &log[log.len() - KEPT..], "{size}");
        }
    }

    #[test]
    fn samples_do_not_depend_on_the_chunks() {
        let log = vec![7; (COUNTED + 3 * BLOCK) as usize];
        let fingerprint = |log: &[u8], size: usize| {
            let mut fingerprint = Fingerprint::default();
            log.chunks(size).for_each(|chunk| fingerprint.add(chunk));
            fingerprint
        };
        let whole = Fingerprint::of(&log);
        for size in [1000, 16 << 10, 100_000] {
            assert!(fingerprint(&log, size).matches(&whole), "{size}");
        }
        for at in [0, COUNTED - 1, COUNTED, COUNTED + BLOCK + SAMPLE - 1] {
            let mut other = log.clone();
            other[at as usize] = 8;
            assert!(!fingerprint(&other, 16 << 10).matches(&whole), "{at}");
        }
    }

    #[test]
    fn a_short_log_is_its_own_head_and_tail() {
        let mut known = Known::default();
        known.add(b"a ");
        known.add(b"line\n");
        assert_eq!(
            (known.head(), known.tail()),
            (&b"a line\n"[..], &b"a line\n"[..])
        );
        assert_eq!(known.length(), 7);
    }

    #[test]
    fn another_log_of_the_same_length_does_not_match() {
        let fingerprint = Fingerprint::of(b"a line\n");
        assert!(!fingerprint.matches(&Fingerprint::of(b"a Line\n")));
        assert!(!fingerprint.matches(&Fingerprint::of(b"a line")));
    }
}
