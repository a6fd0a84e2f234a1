//! Compression, as by the nginx in front of GitLab.

use std::io::Read;

use fake_gitlab::{FakeGitlab, Fault, GeneratedLog, MAINTAINER_TOKEN, Script};
use flate2::read::MultiGzDecoder;

use crate::wire::{Response, Wire};

const LENGTH: u64 = 300_000;

/// A server that compresses, and the target of a log of [`LENGTH`] bytes.
fn server() -> (FakeGitlab, String) {
    let gitlab = FakeGitlab::builder()
        .configure(|settings| {
            settings.gzip = true;
            settings.log_ranges = true;
        })
        .start();
    let job = gitlab.add_job("group/project", "build", Script::new());
    gitlab.with(|state| {
        let job = state.job_mut(job.id()).set_generated_log(LENGTH);
        job.set_status("success");
    });
    let target = format!("/api/v4/projects/{}/jobs/{}/trace", job.project(), job.id());
    (gitlab, target)
}

fn get(gitlab: &FakeGitlab, target: &str, headers: &[(&str, &str)]) -> Response {
    let headers = [headers, &[("private-token", MAINTAINER_TOKEN)]].concat();
    let response = Wire::connect(gitlab).request_with("GET", target, &headers, "");
    response.unwrap()
}

fn decode(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut decoded = Vec::new();
    MultiGzDecoder::new(body).read_to_end(&mut decoded)?;
    Ok(decoded)
}

#[test]
fn a_log_is_compressed_for_a_client_that_accepts_it() {
    let (gitlab, target) = server();
    let plain = get(&gitlab, &target, &[]);
    let etag = plain.header("etag").unwrap();
    assert_eq!(plain.body.len() as u64, LENGTH);
    for refused in ["", "identity", "deflate, gzip;q=0"] {
        let response = get(&gitlab, &target, &[("accept-encoding", refused)]);
        assert_eq!(response.header("content-encoding"), None, "{refused}");
    }
    gitlab.clear_requests();
    let compressed = get(&gitlab, &target, &[("accept-encoding", "br, gzip;q=0.5")]);
    let header = |name| compressed.header(name);
    assert_eq!(header("content-encoding"), Some("gzip"));
    assert_eq!(header("content-length"), None);
    assert_eq!(header("accept-ranges"), None);
    assert_eq!(header("etag"), Some(&*format!("W/{etag}")));
    let sent = gitlab.requests()[0].bytes_sent();
    assert_eq!(sent, compressed.body.len() as u64);
    assert!(sent < LENGTH / 10, "{sent}");
    let expected: Vec<u8> = GeneratedLog::new(LENGTH).flatten().collect();
    assert_eq!(decode(&compressed.body).unwrap(), expected);
}

#[test]
fn short_bodies_parts_and_other_statuses_are_not_compressed() {
    let (gitlab, target) = server();
    let gzip = ("accept-encoding", "gzip");
    let encoded = |target: &str, headers: &[(&str, &str)]| {
        let response = get(&gitlab, target, headers);
        (
            response.status,
            response.header("content-encoding").is_some(),
        )
    };
    assert_eq!(
        encoded(&format!("{target}?byte_limit=249"), &[gzip]),
        (200, false)
    );
    assert_eq!(
        encoded(&format!("{target}?byte_limit=250"), &[gzip]),
        (200, true)
    );
    let range = ("range", "bytes=1000-");
    assert_eq!(encoded(&target, &[gzip, range]), (206, false));
    gitlab.inject(Fault::new().status(500).body("x".repeat(1_000)));
    assert_eq!(encoded(&target, &[gzip]), (500, false));
}

#[test]
fn a_compressed_body_can_be_cut() {
    let (gitlab, target) = server();
    gitlab.inject(Fault::new().times(1).cut_after(100));
    gitlab.inject(Fault::new().times(1).cut_after(LENGTH));
    gitlab.inject(Fault::new().times(1).spare_short_bodies().cut_after(LENGTH));
    let headers = [
        ("private-token", MAINTAINER_TOKEN),
        ("accept-encoding", "gzip"),
    ];
    let arrives = || {
        let response = Wire::connect(&gitlab).request_with("GET", &target, &headers, "");
        response.is_ok_and(|response| decode(&response.body).is_ok())
    };
    assert_eq!([arrives(), arrives(), arrives()], [false, false, true]);
}
