//! When the watch of a pipeline ends.

use std::time::{Duration, Instant};

use fake_gitlab::{FakeGitlab, Fault, Script};
use gitlab_jobs::types::PipelineStatus;

use super::{SECOND, Scene, shown};
use crate::flavour::{Flavour, changes, for_both_clients, send};
use crate::scene::{MILLISECOND, quick, requests_of};

const HOUR: Duration = Duration::from_secs(3600);

for_both_clients! {
    a_finished_pipeline_takes_two_polls,
    a_failure_is_confirmed_after_the_settle_time,
    a_pipeline_that_still_runs_is_given_more_time,
    a_pipeline_without_jobs_has_its_own_status,
    a_pipeline_whose_jobs_are_not_created_yet_is_waited_for,
    an_automatic_retry_is_waited_for,
    a_manual_job_is_not_waited_for,
    a_manual_job_that_is_started_is_watched_to_its_end,
    jobs_blocked_by_a_manual_one_are_given_up,
    jobs_that_start_late_are_not_given_up,
    jobs_not_blocked_by_a_manual_one_are_waited_for,
    a_scheduled_job_is_waited_for,
    a_bridge_is_waited_for,
    a_superseded_run_is_not_waited_for,
    a_job_missing_from_four_polls_is_waited_for,
    a_job_missing_from_five_polls_in_a_row_is_an_error,
    finished_and_manual_jobs_may_go_missing,
}

fn a_finished_pipeline_takes_two_polls(flavour: Flavour) {
    let scene = Scene::new();
    for status in ["success", "canceled", "skipped"] {
        scene.job(status, status);
    }
    let client = flavour.build(quick(&scene.gitlab));
    // Nothing can be retried by GitLab itself, so the second poll does not wait.
    let changes = shown(changes!(
        client,
        watch_pipeline(scene.project, scene.pipeline)
            .interval(HOUR)
            .settle_time(HOUR)
    ));
    assert_eq!(changes.len(), 3);
    assert_eq!(scene.polls(), 2);
}

/// The times at which the polls arrived.
fn poll_times(scene: &Scene) -> Vec<Instant> {
    let polls = requests_of(&scene.gitlab, "list_pipeline_jobs");
    polls.iter().map(|poll| poll.arrived).collect()
}

fn a_failure_is_confirmed_after_the_settle_time(flavour: Flavour) {
    let scene = Scene::new();
    scene.job("build", "failed");
    let client = flavour.build(quick(&scene.gitlab));
    let settle_time = 30 * MILLISECOND;

    let mut changes = changes!(
        client,
        watch_pipeline(scene.project, scene.pipeline)
            .interval(HOUR)
            .settle_time(settle_time)
    );

    assert_eq!(changes.by_ref().count(), 1);
    assert_eq!(changes.pipeline_status(), Some(&PipelineStatus::Failed));
    let [first, second] = poll_times(&scene)[..] else {
        panic!("{} polls", scene.polls())
    };
    assert!(second - first >= settle_time, "{:?}", second - first);
}

fn a_pipeline_that_still_runs_is_given_more_time(flavour: Flavour) {
    let scene = Scene::new();
    scene.job("build", "failed");
    let pipeline = scene.pipeline;
    scene
        .gitlab
        .with(|state| state.set_pipeline_status(pipeline, "running"));
    let client = flavour.build(quick(&scene.gitlab));
    let settle_time = 20 * MILLISECOND;

    let mut changes = changes!(
        client,
        watch_pipeline(scene.project, scene.pipeline)
            .interval(HOUR)
            .settle_time(settle_time)
    );

    assert_eq!(changes.by_ref().count(), 1);
    // The jobs decide.
    assert_eq!(changes.pipeline_status(), Some(&PipelineStatus::Failed));
    let times = poll_times(&scene);
    let took = *times.last().unwrap() - times[0];
    assert!(took >= 4 * settle_time, "{took:?}");
}

fn a_pipeline_without_jobs_has_its_own_status(flavour: Flavour) {
    let scene = Scene::new();
    let (project, broken) = (scene.project, {
        let invalid = "jobs:build config contains unknown keys: nonsense";
        scene
            .gitlab
            .with(|state| state.add_pipeline_without_jobs(scene.project, invalid))
    });
    let client = flavour.build(quick(&scene.gitlab));

    let summary = send!(
        client,
        wait_for_pipeline(project, broken).settle_time(MILLISECOND)
    );
    let summary = summary.unwrap();
    assert_eq!(summary.status(), PipelineStatus::Failed);
    assert!(!summary.is_success());
    assert_eq!(summary.to_string(), "no jobs (failed)");
    assert_eq!(requests_of(&scene.gitlab, "get_pipeline").len(), 2);

    let mut changes = changes!(
        client,
        watch_pipeline(project, broken).settle_time(MILLISECOND)
    );
    assert_eq!(changes.pipeline_status(), None);
    assert!(changes.next().is_none());
    assert_eq!(changes.pipeline_status(), Some(&PipelineStatus::Failed));
}

