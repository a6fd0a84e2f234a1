//! Logs of any size and content, read for as long as bytes arrive.

mod broken;
mod interfaces;
mod parts;
mod resumed;

pub(crate) use self::resumed::SERVERS;

use std::io::{BufRead, Read};
use std::time::Duration;

use fake_gitlab::{Fault, GeneratedLog};
use futures_util::StreamExt;
use gitlab_jobs::{Bytes, Error};
use tokio::io::{AsyncBufReadExt, AsyncReadExt};

use crate::flavour::{Client, Flavour, Log, RUNTIME, for_both_clients};
use crate::scene::{MILLISECOND, Scene, quick};

for_both_clients! {
    a_log_of_64_mib_arrives_whole,
    a_log_larger_than_any_memory_can_be_read_from_its_start,
    any_bytes_arrive_unchanged,
    a_steady_trickle_may_take_longer_than_the_idle_timeout,
    a_log_can_be_read_in_pieces_of_any_size,
    lines_end_only_at_line_feeds,
    a_slow_reader_does_not_cause_a_timeout,
    a_job_without_a_log_has_an_empty_one_or_none,
    content_length_is_known_if_the_server_sends_it,
}

impl Scene {
    pub(crate) fn log(&self, client: &Client) -> Log {
        client.log(self.project, self.job).unwrap().into_inner()
    }
}

/// Reads a log to its end or to an error.
pub(crate) fn read(log: &mut Log) -> (Vec<u8>, Option<Error>) {
    let mut bytes = Vec::new();
    for chunk in log {
        match chunk {
            Ok(chunk) => bytes.extend(chunk),
            Err(error) => return (bytes, Some(error)),
        }
    }
    (bytes, None)
}

/// Compares the beginning of a log with the generated one, chunk by chunk; returns the number of bytes compared.
fn assert_generated(log: impl Iterator<Item = Result<Bytes, Error>>, length: u64) -> u64 {
    let mut expected = GeneratedLog::new(length);
    let mut block = Bytes::new();
    let mut read = 0;
    for chunk in log {
        let mut chunk = chunk.unwrap();
        assert!(chunk.len() < 1 << 20, "{} bytes in memory", chunk.len());
        read += chunk.len() as u64;
        while !chunk.is_empty() {
            if block.is_empty() {
                block = expected
                    .next()
                    .expect("the log is longer than the generated one");
            }
            let common = chunk.len().min(block.len());
            assert!(
                chunk.split_to(common) == block.split_to(common),
                "at {read}"
            );
        }
    }
    read
}

fn a_log_of_64_mib_arrives_whole(flavour: Flavour) {
    let length = (64 << 20) + 13;
    let scene = Scene::with_job("success");
    scene.gitlab.with(|state| {
        state.job_mut(scene.job).set_generated_log(length);
    });

    let mut log = scene.log(&scene.client(flavour));

    assert_eq!(log.content_length(), Some(length));
    assert_eq!(assert_generated(&mut log, length), length);
    assert_eq!(log.position(), length);
}

fn a_log_larger_than_any_memory_can_be_read_from_its_start(flavour: Flavour) {
    let petabyte = 1 << 50;
    let scene = Scene::with_job("running");
    scene.gitlab.with(|state| {
        state.job_mut(scene.job).set_generated_log(petabyte);
    });
    let client = scene.client(flavour);

    let read = assert_generated(Iterator::take(scene.log(&client), 1000), petabyte);
    assert!(read >= 1000);

    // An unread log does not block other requests.
    let unread = scene.log(&client);
    assert_eq!(scene.get_job(&client).unwrap().id, scene.job);
    drop(unread);
}

fn any_bytes_arrive_unchanged(flavour: Flavour) {
    let all = (0..=255).cycle().take(100_000).collect::<Vec<u8>>();
    for bytes in [&all[..], b"\xff\xfe\0\r\n\x1b[0K", b"\0", b"\n"] {
        let scene = Scene::with_log(bytes);
        let client = scene.client(flavour);
        for fault in [Fault::new(), Fault::new().chunked()] {
            scene.gitlab.inject(fault.times(1));
            let (read, error) = read(&mut scene.log(&client));
            assert!(read == bytes && error.is_none(), "{error:?}");
        }
    }
}

fn a_steady_trickle_may_take_longer_than_the_idle_timeout(flavour: Flavour) {
    let scene = Scene::with_log([b'x'; 22]);
    let patience = 700 * MILLISECOND;
    let client = flavour.build(quick(&scene.gitlab).idle_timeout(patience));
    let trickle = || Fault::new().trickle(1, 50 * MILLISECOND).times(1);
    let began = std::time::Instant::now();

    scene.gitlab.inject(trickle());
    let (bytes, error) = read(&mut scene.log(&client));

    assert!(error.is_none(), "{error:?}");
    assert_eq!(bytes, [b'x'; 22]);
    assert!(began.elapsed() > patience);
    assert_eq!(scene.gitlab.requests().len(), 1);
}

