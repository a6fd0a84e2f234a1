//! Logs of any size and any bytes, whole or told to be broken, with patience for as long as something comes.

use std::io::{BufRead, ErrorKind, Read};
use std::time::Duration;

use fake_gitlab::{Fault, GeneratedLog};
use futures_util::StreamExt;
use gitlab_jobs::{Bytes, Error};
use tokio::io::{AsyncBufReadExt, AsyncReadExt};

use crate::flavour::{Client, Flavour, Log, RUNTIME, for_both_clients};
use crate::gzip::gzip;
use crate::scene::{MILLISECOND, Scene, quick};

for_both_clients! {
    a_log_of_64_mib_comes_whole,
    a_log_larger_than_any_memory_can_be_read_from_its_start,
    any_bytes_come_as_they_are,
    a_steady_trickle_may_take_longer_than_the_idle_timeout,
    a_log_that_stalls_is_a_timeout_after_what_came,
    a_log_shorter_than_promised_is_an_error_after_what_came,
    a_broken_log_is_no_end_of_file,
    a_broken_log_is_not_asked_for_again,
    a_compressed_log_is_inflated_and_a_broken_one_told,
    a_log_can_be_read_in_pieces_of_any_size,
    lines_are_cut_at_line_breaks_alone,
    a_job_without_a_log_has_an_empty_one_or_none,
    the_length_is_told_where_the_server_tells_it,
}

impl Scene {
    fn log(&self, client: &Client) -> Log {
        client.log(self.project, self.job).unwrap().into_inner()
    }
}

/// Reads a log to its end or to its error.
fn read(log: &mut Log) -> (Vec<u8>, Option<Error>) {
    let mut bytes = Vec::new();
    for chunk in log {
        match chunk {
            Ok(chunk) => bytes.extend(chunk),
            Err(error) => return (bytes, Some(error)),
        }
    }
    (bytes, None)
}

/// Compares the beginning of a log with what was generated, chunk by chunk; gives how much there was of it.
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
                block = expected.next().expect("the log is longer than it is");
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

fn a_log_of_64_mib_comes_whole(flavour: Flavour) {
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

    // Nor does it stand in the way of others.
    let unread = scene.log(&client);
    assert_eq!(scene.get_job(&client).unwrap().id, scene.job);
    drop(unread);
}

fn any_bytes_come_as_they_are(flavour: Flavour) {
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

fn a_log_that_stalls_is_a_timeout_after_what_came(flavour: Flavour) {
    let text = "a line\n".repeat(1000);
    let scene = Scene::with_log(&text);
    let patience = 500 * MILLISECOND;
    let client = flavour.build(quick(&scene.gitlab).idle_timeout(patience));
    scene.gitlab.inject(Fault::new().stall_after(5000));

    let mut log = scene.log(&client);
    let (bytes, error) = read(&mut log);

    assert_eq!(bytes, &text.as_bytes()[..5000]);
    assert_eq!(log.position(), 5000);
    let error = error.unwrap();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.operation_id(), Some("get_job_log"));
    assert!(log.next().is_none());

    let mut log = scene.log(&client);
    let error = log.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
}

/// How a log of 7000 bytes breaks off after 5000.
const BREAKS: [fn() -> Fault; 4] = [
    || Fault::new().cut_after(5000),
    || Fault::new().chunked().cut_after(5000),
    || Fault::new().reset_after(5000),
    || Fault::new().chunked().reset_after(5000),
];

fn a_log_shorter_than_promised_is_an_error_after_what_came(flavour: Flavour) {
    let text = "a line\n".repeat(1000);
    let scene = Scene::with_log(&text);
    let client = scene.client(flavour);
    for (number, fault) in BREAKS.into_iter().enumerate() {
        scene.gitlab.inject(fault().times(1));
        let (bytes, error) = read(&mut scene.log(&client));
        assert!(error.is_some_and(|error| error.is_transport()), "{number}");
        // What a reset leaves of what was sent is up to the kernel.
        if number < 2 {
            assert_eq!(bytes.len(), 5000, "{number}");
        }
        assert!(text.as_bytes().starts_with(&bytes), "{number}");
    }
    // All that was promised but the end of it.
    for fault in [
        Fault::new().cut_after(7000),
        Fault::new().chunked().cut_after(7000),
    ] {
        scene.gitlab.inject(fault.times(1));
        let (bytes, error) = read(&mut scene.log(&client));
        assert_eq!(bytes.len(), 7000);
        assert!(error.unwrap().is_transport());
    }
}