fn a_pipeline_whose_jobs_are_not_created_yet_is_waited_for(flavour: Flavour) {
    let scene = Scene::new();
    let pipeline = scene.pipeline;
    scene.on_poll(move |poll, state| {
        if poll == 3 {
            state.add_job(pipeline, "build").set_status("success");
        }
    });

    assert_eq!(shown(scene.watch(flavour)), ["build success"]);

    assert_eq!(scene.polls(), 4);
}

/// GitLab creates the next run after the failure; in between, the pipeline may already count as failed.
fn an_automatic_retry_is_waited_for(flavour: Flavour) {
    for failed_before_retry in [false, true] {
        let gitlab = FakeGitlab::start();
        let (project, pipeline, job) = gitlab.with(|state| {
            state.settings.failed_before_retry = failed_before_retry;
            let project = state.add_project("group/project");
            let pipeline = state.add_pipeline(project);
            let success = Script::new().end(10 * MILLISECOND, "success");
            let flaky = Script::new()
                .end(10 * MILLISECOND, "failed")
                .auto_retry(60 * MILLISECOND, success);
            let job = state.add_job(pipeline, "flaky").run_in_turn(flaky).id();
            (project, pipeline, job)
        });
        let client = flavour.build(quick(&gitlab));
        let (interval, settle_time) = (5 * MILLISECOND, 300 * MILLISECOND);

        let summary = send!(
            client,
            wait_for_pipeline(project, pipeline)
                .interval(interval)
                .settle_time(settle_time)
        );
        let summary = summary.unwrap();
        assert!(summary.is_success(), "{failed_before_retry} {summary}");
        assert!(summary.jobs()[0].id() > job);

        let summary = send!(
            client,
            wait_for_jobs(project, [job])
                .interval(interval)
                .settle_time(settle_time)
        );
        assert_eq!(summary.unwrap().to_string(), "1 success");
    }
}

fn a_manual_job_is_not_waited_for(flavour: Flavour) {
    let scene = Scene::new();
    scene.stage("build", Script::new().end(SECOND, "success"));
    scene.stage("deploy", Script::new().manual());
    scene.tick();

    let changes = shown(scene.watch(flavour));

    assert_eq!(changes.last().unwrap(), "deploy manual");
}

fn a_manual_job_that_is_started_is_watched_to_its_end(flavour: Flavour) {
    let scene = Scene::new();
    let manual = scene.job("deploy", "manual");
    scene.job("test", "running");
    let test = manual + 1;
    scene.on_poll(move |poll, state| match poll {
        3 => _ = state.job_mut(manual).set_status("running"),
        4 => _ = state.job_mut(test).set_status("success"),
        6 => _ = state.job_mut(manual).set_status("success"),
        _ => {}
    });

    let changes = shown(scene.watch(flavour));

    assert_eq!(
        changes,
        [
            "deploy manual",
            "test running",
            "deploy running",
            "test success",
            "deploy success"
        ]
    );
    assert_eq!(scene.polls(), 7);
}

fn jobs_blocked_by_a_manual_one_are_given_up(flavour: Flavour) {
    let scene = Scene::new();
    scene.gitlab.with(|state| {
        let gate = state.add_job(scene.pipeline, "gate").set_stage("gate");
        gate.set_allow_failure(false);
        gate.run_in_turn(Script::new().manual());
    });
    scene.stage("deploy", Script::new().end(SECOND, "success"));
    scene.tick();

    let changes = shown(scene.watch(flavour));

    assert_eq!(changes, ["gate manual", "deploy created"]);
    assert_eq!(scene.polls(), 2);
}

/// GitLab starts the next jobs shortly after the previous ones have finished.
fn jobs_that_start_late_are_not_given_up(flavour: Flavour) {
    let scene = Scene::new();
    let optional = scene.job("optional", "manual");
    scene
        .gitlab
        .with(|state| _ = state.job_mut(optional).set_allow_failure(true));
    let build = scene.job("build", "running");
    let deploy = scene.job("deploy", "created");
    scene.on_poll(move |poll, state| match poll {
        5 => _ = state.job_mut(build).set_status("success"),
        7 => _ = state.job_mut(deploy).set_status("running"),
        8 => _ = state.job_mut(deploy).set_status("success"),
        _ => {}
    });

    let client = flavour.build(quick(&scene.gitlab));
    let changes = shown(changes!(
        client,
        watch_pipeline(scene.project, scene.pipeline)
            .interval(MILLISECOND)
            .settle_time(200 * MILLISECOND)
    ));

    assert_eq!(changes.last().unwrap(), "deploy success");
    assert_eq!(scene.polls(), 9);
}

