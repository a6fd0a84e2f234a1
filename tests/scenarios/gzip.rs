//! Compressed bodies, as a front-end sends them.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Returns `bytes` in gzip's format. The level "none" keeps their number, so that a test can cut the body anywhere.
pub(crate) fn gzip(bytes: &[u8], level: Compression) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
