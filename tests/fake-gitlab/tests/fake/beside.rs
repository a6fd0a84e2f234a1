//! What programs ask beside the Jobs API: version, user, project and pipeline.

use std::time::Duration;

use fake_gitlab::{Clock, FakeGitlab, Script};
use serde_json::{Value, json};

use crate::wire::{Wire, project, request};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn version_user_and_project_are_what_a_program_asks_first() {
    let gitlab = FakeGitlab::start();
    let (project, _) = project(&gitlab);
    let get = |path: &str| request(&gitlab, "GET", &format!("/api/v4/{path}")).json();
    assert_eq!(get("version")["version"], "19.2.0");
    assert_eq!(get("user")["username"], "root");
    let found = get(&format!("projects/{project}"));
    assert_eq!(found["visibility"], "private");
    let path = found["path_with_namespace"].as_str().unwrap();
    assert_eq!(
        get(&format!("projects/{}", path.replace('/', "%2F"))),
        found
    );
}

#[test]
fn a_pipeline_without_jobs_has_failed_and_says_why() {
    let gitlab = FakeGitlab::start();
    let (project, _) = project(&gitlab);
    let reason = "jobs:build config should implement a script";
    let id = gitlab.with(|state| state.add_pipeline_without_jobs(project, reason));
    let target = format!("/api/v4/projects/{project}/pipelines/{id}");
    let pipeline = request(&gitlab, "GET", &target).json();
    let of = |field: &str| pipeline[field].clone();
    assert_eq!(
        [
            of("status"),
            of("yaml_errors"),
            of("started_at"),
            of("duration")
        ],
        [json!("failed"), json!(reason), Value::Null, Value::Null]
    );
    assert_eq!(
        request(&gitlab, "GET", &format!("{target}/jobs")).json(),
        json!([])
    );
    let other = format!("/api/v4/projects/1/pipelines/{id}");
    assert_eq!(request(&gitlab, "GET", &other).status, 404);
}

#[test]
fn a_pipeline_knows_its_times() {
    let clock = Clock::manual();
    let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
    let job = gitlab.add_job("group/project", "build", Script::build(SECOND * 90));
    let target = format!(
        "/api/v4/projects/{}/pipelines/{}",
        job.project(),
        job.pipeline()
    );
    let running = request(&gitlab, "GET", &target).json();
    assert_eq!(running["status"], "running");
    assert_eq!(running["finished_at"], Value::Null);
    clock.advance(SECOND * 100);
    let ended = request(&gitlab, "GET", &target).json();
    assert_eq!(ended["detailed_status"]["text"], "Passed");
    assert_eq!(ended["duration"], 90);
    assert_eq!(ended["started_at"], "2024-01-01T00:00:00.000Z");
    assert_eq!(ended["finished_at"], "2024-01-01T00:01:30.000Z");
}

/// Each row was derived from the cases of GitLab's own computation, with the jobs' statuses (`?` may fail).
#[test]
fn the_status_of_a_pipeline_follows_all_its_jobs() {
    let rows = [
        ("", "created"),
        ("created created", "created"),
        ("success created", "running"),
        ("pending created", "pending"),
        ("success pending", "running"),
        ("running failed", "running"),
        ("success failed?", "success"),
        ("success failed", "failed"),
        ("failed skipped", "failed"),
        ("failed canceled", "failed"),
        ("success canceled skipped", "canceled"),
        ("success canceled?", "success"),
        ("skipped skipped", "skipped"),
        ("skipped manual?", "skipped"),
        ("success manual?", "success"),
        ("success manual", "manual"),
        ("success scheduled", "scheduled"),
        ("canceling success", "canceling"),
        ("waiting_for_resource success", "waiting_for_resource"),
        ("preparing created", "preparing"),
    ];
    let gitlab = FakeGitlab::start();
    let (project, _) = project(&gitlab);
    for (jobs, expected) in rows {
        let pipeline = gitlab.with(|state| {
            let pipeline = state.add_pipeline(project);
            for (number, status) in jobs.split_whitespace().enumerate() {
                let job = state.add_job(pipeline, &format!("job {number}"));
                job.set_status(status.trim_end_matches('?'));
                job.set_allow_failure(status.ends_with('?'));
            }
            pipeline
        });
        let target = format!("/api/v4/projects/{project}/pipelines/{pipeline}");
        let status = &request(&gitlab, "GET", &target).json()["status"];
        assert_eq!(status, expected, "{jobs}");
    }
}

#[test]
fn bridges_lead_through_the_pipelines_of_other_projects() {
    let clock = Clock::manual();
    let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
    let [upper, lower] = gitlab.with(|state| {
        let projects = ["group/a", "group/b", "other/c"].map(|path| state.add_project(path));
        let [a, b, c] = projects.map(|project| state.add_pipeline(project));
        let job = state.add_job(c, "test");
        job.run_in_turn(Script::new().end(SECOND * 5, "failed"));
        for (from, to) in [(a, b), (b, c)] {
            let bridge = state.add_bridge(from, "trigger").depend_on_downstream(to);
            bridge.run_in_turn(Script::new());
        }
        [(projects[0], a), (projects[1], b)]
    });
    let bridge = |(project, pipeline)| {
        let target = format!("/api/v4/projects/{project}/pipelines/{pipeline}/bridges");
        let bridge = request(&gitlab, "GET", &target).json()[0].clone();
        let of = |field: &str| bridge["downstream_pipeline"][field].clone();
        (
            bridge["status"].clone(),
            of("project_id"),
            of("id"),
            of("status"),
        )
    };
    let (status, project, pipeline, downstream) = bridge(upper);
    assert_eq!((status, downstream), (json!("running"), json!("running")));
    assert_eq!((project, pipeline), (json!(lower.0), json!(lower.1)));
    clock.advance(SECOND * 5);
    for level in [upper, lower] {
        let (status, _, _, downstream) = bridge(level);
        assert_eq!((status, downstream), (json!("failed"), json!("failed")));
    }
}

#[test]
fn a_public_projects_pipelines_need_no_token() {
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = project(&gitlab);
    let status = |path: &str, headers: &[(&str, &str)]| {
        let target = format!("/api/v4/projects/{project}{path}");
        let response = Wire::connect(&gitlab).request_with("GET", &target, headers, "");
        response.unwrap().status
    };
    let of_pipeline = format!("/pipelines/{pipeline}");
    let paths = [
        "",
        &of_pipeline,
        &format!("{of_pipeline}/jobs"),
        &format!("{of_pipeline}/bridges"),
        &format!("{of_pipeline}/trigger_jobs"),
    ];
    for (public, expected) in [(false, 404), (true, 200)] {
        gitlab.with(|state| state.set_public(project, public));
        for path in paths {
            assert_eq!(status(path, &[]), expected, "{path} {public}");
            assert_eq!(status(path, &[("private-token", "wrong")]), 401, "{path}");
        }
        assert_eq!(status("/jobs", &[]), 401);
    }
}

#[test]
fn a_log_that_is_gone_from_the_store_is_not_found() {
    let gitlab = FakeGitlab::start();
    let job = gitlab.add_job("group/project", "build", Script::new());
    gitlab.with(|state| {
        let job = state.job_mut(job.id()).append_log("a line\n");
        job.set_status("success").set_log_lost(true);
    });
    let target = format!("/api/v4/projects/{}/jobs/{}", job.project(), job.id());
    assert_eq!(request(&gitlab, "GET", &target).json()["status"], "success");
    assert_eq!(
        request(&gitlab, "GET", &format!("{target}/trace")).status,
        404
    );
}
