//! Logs: whole, in parts, in ranges, broken off, and what each of them costs.

use std::io::ErrorKind;
use std::time::Duration;

use fake_gitlab::{FakeGitlab, Fault, GeneratedLog, MAINTAINER_TOKEN, Settings};

use crate::wire::{Response, Wire, project, request, request_with};

const LOG: &[u8] = b"0123456789";
const MIB: u64 = 1024 * 1024;
const TOKEN: [(&str, &str); 1] = [("private-token", MAINTAINER_TOKEN)];

/// A server with a finished job that has a log, and the target of the log.
fn server(configure: impl FnOnce(&mut Settings)) -> (FakeGitlab, u64, String) {
    let gitlab = FakeGitlab::builder().configure(configure).start();
    let (project, pipeline) = project(&gitlab);
    let job = gitlab.with(|state| {
        let job = state.add_job(pipeline, "build").set_log(LOG);
        job.set_status("success").id()
    });
    let log = format!("/api/v4/projects/{project}/jobs/{job}/trace");
    (gitlab, job, log)
}

#[test]
fn a_part_is_sent_as_a_plain_200() {
    let (gitlab, _, log) = server(|_| {});
    let cases = [
        ("byte_offset=3&byte_limit=4", &LOG[3..7]),
        ("byte_limit=4", &LOG[..4]),
        ("byte_offset=3", &LOG[3..]),
        ("byte_offset=8&byte_limit=512000", &LOG[8..]),
        ("byte_offset=10", b""),
        ("byte_offset=18446744073709551615&byte_limit=1", b""),
    ];
    for (query, part) in cases {
        let sent = request(&gitlab, "GET", &format!("{log}?{query}"));
        assert_eq!((sent.status, &*sent.body), (200, part), "{query}");
        assert_eq!(sent.header("content-range"), None);
    }
    for (query, error) in [
        ("byte_offset=-1", "byte_offset does not have a valid value"),
        ("byte_limit=0", "byte_limit does not have a valid value"),
        (
            "byte_limit=512001",
            "byte_limit does not have a valid value",
        ),
        ("byte_limit=many", "byte_limit is invalid"),
    ] {
        let refused = request(&gitlab, "GET", &format!("{log}?{query}"));
        assert_eq!(
            (refused.status, &refused.json()["error"]),
            (400, &error.into())
        );
    }
    gitlab.with(|state| state.settings = Settings::older_server());
    for query in ["byte_offset=3&byte_limit=4", "byte_limit=many"] {
        assert_eq!(request(&gitlab, "GET", &format!("{log}?{query}")).body, LOG);
    }
}

#[test]
fn parts_of_a_generated_log_with_a_written_end_make_up_the_whole() {
    let (gitlab, job, log) = server(|_| {});
    gitlab.with(|state| {
        state
            .job_mut(job)
            .set_generated_log(200_000)
            .append_log(LOG)
            .rewrite_log_end(4, "end")
            .id()
    });
    let whole = request(&gitlab, "GET", &log).body;
    let expected: Vec<u8> = GeneratedLog::new(200_000)
        .flatten()
        .chain(*b"012345end")
        .collect();
    assert_eq!(whole, expected);
    let parts: Vec<u8> = (0..4)
        .flat_map(|n| {
            let part = format!("{log}?byte_limit=65000&byte_offset={}", n * 65_000);
            request(&gitlab, "GET", &part).body
        })
        .collect();
    assert_eq!(parts, expected);

    gitlab.with(|state| state.job_mut(job).rewrite_log_end(100_009, "").id());
    assert_eq!(request(&gitlab, "GET", &log).body, expected[..100_000]);
}