fn jobs_not_blocked_by_a_manual_one_are_waited_for(flavour: Flavour) {
    let scene = Scene::new();
    let job = scene.job("build", "created");
    scene.set_status_at(9, job, "failed");
    assert_eq!(
        shown(scene.watch(flavour)),
        ["build created", "build failed"]
    );
    assert_eq!(scene.polls(), 10);
}

fn a_scheduled_job_is_waited_for(flavour: Flavour) {
    let scene = Scene::new();
    let script = Script::new().before_pending("scheduled", 5 * SECOND);
    scene.stage("rollout", script.end(SECOND, "success"));
    scene.stage("cleanup", Script::new().end(SECOND, "success"));
    scene.job("optional", "manual");
    scene.tick();

    let changes = shown(scene.watch(flavour));

    assert_eq!(changes[0], "rollout scheduled");
    assert_eq!(changes.last().unwrap(), "cleanup success");
}

fn a_bridge_is_waited_for(flavour: Flavour) {
    let scene = Scene::new();
    scene.job("build", "success");
    let bridge = scene.gitlab.with(|state| {
        let bridge = state.add_bridge(scene.pipeline, "trigger");
        bridge.set_status("running").id()
    });
    scene.set_status_at(4, bridge, "success");
    assert_eq!(
        shown(scene.watch(flavour)),
        ["build success", "trigger running", "trigger success"]
    );
}

fn a_superseded_run_is_not_waited_for(flavour: Flavour) {
    let scene = Scene::new();
    let old = scene.job("build", "canceling");
    scene.job("build", "success");
    scene
        .gitlab
        .with(|state| _ = state.job_mut(old).set_retried(true));

    assert_eq!(
        shown(scene.watch(flavour)),
        ["build canceling", "build success"]
    );
    assert_eq!(scene.polls(), 2);
}

/// Serves empty lists of jobs, from the second poll on.
fn empty_polls(polls: u64) -> Fault {
    let fault = Fault::new().operation("list_pipeline_jobs");
    fault.skip(1).times(polls).body("[]")
}

fn a_job_missing_from_four_polls_is_waited_for(flavour: Flavour) {
    let scene = Scene::new();
    let build = scene.job("build", "running");
    let test = scene.job("test", "created");
    scene.job("optional", "manual");
    scene.gitlab.inject(empty_polls(4));
    scene.on_poll(move |poll, state| {
        if poll == 7 {
            state.job_mut(build).set_status("success");
            state.job_mut(test).set_status("success");
        }
    });

    let changes = shown(scene.watch(flavour));

    assert_eq!(
        changes,
        [
            "build running",
            "test created",
            "optional manual",
            "build success",
            "test success"
        ]
    );
    assert_eq!(scene.polls(), 8);
}

fn a_job_missing_from_five_polls_in_a_row_is_an_error(flavour: Flavour) {
    let scene = Scene::new();
    let build = scene.job("build", "running");
    let test = scene.job("test", "running");
    scene.on_poll(move |poll, state| match poll {
        2 => state.remove_job(build),
        6 => _ = state.job_mut(test).set_status("success"),
        _ => {}
    });

    let mut changes = scene.watch(flavour);
    let found = changes.by_ref().take(3).map(|change| {
        let job = change.unwrap().job;
        format!("{} {}", job.name(), job.status())
    });
    // A change that the last poll finds comes before the error.
    assert_eq!(
        found.collect::<Vec<_>>(),
        ["build running", "test running", "test success"]
    );
    let error = changes.next().unwrap().unwrap_err();

    assert!(error.to_string().contains("no longer part"), "{error}");
    assert_eq!(error.operation_id(), Some("watch_pipeline"));
    assert!(changes.next().is_none());
    assert_eq!(scene.polls(), 6);
}

fn finished_and_manual_jobs_may_go_missing(flavour: Flavour) {
    let scene = Scene::new();
    scene.job("build", "success");
    scene.job("optional", "manual");
    scene.gitlab.inject(empty_polls(u64::MAX));

    let changes = shown(scene.watch(flavour));

    assert_eq!(changes, ["build success", "optional manual"]);
    assert_eq!(scene.polls(), 2);
}
