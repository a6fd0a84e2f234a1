//! Pipelines that run by the clock: stages, manual and scheduled jobs, retries, bridges.

use std::collections::BTreeMap;
use std::time::Duration;

use fake_gitlab::{Clock, FakeGitlab, Script};
use serde_json::Value;

use crate::wire::{project, request};

const SECOND: Duration = Duration::from_secs(1);

struct Scene {
    gitlab: FakeGitlab,
    clock: Clock,
    project: u64,
    pipeline: u64,
}

impl Scene {
    fn new() -> Self {
        let clock = Clock::manual();
        let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
        let (project, pipeline) = project(&gitlab);
        Self {
            gitlab,
            clock,
            project,
            pipeline,
        }
    }

    /// Adds a job whose name is its stage.
    fn add(&self, stage: &str, script: Script) -> u64 {
        self.gitlab.with(|state| {
            let job = state.add_job(self.pipeline, stage).set_stage(stage);
            job.run_in_turn(script).id()
        })
    }

    fn post(&self, job: u64, action: &str) -> Value {
        let target = format!("/api/v4/projects/{}/jobs/{job}/{action}", self.project);
        request(&self.gitlab, "POST", &target).json()
    }

    /// The status of each latest job, and of the pipeline.
    fn statuses(&self) -> BTreeMap<String, String> {
        let target = format!(
            "/api/v4/projects/{}/pipelines/{}",
            self.project, self.pipeline
        );
        let mut statuses = BTreeMap::new();
        for list in ["jobs", "trigger_jobs"] {
            let page = request(
                &self.gitlab,
                "GET",
                &format!("{target}/{list}?per_page=100"),
            );
            for job in page.json().as_array().unwrap() {
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                statuses.insert(text(&job["name"]), text(&job["status"]));
                statuses.insert("pipeline".to_owned(), text(&job["pipeline"]["status"]));
            }
        }
        statuses
    }

    /// Asserts the status of the pipeline and of some jobs.
    #[track_caller]
    fn expect<const N: usize>(&self, expected: [(&str, &str); N]) {
        let statuses = self.statuses();
        let found = expected.map(|(name, _)| (name, &*statuses[name]));
        assert_eq!(found, expected, "{statuses:?}");
    }
}

fn succeed() -> Script {
    Script::new().end(SECOND * 10, "success")
}

#[test]
fn a_stage_begins_when_the_one_before_it_is_done() {
    let scene = Scene::new();
    scene.add("build", succeed());
    scene.add("test", succeed().before_pending("scheduled", SECOND * 5));
    scene.add("deploy", succeed().pending_for(SECOND));
    let deploy = scene.add("release", succeed().manual());
    scene.expect([
        ("pipeline", "running"),
        ("build", "running"),
        ("test", "created"),
    ]);
    scene.clock.advance(SECOND * 10);
    scene.expect([
        ("pipeline", "scheduled"),
        ("build", "success"),
        ("test", "scheduled"),
    ]);
    scene.clock.advance(SECOND * 16);
    scene.expect([
        ("pipeline", "running"),
        ("test", "success"),
        ("deploy", "running"),
    ]);
    scene.clock.advance(SECOND * 60);
    scene.expect([
        ("pipeline", "success"),
        ("deploy", "success"),
        ("release", "manual"),
    ]);
    scene.post(deploy, "play");
    scene.expect([("pipeline", "running"), ("release", "running")]);
    // Each job began when the one before it ended, although no request was sent at that time.
    let started = |job: u64| {
        let target = format!("/api/v4/projects/{}/jobs/{job}", scene.project);
        request(&scene.gitlab, "GET", &target).json()["started_at"].clone()
    };
    assert_eq!(started(deploy - 1), "2024-01-01T00:00:26.000Z");
}

#[test]
fn a_manual_job_that_must_be_played_holds_up_its_pipeline() {
    let scene = Scene::new();
    let approve = scene.add("approve", succeed().manual());
    scene
        .gitlab
        .with(|state| state.job_mut(approve).set_allow_failure(false).id());
    scene.add("deploy", succeed());
    scene.clock.advance(SECOND * 60);
    scene.expect([
        ("pipeline", "manual"),
        ("approve", "manual"),
        ("deploy", "created"),
    ]);
    scene.post(approve, "play");
    scene.clock.advance(SECOND * 10);
    scene.expect([
        ("pipeline", "running"),
        ("approve", "success"),
        ("deploy", "running"),
    ]);
}

