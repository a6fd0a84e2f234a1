//! Logs that stall or break off and are not resumed: an error after the bytes that arrived, never a short log.

use std::io::{ErrorKind, Read};

use fake_gitlab::Fault;
use flate2::Compression;
use gitlab_jobs::Error;

use super::read;
use crate::flavour::{Flavour, for_both_clients};
use crate::gzip::gzip;
use crate::scene::{MILLISECOND, Scene, quick};

for_both_clients! {
    a_log_that_stalls_is_a_timeout_after_what_arrived,
    a_log_shorter_than_announced_is_an_error_after_what_arrived,
    a_broken_log_is_not_an_end_of_file,
    a_broken_log_is_not_requested_again,
    a_compressed_log_is_inflated_and_a_broken_one_is_an_error,
}

/// The ways in which a log of 7000 bytes breaks off after 5000.
pub(super) const BREAKS: [fn() -> Fault; 4] = [
    || Fault::new().cut_after(5000),
    || Fault::new().chunked().cut_after(5000),
    || Fault::new().reset_after(5000),
    || Fault::new().chunked().reset_after(5000),
];

fn a_log_that_stalls_is_a_timeout_after_what_arrived(flavour: Flavour) {
    let text = "a line\n".repeat(1000);
    let scene = Scene::with_log(&text);
    let patience = 500 * MILLISECOND;
    let client = flavour.build(quick(&scene.gitlab).idle_timeout(patience));
    scene.gitlab.inject(Fault::new().stall_after(5000));

    let mut log = scene.log(&client).resume(false);
    let (bytes, error) = read(&mut log);

    assert_eq!(bytes, &text.as_bytes()[..5000]);
    assert_eq!(log.position(), 5000);
    let error = error.unwrap();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.operation_id(), Some("get_job_log"));
    assert!(log.next().is_none());

    let mut log = scene.log(&client).resume(false);
    let error = log.read_to_end(&mut Vec::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TimedOut);
}

fn a_log_shorter_than_announced_is_an_error_after_what_arrived(flavour: Flavour) {
    let text = "a line\n".repeat(1000);
    let scene = Scene::with_log(&text);
    let client = scene.client(flavour);
    for (number, fault) in BREAKS.into_iter().enumerate() {
        scene.gitlab.inject(fault().times(1));
        let (bytes, error) = read(&mut scene.log(&client).resume(false));
        assert!(error.is_some_and(|error| error.is_transport()), "{number}");
        // How many bytes survive a reset is up to the kernel.
        if number < 2 {
            assert_eq!(bytes.len(), 5000, "{number}");
        }
        assert!(text.as_bytes().starts_with(&bytes), "{number}");
    }
    // All announced bytes arrive, but not the end of the body.
    for fault in [
        Fault::new().cut_after(7000),
        Fault::new().chunked().cut_after(7000),
    ] {
        scene.gitlab.inject(fault.times(1));
        let (bytes, error) = read(&mut scene.log(&client).resume(false));
        assert_eq!(bytes.len(), 7000);
        assert!(error.unwrap().is_transport());
    }
}

fn a_broken_log_is_not_an_end_of_file(flavour: Flavour) {
    let text = "a line\n".repeat(1000);
    let scene = Scene::with_log(&text);
    let client = scene.client(flavour);
    for fault in BREAKS {
        scene.gitlab.inject(fault().times(1));
        let error = scene
            .log(&client)
            .resume(false)
            .read_to_end(&mut Vec::new())
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Other);
        let error = error.into_inner().unwrap();
        assert!(error.downcast::<Error>().unwrap().is_transport());

        scene.gitlab.inject(fault().times(1));
        // The error comes after everything that arrived, including part of a line.
        let mut lines = scene.log(&client).resume(false).lines().collect::<Vec<_>>();
        let error = lines.pop().unwrap().unwrap_err();
        assert!(error.is_transport(), "{error:?}");
        let lines = lines.into_iter().map(Result::unwrap).collect::<Vec<_>>();
        assert!(text.starts_with(&lines.join("\n")), "{lines:?}");
    }
}

fn a_broken_log_is_not_requested_again(flavour: Flavour) {
    let scene = Scene::with_log("a line\n".repeat(1000));
    scene.gitlab.inject(Fault::new().times(1).cut_after(5000));
    let (_, error) = read(&mut scene.log(&scene.client(flavour)).resume(false));
    assert_eq!(error.unwrap().attempts(), 1);
    assert_eq!(scene.gitlab.requests().len(), 1);
}

fn a_compressed_log_is_inflated_and_a_broken_one_is_an_error(flavour: Flavour) {
    let text = "a line\n".repeat(20_000);
    let scene = Scene::with_job("success");
    let client = scene.client(flavour);
    let zipped = gzip(text.as_bytes(), Compression::none());
    let response = |body: &[u8]| {
        let fault = Fault::new().times(1).header("content-encoding", "gzip");
        fault.body(body.to_vec())
    };

    scene.gitlab.inject(response(&zipped));
    let mut log = scene.log(&client).resume(false);
    let (bytes, error) = read(&mut log);
    assert!(bytes == text.as_bytes() && error.is_none(), "{error:?}");
    assert_eq!(log.position(), text.len() as u64);
    // The length of what is sent is not the length of the log.
    assert_eq!(log.content_length(), None);
    let request = &scene.gitlab.requests()[0];
    assert_eq!(request.header("accept-encoding"), Some("identity"));

    // Cut in transit, cut by the compressor, and not compressed at all.
    scene.gitlab.inject(response(&zipped).cut_after(70_000));
    scene.gitlab.inject(response(&zipped[..70_000]));
    scene.gitlab.inject(response(b"plain text"));
    for _ in 0..3 {
        let (bytes, error) = read(&mut scene.log(&client).resume(false));
        assert!(error.unwrap().is_transport());
        assert!(text.as_bytes().starts_with(&bytes));
    }
}