fn a_log_can_be_read_in_pieces_of_any_size(flavour: Flavour) {
    let text = (0..3000).map(|n| format!("line {n}\n")).collect::<String>();
    let scene = Scene::with_log(&text);
    let client = scene.client(flavour);
    for size in [1, 7, 4096, 1 << 20] {
        scene
            .gitlab
            .inject(Fault::new().times(1).trickle(9000, MILLISECOND));
        let mut log = scene.log(&client);
        let (mut read, mut buffer) = (Vec::new(), vec![0; size]);
        loop {
            assert_eq!(log.position(), read.len() as u64);
            let amount = log.read(&mut buffer).unwrap();
            if amount == 0 {
                break;
            }
            read.extend_from_slice(&buffer[..amount]);
        }
        assert!(read == text.as_bytes(), "{size}");
    }
    // First lines, then chunks: no bytes are lost in between.
    scene.gitlab.inject(Fault::new().trickle(9000, MILLISECOND));
    let (line, rest) = match scene.log(&client) {
        Log::Async(mut log) => RUNTIME.block_on(async {
            let mut line = String::new();
            log.read_line(&mut line).await.unwrap();
            let mut byte = [0];
            log.read_exact(&mut byte).await.unwrap();
            line.push(byte[0].into());
            assert_eq!(log.position(), line.len() as u64);
            let rest = log.map(Result::unwrap).collect::<Vec<_>>().await;
            (line, rest)
        }),
        Log::Blocking(mut log) => {
            let mut line = String::new();
            log.read_line(&mut line).unwrap();
            let mut byte = [0];
            log.read_exact(&mut byte).unwrap();
            line.push(byte[0].into());
            assert_eq!(log.position(), line.len() as u64);
            (line, log.map(Result::unwrap).collect())
        }
    };
    assert_eq!(line, "line 0\nl");
    assert!([line.as_bytes(), &rest.concat()].concat() == text.as_bytes());
}

fn lines_end_only_at_line_feeds(flavour: Flavour) {
    let scene = Scene::with_log(b"one\r\ntwo\rthree\n\ngr\xc3\xbc\xc3\x9fe \xff\nlast");
    let client = scene.client(flavour);
    for fault in [Fault::new(), Fault::new().trickle(1, Duration::ZERO)] {
        scene.gitlab.inject(fault.times(1));
        let lines = scene.log(&client).lines().map(Result::unwrap);
        assert_eq!(
            lines.collect::<Vec<_>>(),
            ["one", "two\rthree", "", "grüße \u{fffd}", "last"]
        );
    }
}

/// While the reader is busy, the server sends no more than the connection buffers.
fn a_slow_reader_does_not_cause_a_timeout(flavour: Flavour) {
    let length = 32 << 20;
    let patience = 300 * MILLISECOND;
    let scene = Scene::with_job("success");
    scene.gitlab.with(|state| {
        state.job_mut(scene.job).set_generated_log(length);
    });
    let client = flavour.build(quick(&scene.gitlab).idle_timeout(patience));

    let mut log = scene.log(&client);
    let mut read = log.next().unwrap().unwrap().len() as u64;
    std::thread::sleep(2 * patience);
    for chunk in log {
        read += chunk.unwrap().len() as u64;
    }

    assert_eq!(read, length);
}

fn a_job_without_a_log_has_an_empty_one_or_none(flavour: Flavour) {
    let scene = Scene::with_job("pending");
    let client = scene.client(flavour);
    assert!(scene.log(&client).next().is_none());

    scene
        .gitlab
        .with(|state| state.settings.missing_log_is_404 = true);
    let error = client.log(scene.project, scene.job).unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.operation_id(), Some("get_job_log"));
}

fn content_length_is_known_if_the_server_sends_it(flavour: Flavour) {
    let scene = Scene::with_log("a line\n");
    let client = scene.client(flavour);
    let response = client.log(scene.project, scene.job).unwrap();
    assert_eq!(response.status(), 200);
    let name = response.headers().get("content-disposition").unwrap();
    assert_eq!(name, &format!("infile; filename=\"{}.log\"", scene.job));
    assert_eq!(response.into_inner().content_length(), Some(7));

    scene.gitlab.inject(Fault::new().chunked());
    assert_eq!(scene.log(&client).content_length(), None);
}
