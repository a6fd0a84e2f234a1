//! Outages by the clock, refused connections, and responses that are not from GitLab's API.

use std::io::{ErrorKind, Read};
use std::net::TcpStream;
use std::time::Duration;

use fake_gitlab::{Clock, FakeGitlab, Fault};

use crate::wire::{Wire, request};

const SECOND: Duration = Duration::from_secs(1);
const JOB: &str = "/api/v4/projects/1/jobs/8";

#[test]
fn an_outage_begins_and_ends_by_the_clock() {
    let clock = Clock::manual();
    let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
    let outage = Fault::new().starts_after(SECOND).lasts(SECOND * 2);
    gitlab.inject(outage.service_unavailable());
    let statuses: Vec<u16> = (0..5)
        .map(|_| {
            let status = request(&gitlab, "GET", JOB).status;
            clock.advance(SECOND);
            status
        })
        .collect();
    assert_eq!(statuses, [200, 503, 503, 200, 200]);
}

#[test]
fn connections_are_refused_until_the_server_is_online_again() {
    let gitlab = FakeGitlab::start();
    let address = gitlab.url().replace("http://", "");
    let mut open = Wire::connect(&gitlab);
    assert_eq!(open.request("GET", JOB).unwrap().status, 200);
    for _ in 0..2 {
        gitlab.go_offline();
        let refused = TcpStream::connect(&address).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);
    }
    assert_eq!(open.tcp().read(&mut [0]).unwrap_or(0), 0, "still open");
    gitlab.go_online();
    assert_eq!(request(&gitlab, "GET", JOB).status, 200);
    assert_eq!(gitlab.requests().len(), 2);
}

#[test]
fn pages_of_html_and_locks_take_the_place_of_any_response() {
    let gitlab = FakeGitlab::start();
    let log = "/api/v4/projects/1/jobs/8/trace";
    let faults = [
        Fault::new().html_page(200, "Just a moment..."),
        Fault::new().bad_gateway(),
        Fault::new().resource_lock(),
        Fault::new().unknown_route(),
    ];
    for fault in faults {
        gitlab.inject(fault.operation("get_job_log").times(1));
    }
    let seen: Vec<String> = (0..5)
        .map(|_| {
            let response = request(&gitlab, "GET", log);
            let body = String::from_utf8_lossy(&response.body);
            let start: String = body.chars().take(32).collect();
            let kind = response.header("content-type").unwrap();
            format!("{} {kind} {start:?}", response.status)
        })
        .collect();
    let expected = [
        r#"200 text/html "<html>\r\n<head><title>Just a mome""#,
        r#"502 text/html "<html>\r\n<head><title>502 Bad Gat""#,
        r#"409 application/json "{\"message\":\"409 Conflict: Resour""#,
        r#"404 application/json "{\"error\":\"404 Not Found\"}""#,
        r#"200 text/plain "\u{1b}[0KRunning with gitlab-runner 9""#,
    ];
    assert_eq!(seen, expected);
}

#[test]
fn a_redirect_to_the_sign_in_page_ends_in_html() {
    let gitlab = FakeGitlab::start();
    gitlab.inject(Fault::new().operation("get_job").skip(1).sign_in_page());
    assert_eq!(request(&gitlab, "GET", JOB).status, 200);
    let redirect = request(&gitlab, "GET", JOB);
    assert_eq!(redirect.status, 302);
    let page = request(&gitlab, "GET", redirect.header("location").unwrap());
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.body.starts_with(b"<!DOCTYPE html>"));
}