fn a_broken_log_is_no_end_of_file(flavour: Flavour) {
    let text = "a line\n".repeat(1000);
    let scene = Scene::with_log(&text);
    let client = scene.client(flavour);
    for fault in BREAKS {
        scene.gitlab.inject(fault().times(1));
        let error = scene.log(&client).read_to_end(&mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Other);
        let error = error.into_inner().unwrap();
        assert!(error.downcast::<Error>().unwrap().is_transport());

        scene.gitlab.inject(fault().times(1));
        // The half of a line that came is before the error, as all that came is.
        let mut lines = scene.log(&client).lines().collect::<Vec<_>>();
        let error = lines.pop().unwrap().unwrap_err();
        assert!(error.is_transport(), "{error:?}");
        let lines = lines.into_iter().map(Result::unwrap).collect::<Vec<_>>();
        assert!(text.starts_with(&lines.join("\n")), "{lines:?}");
    }
}

fn a_broken_log_is_not_asked_for_again(flavour: Flavour) {
    let scene = Scene::with_log("a line\n".repeat(1000));
    scene.gitlab.inject(Fault::new().times(1).cut_after(5000));
    let (_, error) = read(&mut scene.log(&scene.client(flavour)));
    assert_eq!(error.unwrap().attempts(), 1);
    assert_eq!(scene.gitlab.requests().len(), 1);
}

fn a_compressed_log_is_inflated_and_a_broken_one_told(flavour: Flavour) {
    let text = "a line\n".repeat(20_000);
    let scene = Scene::with_job("success");
    let client = scene.client(flavour);
    let zipped = gzip(text.as_bytes());
    let answer = |body: &[u8]| {
        let fault = Fault::new().times(1).header("content-encoding", "gzip");
        fault.body(body.to_vec())
    };

    scene.gitlab.inject(answer(&zipped));
    let mut log = scene.log(&client);
    let (bytes, error) = read(&mut log);
    assert!(bytes == text.as_bytes() && error.is_none(), "{error:?}");
    assert_eq!(log.position(), text.len() as u64);
    // The length of what is sent is not the length of the log.
    assert_eq!(log.content_length(), None);
    let offered = scene.gitlab.requests()[0]
        .header("accept-encoding")
        .unwrap()
        .to_owned();
    assert!(offered.contains("gzip"), "{offered}");

    // Cut by us, by who compressed it, and not compressed at all.
    scene.gitlab.inject(answer(&zipped).cut_after(70_000));
    scene.gitlab.inject(answer(&zipped[..70_000]));
    scene.gitlab.inject(answer(b"plain text"));
    for _ in 0..3 {
        let (bytes, error) = read(&mut scene.log(&client));
        assert!(error.unwrap().is_transport());
        assert!(text.as_bytes().starts_with(&bytes));
    }
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
    // First by the line, then by the chunk: nothing is lost in between.
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

fn lines_are_cut_at_line_breaks_alone(flavour: Flavour) {
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

fn a_job_without_a_log_has_an_empty_one_or_none(flavour: Flavour) {
    let scene = Scene::with_job("pending");
    let client = scene.client(flavour);
    assert!(scene.log(&client).next().is_none());

    scene
        .gitlab
        .with(|state| state.settings.missing_log_is_404 = true);
    let error = client.log(scene.project, scene.job).unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

fn the_length_is_told_where_the_server_tells_it(flavour: Flavour) {
    let scene = Scene::with_log("a line\n");
    let client = scene.client(flavour);
    let answer = client.log(scene.project, scene.job).unwrap();
    let name = answer.headers().get("content-disposition").unwrap();
    assert_eq!(name, &format!("inline; filename=\"{}.log\"", scene.job));
    assert_eq!(answer.into_inner().content_length(), Some(7));

    scene.gitlab.inject(Fault::new().chunked());
    assert_eq!(scene.log(&client).content_length(), None);
}
