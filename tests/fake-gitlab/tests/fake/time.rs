//! Jobs that follow a script by the clock, and hooks that change things between requests.

use std::time::Duration;

use fake_gitlab::{Clock, FakeGitlab, GeneratedLog, Script};

use crate::wire::{project, request};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_job_runs_by_the_clock_until_it_is_canceled() {
    let clock = Clock::manual();
    let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
    let (project, pipeline) = project(&gitlab);
    let script = Script::new()
        .pending_for(SECOND)
        .write(SECOND, "one\n")
        .write(SECOND * 3, "two\n")
        .end(SECOND * 4, "failed");
    let job = gitlab.with(|state| state.add_job(pipeline, "build").run(script).id());
    let target = format!("/api/v4/projects/{project}/jobs/{job}");
    let log = || request(&gitlab, "GET", &format!("{target}/trace")).body;

    assert_eq!(request(&gitlab, "GET", &target).json()["status"], "pending");
    clock.advance(SECOND * 2);
    assert_eq!(log(), b"one\n");
    clock.advance(SECOND * 60);
    let failed = request(&gitlab, "GET", &target).json();
    assert_eq!(
        (&failed["status"], &failed["failure_reason"]),
        (&"failed".into(), &"script_failure".into())
    );
    assert_eq!(
        (&failed["duration"], &failed["started_at"]),
        (&4.0.into(), &"2024-01-01T00:00:01.000Z".into())
    );
    assert_eq!(log(), b"one\ntwo\n");

    let retried = request(&gitlab, "POST", &format!("{target}/retry")).json()["id"]
        .as_u64()
        .unwrap();
    clock.advance(SECOND * 2);
    request(
        &gitlab,
        "POST",
        &format!("/api/v4/projects/{project}/jobs/{retried}/cancel"),
    );
    clock.advance(SECOND * 60);
    assert_eq!(
        (gitlab.job(retried).status(), gitlab.job(retried).log()),
        ("canceled", &b"one\n"[..])
    );
}

#[test]
fn a_log_changes_in_every_way_by_the_clock() {
    let clock = Clock::manual();
    let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
    let script = Script::new()
        .generate_log(SECOND, 70_000)
        .generate_log(SECOND * 2, 140_000)
        .rewrite_log_end(SECOND * 3, 139_990, "end")
        .replace_log(SECOND * 4, "another log!!")
        .end(SECOND * 5, "success")
        .rewrite_log_end(SECOND * 6, 2, ".")
        .erase(SECOND * 7);
    let job = gitlab.add_job("group/project", "build", script);
    let (project, id) = (job.project(), job.id());
    let target = format!("/api/v4/projects/{project}/jobs/{id}/trace");
    let generated = |length| GeneratedLog::new(length).flatten().collect::<Vec<u8>>();
    let logs = [
        b"".to_vec(),
        generated(70_000),
        generated(140_000),
        [&generated(10)[..], b"end"].concat(),
        b"another log!!".to_vec(),
        b"another log!!".to_vec(),
        b"another log.".to_vec(),
        b"".to_vec(),
    ];
    for (second, log) in logs.into_iter().enumerate() {
        let sent = request(&gitlab, "GET", &target).body;
        assert!(
            sent == log,
            "{second}: {} instead of {}",
            sent.len(),
            log.len()
        );
        clock.advance(SECOND);
    }
    assert!(gitlab.job(id).is_erased() && gitlab.job(id).status() == "success");
}

