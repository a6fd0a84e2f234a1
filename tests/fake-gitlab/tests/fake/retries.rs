//! Automatic retries, and reads that lag behind a retry.

use std::time::Duration;

use fake_gitlab::{Clock, FakeGitlab, Script};
use serde_json::Value;

use crate::wire::{project, request};

const SECOND: Duration = Duration::from_secs(1);

fn flaky() -> Script {
    let last = Script::new().end(SECOND, "success");
    let second = Script::new().end(SECOND, "failed").auto_retry(SECOND, last);
    Script::new()
        .end(SECOND, "failed")
        .auto_retry(SECOND, second)
}

struct Scene {
    gitlab: FakeGitlab,
    clock: Clock,
    list: String,
}

impl Scene {
    /// A pipeline whose job `build` fails twice, and a job `deploy` of the next stage.
    fn new() -> Self {
        let clock = Clock::manual();
        let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
        let (project, pipeline) = project(&gitlab);
        gitlab.with(|state| {
            let build = state.add_job(pipeline, "build").set_stage("build");
            build.run_in_turn(flaky());
            let deploy = state.add_job(pipeline, "deploy").set_stage("deploy");
            deploy.run_in_turn(Script::new().end(SECOND, "success"));
        });
        let list = format!("/api/v4/projects/{project}/pipelines/{pipeline}/jobs");
        Self {
            gitlab,
            clock,
            list,
        }
    }

    /// The status of each job in the list, oldest first, and of the pipeline.
    fn statuses(&self, query: &str) -> Vec<String> {
        let page = request(&self.gitlab, "GET", &format!("{}?{query}", self.list)).json();
        let jobs = page.as_array().unwrap();
        let text = |status: &Value| status.as_str().unwrap().to_owned();
        let pipeline = text(&jobs[0]["pipeline"]["status"]);
        let statuses = jobs.iter().rev().map(|job| text(&job["status"]));
        statuses.chain([pipeline]).collect()
    }
}

#[test]
fn an_automatic_retry_appears_after_a_gap_in_which_the_pipeline_still_runs() {
    let scene = Scene::new();
    let mut seen = Vec::new();
    for _ in 0..7 {
        seen.push(scene.statuses("").join(" "));
        scene.clock.advance(SECOND);
    }
    let expected = [
        "running created running",
        "failed created running",
        "created running running",
        "created failed running",
        "created running running",
        "running success running",
        "success success success",
    ];
    assert_eq!(seen, expected);
    let all = scene.statuses("include_retried=true");
    assert_eq!(all, ["failed", "success", "failed", "success", "success"]);
}

#[test]
fn a_pipeline_can_have_failed_before_the_automatic_retry() {
    let scene = Scene::new();
    scene
        .gitlab
        .with(|state| state.settings.failed_before_retry = true);
    scene.clock.advance(SECOND);
    assert_eq!(scene.statuses(""), ["failed", "skipped", "failed"]);
    scene.clock.advance(SECOND);
    assert_eq!(scene.statuses(""), ["created", "running", "running"]);
    scene.clock.advance(SECOND * 4);
    assert_eq!(scene.statuses(""), ["success", "success", "success"]);
}

#[test]
fn a_retry_by_hand_in_the_gap_is_the_only_one() {
    let gitlab = FakeGitlab::builder().clock(Clock::manual()).start();
    let job = gitlab.add_job("group/project", "build", flaky());
    gitlab.with(|state| {
        state.job_mut(job.id()).set_status("failed");
    });
    let retry = format!("/api/v4/projects/{}/jobs/{}/retry", job.project(), job.id());
    assert_eq!(request(&gitlab, "POST", &retry).status, 201);
    let runs = gitlab.with(|state| state.jobs(job.project()).count());
    assert_eq!(runs, 2);
}

#[test]
fn a_replica_that_lags_behind_does_not_know_a_new_run() {
    let clock = Clock::manual();
    let builder = FakeGitlab::builder().clock(clock.clone());
    let gitlab = builder
        .configure(|settings| settings.replica_lag = SECOND)
        .start();
    let (project, pipeline) = project(&gitlab);
    let job = gitlab.with(|state| state.add_job(pipeline, "build").set_status("failed").id());
    let jobs = format!("/api/v4/projects/{project}/jobs");
    let retried = request(&gitlab, "POST", &format!("{jobs}/{job}/retry")).json();
    let (new, list) = (
        format!("{jobs}/{}", retried["id"]),
        format!("/api/v4/projects/{project}/pipelines/{pipeline}/jobs"),
    );
    let listed = || {
        let page = request(&gitlab, "GET", &list).json();
        let ids = page.as_array().unwrap().iter().map(|job| job["id"].clone());
        ids.collect::<Vec<Value>>()
    };
    assert_eq!(request(&gitlab, "GET", &new).status, 404);
    assert_eq!(request(&gitlab, "GET", &format!("{new}/trace")).status, 404);
    assert_eq!(listed(), [Value::from(job)]);
    clock.advance(SECOND);
    assert_eq!(request(&gitlab, "GET", &new).status, 200);
    assert_eq!(listed(), [retried["id"].clone()]);
}
