//! The interfaces of a log: chunks, and the buffered readers of both worlds.

use std::io::BufRead;

use tokio::io::AsyncBufReadExt;

use crate::flavour::{Flavour, Log, RUNTIME, for_both_clients};
use crate::scene::Scene;

for_both_clients! {
    a_log_is_read_in_chunks,
    a_log_can_be_read_until_a_byte,
}

/// ANSI codes, section markers, carriage returns, zero bytes, and invalid UTF-8.
const LOG: &[u8] =
    b"\x1b[0;msection_start:1:a\r\x1b[0Kone\r\n\xff\xfe\x00 caf\xc3\xa9 \xe2\x82\n\n last";

fn a_log_is_read_in_chunks(flavour: Flavour) {
    let scene = Scene::with_log(LOG.repeat(10_000));

    let mut log = scene.log(&scene.client(flavour));
    let mut read = Vec::new();
    let mut chunks = 0;
    while let Some(chunk) = log.next() {
        let chunk = chunk.unwrap();
        assert!(!chunk.is_empty());
        chunks += 1;
        read.extend_from_slice(&chunk);
        assert_eq!(log.position(), read.len() as u64);
    }

    assert!(read == LOG.repeat(10_000), "the log differs");
    assert!(chunks > 1, "the log arrived in one chunk");
    assert!(log.next().is_none());
}

fn a_log_can_be_read_until_a_byte(flavour: Flavour) {
    let scene = Scene::with_log(LOG);

    let mut log = scene.log(&scene.client(flavour));
    let mut parts = Vec::new();
    loop {
        let mut part = Vec::new();
        let length = match &mut log {
            Log::Async(log) => RUNTIME.block_on(log.read_until(b'\n', &mut part)),
            Log::Blocking(log) => log.read_until(b'\n', &mut part),
        };
        if length.unwrap() == 0 {
            break;
        }
        parts.push(part);
    }

    let lines = LOG.split_inclusive(|&byte| byte == b'\n');
    assert_eq!(parts, lines.collect::<Vec<_>>());
}

#[test]
fn a_blocking_log_can_be_copied_to_a_writer() {
    let scene = Scene::with_log(LOG.repeat(10_000));
    let mut log = scene.log(&scene.client(Flavour::Blocking));

    let mut copy = Vec::new();
    std::io::copy(&mut log, &mut copy).unwrap();

    assert!(copy == LOG.repeat(10_000), "the log differs");
}