#[test]
fn an_archived_log_is_sent_in_ranges() {
    let (gitlab, job, log) = server(|settings| settings.log_ranges = true);
    let get = |headers: &[(&str, &str)]| {
        request_with(&gitlab, "GET", &log, &[headers, &TOKEN].concat(), "")
    };
    let shown = |response: &Response| {
        let range = response.header("content-range").map(ToOwned::to_owned);
        (response.status, range, response.body.clone())
    };
    let whole = get(&[]);
    assert_eq!(shown(&whole), (200, None, LOG.to_vec()));
    let etag = whole.header("etag").unwrap();
    let modified = whole.header("last-modified").unwrap();
    assert!(etag.starts_with('"') && modified.ends_with(" GMT"));

    for (range, sent, part) in [
        ("bytes=3-6", "bytes 3-6/10", &LOG[3..7]),
        ("bytes=3-", "bytes 3-9/10", &LOG[3..]),
        ("bytes=8-100", "bytes 8-9/10", &LOG[8..]),
        ("bytes=-3", "bytes 7-9/10", &LOG[7..]),
    ] {
        let partial = get(&[("range", range)]);
        assert_eq!(
            shown(&partial),
            (206, Some(sent.to_owned()), part.to_vec()),
            "{range}"
        );
        assert_eq!(partial.header("etag"), Some(etag));
    }
    for range in ["bytes=10-", "bytes=-0"] {
        let beyond = get(&[("range", range)]);
        assert_eq!(
            shown(&beyond),
            (416, Some("bytes */10".to_owned()), Vec::new())
        );
    }
    for range in ["bytes=1-2,4-5", "lines=1-2", "bytes=6-3"] {
        assert_eq!(get(&[("range", range)]).status, 200, "{range}");
    }
    for (validator, status) in [(etag, 206), (modified, 206), ("\"other\"", 200)] {
        let range = get(&[("range", "bytes=3-"), ("if-range", validator)]);
        assert_eq!(range.status, status, "{validator}");
    }
    gitlab.with(|state| state.job_mut(job).set_log("9876543210").id());
    assert_eq!(
        get(&[("range", "bytes=3-"), ("if-range", etag)]).body,
        b"9876543210"
    );

    gitlab.with(|state| state.job_mut(job).set_status("running").id());
    let running = get(&[("range", "bytes=3-")]);
    assert_eq!((running.status, running.header("etag")), (200, None));
}

#[test]
fn a_record_has_the_status_and_size_of_the_response() {
    let (gitlab, _, log) = server(|_| {});
    request(&gitlab, "GET", &log);
    request(&gitlab, "GET", &format!("{log}?byte_offset=4"));
    request(&gitlab, "HEAD", &log);
    gitlab.inject(Fault::new().times(1).cut_after(3));
    assert!(Wire::connect(&gitlab).request("GET", &log).is_err());
    gitlab.inject(Fault::new().times(1).reset_before_response());
    assert!(Wire::connect(&gitlab).request("GET", &log).is_err());
    let cost: Vec<_> = gitlab
        .requests()
        .iter()
        .map(|request| (request.response_status(), request.bytes_sent()))
        .collect();
    let sent = |bytes| (Some(200), bytes);
    assert_eq!(cost, [sent(10), sent(6), sent(0), sent(3), (None, 0)]);
}

#[test]
fn a_large_log_reset_again_and_again_is_read_to_its_end() {
    const LENGTH: u64 = 64 * MIB;
    let (gitlab, job, log) = server(|_| {});
    gitlab.with(|state| state.job_mut(job).set_generated_log(LENGTH).id());
    gitlab.inject(
        Fault::new()
            .operation("get_job_log")
            .reset_after(8 * MIB)
            .spare_short_bodies(),
    );
    let (mut received, mut responses, mut whole) = (Vec::new(), 0, false);
    while !whole {
        let mut wire = Wire::connect(&gitlab);
        let part = format!("{log}?byte_offset={}", received.len());
        wire.send("GET", &part, &TOKEN, "").unwrap();
        let head = wire.head().unwrap();
        let promised: usize = head.header("content-length").unwrap().parse().unwrap();
        let end = received.len() + promised;
        let mut buffer = [0; 16 * 1024];
        while received.len() < end {
            match wire.read(&mut buffer) {
                Ok(length) => received.extend_from_slice(&buffer[..length]),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
                    break;
                }
            }
        }
        whole = received.len() == end;
        responses += 1;
        assert!(responses < 20, "{} bytes so far", received.len());
    }
    assert!(GeneratedLog::new(LENGTH).flatten().eq(received));
    let cost: u64 = gitlab
        .requests()
        .iter()
        .map(|request| request.bytes_sent())
        .sum();
    assert!(cost * 100 <= LENGTH * 105, "{cost} bytes for {LENGTH}");
}

#[test]
fn a_large_body_stalls_and_trickles() {
    let (gitlab, job, log) = server(|_| {});
    gitlab.with(|state| {
        state
            .job_mut(job)
            .set_log(vec![b'.'; 64 * MIB as usize])
            .id()
    });
    gitlab.inject(Fault::new().times(1).stall_after(40 * MIB));
    gitlab.inject(Fault::new().trickle(1_000, Duration::from_secs(60)));
    for length in [40 * MIB, 1_000] {
        let mut wire = Wire::connect(&gitlab);
        wire.send("GET", &log, &TOKEN, "").unwrap();
        wire.head().unwrap();
        let timeout = Some(Duration::from_millis(500));
        wire.tcp().set_read_timeout(timeout).unwrap();
        let mut received = 0;
        let mut buffer = vec![0; 64 * 1024];
        while received < length {
            received += wire.read(&mut buffer).unwrap() as u64;
        }
        wire.tcp()
            .set_read_timeout(Some(Duration::from_millis(20)))
            .unwrap();
        assert!(wire.read(&mut buffer).is_err());
        assert_eq!(received, length);
    }
}