#[test]
fn a_job_goes_through_every_status_of_its_script() {
    let clock = Clock::manual();
    let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
    let script = Script::new()
        .before_pending("waiting_for_resource", SECOND)
        .before_pending("scheduled", SECOND)
        .pending_for(SECOND)
        .status(SECOND, "canceling")
        .end(SECOND * 2, "canceled");
    let first = gitlab.add_job("group/project", "build", script);
    let statuses = |id: u64| {
        let mut seen = vec![gitlab.job(id).status().to_owned()];
        while !gitlab.job(id).is_finished() {
            clock.advance(SECOND);
            seen.push(gitlab.job(id).status().to_owned());
        }
        seen
    };
    let all = [
        "waiting_for_resource",
        "scheduled",
        "pending",
        "running",
        "canceling",
        "canceled",
    ];
    assert_eq!(statuses(first.id()), all);
    let retry = format!(
        "/api/v4/projects/{}/jobs/{}/retry",
        first.project(),
        first.id()
    );
    let retried = request(&gitlab, "POST", &retry).json()["id"]
        .as_u64()
        .unwrap();
    assert_eq!(statuses(retried), [&all[..1], &all[2..]].concat());
}

#[test]
fn each_job_of_the_demo_runs_again() {
    let clock = Clock::manual();
    let gitlab = FakeGitlab::builder()
        .clock(clock.clone())
        .demo_project()
        .start();
    clock.advance(SECOND * 300);
    for (job, action) in [
        (fake_gitlab::DEMO_FINISHED_JOB, "retry"),
        (fake_gitlab::DEMO_FAILED_JOB, "retry"),
        (fake_gitlab::DEMO_RUNNING_JOB, "retry"),
        (fake_gitlab::DEMO_BRIDGE, "retry"),
        (fake_gitlab::DEMO_MANUAL_JOB, "play"),
        (fake_gitlab::DEMO_MANUAL_BRIDGE, "play"),
    ] {
        let target = format!("/api/v4/projects/42/jobs/{job}/{action}");
        let begun = request(&gitlab, "POST", &target).json()["id"]
            .as_u64()
            .unwrap();
        assert!(!gitlab.job(begun).is_finished(), "{job}");
        clock.advance(SECOND * 300);
        assert_eq!(gitlab.job(begun).status(), "success", "{job}");
    }
}

#[test]
fn a_manual_job_that_has_been_read_runs_when_it_is_played() {
    let clock = Clock::manual();
    let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
    let (project, pipeline) = project(&gitlab);
    let script = Script::new().end(SECOND, "success");
    let job = gitlab.with(|state| {
        let job = state.add_job(pipeline, "deploy").set_status("manual");
        job.run(script).id()
    });
    let target = format!("/api/v4/projects/{project}/jobs/{job}");

    assert_eq!(request(&gitlab, "GET", &target).json()["status"], "manual");
    request(&gitlab, "POST", &format!("{target}/play"));
    clock.advance(SECOND);
    assert_eq!(request(&gitlab, "GET", &target).json()["status"], "success");
}

#[test]
fn a_hook_changes_the_state_before_the_request_is_carried_out() {
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = project(&gitlab);
    let job = gitlab.with(|state| state.add_job(pipeline, "build").set_status("running").id());
    let mut polls = 0;
    gitlab.on_request(move |request, state| {
        assert_eq!(request.operation, Some("get_job_log"));
        polls += 1;
        state.job_mut(job).append_log([b'0' + polls]);
    });
    let logs = [(); 3].map(|()| {
        request(
            &gitlab,
            "GET",
            &format!("/api/v4/projects/{project}/jobs/{job}/trace"),
        )
        .body
    });
    assert_eq!(logs, [&b"1"[..], b"12", b"123"]);
}

#[test]
fn a_generated_log_arrives_unchanged() {
    const LENGTH: u64 = 16 * 1024 * 1024 + 12_345;
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = project(&gitlab);
    let job = gitlab.with(|state| {
        state
            .add_job(pipeline, "build")
            .set_generated_log(LENGTH)
            .id()
    });
    let response = request(
        &gitlab,
        "GET",
        &format!("/api/v4/projects/{project}/jobs/{job}/trace"),
    );
    assert_eq!(
        response.header("content-length"),
        Some(&*LENGTH.to_string())
    );
    assert!(GeneratedLog::new(LENGTH).flatten().eq(response.body));
}