#[test]
fn a_failure_skips_the_stages_after_it_until_it_is_retried() {
    let scene = Scene::new();
    let build = scene.add("build", Script::new().end(SECOND, "failed"));
    let lint = scene.add("lint", Script::new().end(SECOND, "failed"));
    scene
        .gitlab
        .with(|state| state.job_mut(lint).set_allow_failure(true).id());
    let test = scene.add("test", succeed());
    scene.clock.advance(SECOND);
    scene.expect([
        ("pipeline", "failed"),
        ("lint", "skipped"),
        ("test", "skipped"),
    ]);

    scene
        .gitlab
        .with(|state| state.job_mut(build).run(succeed()).id());
    let retried = scene.post(build, "retry");
    assert_ne!(retried["id"], build);
    scene.expect([
        ("pipeline", "running"),
        ("build", "running"),
        ("test", "created"),
    ]);
    scene.clock.advance(SECOND * 11);
    scene.expect([
        ("build", "success"),
        ("lint", "failed"),
        ("test", "running"),
    ]);
    scene.clock.advance(SECOND * 10);
    scene.expect([("pipeline", "success"), ("test", "success")]);
    assert_eq!(scene.gitlab.job(test).id(), test);
}

#[test]
fn a_bridge_ends_as_its_downstream_pipeline_does() {
    let scene = Scene::new();
    scene.add("build", succeed());
    let (bridge, below) = scene.gitlab.with(|state| {
        let downstream = state.add_pipeline(scene.project);
        let below = state.add_job(downstream, "below");
        let below = below
            .run_in_turn(Script::new().end(SECOND * 5, "failed"))
            .id();
        let bridge = state
            .add_bridge(scene.pipeline, "trigger")
            .set_stage("trigger");
        let bridge = bridge
            .depend_on_downstream(downstream)
            .run_in_turn(Script::new());
        (bridge.id(), below)
    });
    let status = |job: u64| scene.gitlab.job(job).status().to_owned();
    let downstream = || {
        let target = format!(
            "/api/v4/projects/{}/pipelines/{}/bridges",
            scene.project, scene.pipeline
        );
        request(&scene.gitlab, "GET", &target).json()[0]["downstream_pipeline"]["status"].clone()
    };
    scene.clock.advance(SECOND * 9);
    assert_eq!(
        (status(bridge), status(below)),
        ("created".into(), "created".into())
    );
    assert_eq!(downstream(), Value::Null);
    scene.clock.advance(SECOND);
    assert_eq!(
        (status(bridge), status(below)),
        ("running".into(), "running".into())
    );
    assert_eq!(downstream(), "running");
    scene.clock.advance(SECOND * 5);
    scene.expect([("pipeline", "failed"), ("trigger", "failed")]);
    assert_eq!(downstream(), "failed");
}

#[test]
fn a_pipeline_of_three_hundred_jobs_plays_to_its_end() {
    const STAGES: u64 = 6;
    let scene = Scene::new();
    scene.gitlab.with(|state| {
        for number in 0..300 {
            let seconds = number % 7 + 1;
            let mut script = Script::new()
                .pending_for(SECOND * (number % 3) as u32)
                .end(Duration::from_secs(seconds), "success");
            if number % 5 == 0 {
                script = script.before_pending("waiting_for_resource", SECOND);
            }
            let job = state.add_job(scene.pipeline, &format!("job {number}"));
            job.set_stage(&format!("stage {}", number / (300 / STAGES)))
                .run_in_turn(script);
        }
    });
    let page = |page: u64| {
        let target = format!(
            "/api/v4/projects/{}/pipelines/{}/jobs?per_page=100&page={page}",
            scene.project, scene.pipeline
        );
        let page = request(&scene.gitlab, "GET", &target).json();
        page.as_array().unwrap().clone()
    };
    let rank = |status: &str| {
        let order = [
            "created",
            "waiting_for_resource",
            "pending",
            "running",
            "success",
        ];
        order.iter().position(|known| *known == status).unwrap()
    };
    let mut last = BTreeMap::new();
    let mut seconds = 0;
    loop {
        let jobs: Vec<Value> = (1..=3).flat_map(page).collect();
        assert_eq!(jobs.len(), 300);
        for job in &jobs {
            let rank = rank(job["status"].as_str().unwrap());
            let before = last.insert(job["id"].as_u64().unwrap(), rank);
            assert!(before.unwrap_or(0) <= rank, "{job}");
        }
        let busy = jobs
            .iter()
            .filter(|job| job["status"] != "created" && job["status"] != "success");
        let stages: std::collections::BTreeSet<_> = busy.map(|job| job["stage"].as_str()).collect();
        assert!(stages.len() <= 1, "{stages:?}");
        if jobs.iter().all(|job| job["status"] == "success") {
            break;
        }
        scene.clock.advance(SECOND);
        seconds += 1;
        assert!(seconds < 100);
    }
    assert_eq!(page(1)[0]["pipeline"]["status"], "success");
}
