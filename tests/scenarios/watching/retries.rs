//! Jobs that GitLab retries by itself: it commits the failure first, and creates the new run some time later.

use std::time::Duration;

use fake_gitlab::{FakeGitlab, Script};
use gitlab_jobs::JobSummary;

use super::Scene;
use crate::flavour::{Client, Flavour, changes, for_both_clients, send};
use crate::scene::{MILLISECOND, quick};

for_both_clients! {
    two_hundred_waits_tell_a_retry_from_a_failure,
    no_run_is_missed_when_pages_shift,
}

/// By default, everything is ten times as fast as it would be.
fn unit() -> Duration {
    match std::env::var("SCENARIO_PACE").as_deref() {
        Ok("real") => Duration::from_secs(1),
        _ => Duration::from_millis(100),
    }
}

/// Gaps of up to two units end before the settle time, which is five units by default.
fn two_hundred_waits_tell_a_retry_from_a_failure(flavour: Flavour) {
    const WAITS: u32 = 200;
    let (unit, gitlab) = (unit(), FakeGitlab::start());
    let client = &flavour.build(quick(&gitlab));
    let project = gitlab.with(|state| state.add_project("group/project"));
    std::thread::scope(|scope| {
        let waits = (0..WAITS).map(|number| {
            // Every third job fails for good.
            let end = if number % 3 == 0 { "failed" } else { "success" };
            let failure = unit / 10 * (number % 50);
            let gap = unit * 2 * (WAITS - number) / WAITS;
            let script = Script::new()
                .end(failure, "failed")
                .auto_retry(gap, Script::new().end(unit / 2, end));
            let (pipeline, job) = gitlab.with(|state| {
                state.settings.failed_before_retry = number % 2 == 0;
                let pipeline = state.add_pipeline(project);
                let job = state.add_job(pipeline, "flaky").run(script).id();
                (pipeline, job)
            });
            let waits = [wait_for_pipeline, wait_for_jobs, watch_pipeline];
            let wait = waits[(number / 3 % 3) as usize];
            let interval = [5 * unit, unit, unit / 2][(number % 3) as usize];
            let wait = scope.spawn(move || wait(client, (project, pipeline, job), interval));
            (number, end, wait)
        });
        for (number, end, wait) in waits.collect::<Vec<_>>() {
            let summary = wait.join().unwrap();
            assert_eq!(summary.status().as_str(), end, "{number}: {summary}");
            assert_eq!(summary.jobs().len(), 1);
        }
    });
}

fn wait_for_pipeline(client: &Client, ids: (u64, u64, u64), interval: Duration) -> JobSummary {
    let wait = send!(
        client,
        wait_for_pipeline(ids.0, ids.1)
            .interval(interval)
            .settle_time(5 * unit())
    );
    wait.unwrap()
}

fn wait_for_jobs(client: &Client, ids: (u64, u64, u64), interval: Duration) -> JobSummary {
    let wait = send!(
        client,
        wait_for_jobs(ids.0, [ids.2])
            .interval(interval)
            .settle_time(5 * unit())
    );
    wait.unwrap()
}

fn watch_pipeline(client: &Client, ids: (u64, u64, u64), interval: Duration) -> JobSummary {
    let changes = changes!(
        client,
        watch_pipeline(ids.0, ids.1)
            .interval(interval)
            .settle_time(5 * unit())
    );
    changes.map(|change| change.unwrap().job).collect()
}

/// A job is retried after the first page of a poll was read, so that another job moves to the second page and is listed
/// twice.
fn no_run_is_missed_when_pages_shift(flavour: Flavour) {
    let scene = Scene::new();
    let jobs: Vec<u64> = (0..250)
        .map(|number| scene.job(&format!("job {number}"), "running"))
        .collect();
    let (pipeline, flaky) = (scene.pipeline, jobs[120]);
    let (mut polls, mut retried) = (0, 0);
    scene.gitlab.on_request(move |request, state| {
        if request.operation != Some("list_pipeline_jobs") {
            return;
        }
        let page = request.query_values("page");
        if page.iter().all(|page| page == "1") {
            polls += 1;
        }
        match (polls, page.first().map(String::as_str)) {
            (2, Some("2")) if retried == 0 => {
                state.job_mut(flaky).set_status("failed").set_retried(true);
                let name = state.job(flaky).name().to_owned();
                retried = state.add_job(pipeline, &name).set_status("running").id();
            }
            (4, _) => {
                for id in jobs.iter().filter(|id| **id != flaky) {
                    state.job_mut(*id).set_status("success");
                }
            }
            (6, _) => _ = state.job_mut(retried).set_status("success"),
            _ => {}
        }
    });
    let client = flavour.build(quick(&scene.gitlab));

    let summary = send!(
        client,
        wait_for_pipeline(scene.project, scene.pipeline)
            .interval(MILLISECOND)
            .settle_time(MILLISECOND)
    );

    let summary = summary.unwrap();
    assert!(summary.is_success());
    assert_eq!(summary.to_string(), "250 success");
    assert!(summary.jobs().iter().all(|job| job.id() != flaky));
}
