//! Every fault, as a client sees it.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use fake_gitlab::{FakeGitlab, Fault, MAINTAINER_TOKEN};

use crate::wire::{Wire, project, request};

const JOB: &str = "/api/v4/projects/1/jobs/8";
const TICK: Duration = Duration::from_millis(20);
const TOKEN: [(&str, &str); 1] = [("private-token", MAINTAINER_TOKEN)];

fn faulty(fault: Fault) -> (FakeGitlab, Wire) {
    let gitlab = FakeGitlab::start();
    gitlab.inject(fault);
    let wire = Wire::connect(&gitlab);
    (gitlab, wire)
}

#[test]
fn a_lost_response_differs_from_a_lost_request_in_what_was_carried_out() {
    let faults = [
        (Fault::new().reset_before_handling(), "manual"),
        (Fault::new().reset_before_response(), "pending"),
        (Fault::new().status(500), "manual"),
        (Fault::new().status(500).after_handling(), "pending"),
    ];
    for (fault, status) in faults {
        let (gitlab, mut wire) = faulty(fault.method("POST").operation("play_job"));
        let (project, pipeline) = project(&gitlab);
        let job = gitlab.with(|state| state.add_job(pipeline, "deploy").set_status("manual").id());
        let response = wire.request(
            "POST",
            &format!("/api/v4/projects/{project}/jobs/{job}/play"),
        );
        match response {
            Ok(response) => assert_eq!(response.json()["message"], "500 Internal Server Error"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
        }
        assert_eq!(gitlab.job(job).status(), status);
        assert_eq!(gitlab.requests().len(), 1);
    }
}

#[test]
fn a_cut_body_is_shorter_than_promised() {
    for (bytes, arrived) in [(0, 0), (10, 10), (1_000_000, 1_275)] {
        let (_gitlab, mut wire) = faulty(Fault::new().cut_after(bytes));
        wire.send("GET", JOB, &TOKEN, "").unwrap();
        let promised: usize = wire
            .head()
            .unwrap()
            .header("content-length")
            .unwrap()
            .parse()
            .unwrap();
        let body = wire.rest().unwrap();
        assert_eq!(body.len(), arrived);
        assert!(promised > arrived);
    }
    let (_gitlab, mut wire) = faulty(Fault::new().chunked().cut_after(10));
    assert_eq!(
        wire.request("GET", JOB).unwrap_err().kind(),
        ErrorKind::UnexpectedEof
    );
    let (_gitlab, mut wire) = faulty(Fault::new().reset_after(10));
    assert_eq!(
        wire.request("GET", JOB).unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
}

#[test]
fn chunks_carry_the_whole_body() {
    let (gitlab, mut wire) = faulty(Fault::new().chunked());
    let chunked = wire.request("GET", JOB).unwrap();
    assert_eq!(chunked.header("content-length"), None);
    gitlab.clear_faults();
    assert_eq!(chunked.json(), wire.request("GET", JOB).unwrap().json());
}

#[test]
fn a_stalled_body_sends_no_more() {
    let (_gitlab, mut wire) = faulty(Fault::new().stall_after(10));
    wire.send("GET", JOB, &TOKEN, "").unwrap();
    wire.head().unwrap();
    wire.tcp().set_read_timeout(Some(TICK)).unwrap();
    let stalled = wire.rest().unwrap_err();
    assert!(matches!(
        stalled.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
}

#[test]
fn delays_and_trickles_slow_a_response_down() {
    let slow = [
        Fault::new().delay(TICK),
        Fault::new().delay_body(TICK),
        Fault::new().trickle(500, TICK / 2),
    ];
    for fault in slow {
        let (_gitlab, mut wire) = faulty(fault);
        let began = Instant::now();
        assert_eq!(wire.request("GET", JOB).unwrap().json()["id"], 8);
        assert!(began.elapsed() >= TICK);
    }
}

#[test]
fn an_idle_connection_is_closed_without_announcement() {
    for fault in [
        Fault::new().close_after_response(),
        Fault::new().close_when_idle(TICK),
    ] {
        let (_gitlab, mut wire) = faulty(fault);
        let response = wire.request("GET", JOB).unwrap();
        assert_eq!(
            (response.status, response.header("connection")),
            (200, None)
        );
        assert_eq!(wire.tcp().read(&mut [0]).unwrap(), 0);
    }
}

#[test]
fn a_pooled_connection_can_die_under_the_next_request() {
    let (gitlab, mut wire) = faulty(Fault::new().on_reused_connection().reset_before_handling());
    assert_eq!(wire.request("GET", JOB).unwrap().status, 200);
    assert_eq!(
        wire.request("GET", JOB).unwrap_err().kind(),
        ErrorKind::ConnectionReset
    );
    assert_eq!(
        Wire::connect(&gitlab).request("GET", JOB).unwrap().status,
        200
    );
    let numbers: Vec<_> = gitlab
        .requests()
        .iter()
        .map(|r| (r.connection, r.number_on_connection))
        .collect();
    assert_eq!(
        (numbers, gitlab.connections()),
        (vec![(0, 0), (0, 1), (1, 0)], 2)
    );
}

#[test]
fn faults_make_a_sequence() {
    let gitlab = FakeGitlab::start();
    gitlab.inject(Fault::new().times(1).bad_gateway());
    gitlab.inject(Fault::new().times(1).retry_later(3));
    gitlab.inject(
        Fault::new()
            .times(1)
            .redirect(302, "https://elsewhere.example/log"),
    );
    gitlab.inject(Fault::new().times(1).generated_body(100_000));
    gitlab.inject(
        Fault::new()
            .path("/jobs/8")
            .skip(5)
            .body("{")
            .header("x-request-id", "mine"),
    );
    let responses = [(); 6].map(|()| request(&gitlab, "GET", JOB));
    assert_eq!(
        responses.each_ref().map(|response| response.status),
        [502, 429, 302, 200, 200, 200]
    );
    assert_eq!(responses[0].header("content-type"), Some("text/html"));
    assert_eq!(responses[1].header("retry-after"), Some("3"));
    assert_eq!(
        responses[2].header("location"),
        Some("https://elsewhere.example/log")
    );
    assert_eq!(responses[3].body.len(), 100_000);
    assert_eq!(responses[4].json()["id"], 8);
    assert_eq!(
        (&*responses[5].body, responses[5].header("x-request-id")),
        (&b"{"[..], Some("mine"))
    );
}
