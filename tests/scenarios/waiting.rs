//! Waiting for a job: until it has finished, with any status, and no longer than the deadline.

mod jobs;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake_gitlab::Fault;
use gitlab_jobs::types::{Bridge, JobStatus};

use crate::flavour::{Flavour, for_both_clients, items, send};
use crate::scene::{MILLISECOND, Scene, requests_of};

for_both_clients! {
    every_finished_status_ends_it,
    every_other_status_is_waited_on_even_an_unknown_one,
    polls_are_an_interval_apart,
    a_deadline_ends_it,
    a_deadline_ends_a_poll_that_hangs,
    failures_in_between_are_retried,
    failed_polls_are_retried,
    five_failed_polls_in_a_row_end_it,
    a_permanent_error_ends_it,
    a_finished_job_takes_one_request,
    an_interval_of_zero_or_a_bad_project_is_invalid,
    a_bridge_knows_whether_it_is_finished,
}

const FINISHED: [&str; 4] = ["success", "failed", "canceled", "skipped"];
const UNFINISHED: [&str; 11] = [
    "created",
    "waiting_for_resource",
    "preparing",
    "waiting_for_callback",
    "pending",
    "running",
    "canceling",
    "manual",
    "scheduled",
    "brand_new",
    "",
];

/// Gives the job these statuses, one per request.
fn course(scene: &Scene, statuses: &[&str]) {
    let (job, left) = (scene.job, Arc::new(Mutex::new(Vec::new())));
    let reversed = statuses.iter().rev().map(|&status| status.to_owned());
    left.lock().unwrap().extend(reversed);
    scene.gitlab.on_request(move |_, state| {
        if let Some(status) = left.lock().unwrap().pop() {
            state.job_mut(job).set_status(&status);
        }
    });
}

fn every_finished_status_ends_it(flavour: Flavour) {
    for status in FINISHED {
        let scene = Scene::with_job("running");
        course(&scene, &["running", status, "running"]);
        let client = scene.client(flavour);

        let job = send!(
            client,
            wait_for_job(scene.project, scene.job).interval(MILLISECOND)
        );

        let job = job.unwrap();
        assert_eq!(job.status, status);
        assert!(job.is_finished() && JobStatus::from(status).is_finished());
        assert_eq!(scene.gitlab.requests().len(), 2, "{status}");
    }
}

fn every_other_status_is_waited_on_even_an_unknown_one(flavour: Flavour) {
    let scene = Scene::with_job("running");
    course(&scene, &[&UNFINISHED[..], &["success"]].concat());
    let client = scene.client(flavour);

    let job = send!(
        client,
        wait_for_job(scene.project, scene.job).interval(MILLISECOND)
    );

    assert_eq!(job.unwrap().status, JobStatus::Success);
    assert_eq!(scene.gitlab.requests().len(), UNFINISHED.len() + 1);
    for status in UNFINISHED {
        assert!(!JobStatus::from(status).is_finished(), "{status}");
    }
}

fn polls_are_an_interval_apart(flavour: Flavour) {
    let interval = 30 * MILLISECOND;
    let scene = Scene::with_job("running");
    course(&scene, &["running", "running", "running", "failed"]);
    let client = scene.client(flavour);

    send!(
        client,
        wait_for_job(scene.project, scene.job).interval(interval)
    )
    .unwrap();

    let requests = scene.gitlab.requests();
    assert_eq!(requests.len(), 4);
    for pair in requests.windows(2) {
        assert!(pair[1].arrived - pair[0].arrived >= interval);
    }
}

fn a_deadline_ends_it(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client(flavour);
    let (interval, deadline) = (40 * MILLISECOND, 200 * MILLISECOND);

    let error = send!(
        client,
        wait_for_job(scene.project, scene.job)
            .interval(interval)
            .deadline(deadline)
    )
    .unwrap_err();

    assert!(error.is_timeout() && !error.is_connect(), "{error:?}");
    assert!(error.to_string().contains("deadline"), "{error}");
    assert_eq!(error.operation_id(), Some("wait_for_job"));
    // There is time for six polls.
    assert!(requests_of(&scene.gitlab, "get_job").len() <= 6);
}

fn a_deadline_ends_a_poll_that_hangs(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    scene
        .gitlab
        .inject(Fault::new().delay(Duration::from_secs(600)));

    let error = send!(
        client,
        wait_for_job(scene.project, scene.job).deadline(100 * MILLISECOND)
    )
    .unwrap_err();

    assert!(error.is_timeout(), "{error:?}");
    // The client can still be used.
    scene.gitlab.clear_faults();
    scene.get_job(&client).unwrap();
}

fn failures_in_between_are_retried(flavour: Flavour) {
    let scene = Scene::with_job("running");
    course(
        &scene,
        &["running", "running", "running", "running", "success"],
    );
    scene
        .gitlab
        .inject(Fault::new().skip(1).times(1).bad_gateway());
    scene
        .gitlab
        .inject(Fault::new().skip(1).times(1).retry_later(0));
    scene
        .gitlab
        .inject(Fault::new().skip(1).times(1).reset_before_response());
    let client = scene.client(flavour);

    let job = send!(
        client,
        wait_for_job(scene.project, scene.job).interval(MILLISECOND)
    );

    let job = job.unwrap();
    assert_eq!((job.attempts(), job.is_finished()), (4, true));
    assert_eq!(scene.gitlab.requests().len(), 5);
}

fn failed_polls_are_retried(flavour: Flavour) {
    let faults: [fn() -> Fault; 4] = [
        || Fault::new().bad_gateway(),
        || Fault::new().retry_later(0),
        || Fault::new().reset_before_response(),
        || Fault::new().body("{}").cut_after(1),
    ];
    for fault in faults {
        let scene = Scene::with_job("running");
        course(&scene, &[&["running"; 9][..], &["success"]].concat());
        // Four in a row are tolerated, repeatedly.
        scene.gitlab.inject(fault().times(4));
        scene.gitlab.inject(fault().skip(5).times(4));
        let client = scene.client_without_retries(flavour);

        let job = send!(
            client,
            wait_for_job(scene.project, scene.job).interval(MILLISECOND)
        );

        assert!(job.unwrap().is_finished());
        assert_eq!(scene.gitlab.requests().len(), 10);
    }
}

fn five_failed_polls_in_a_row_end_it(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene.gitlab.inject(Fault::new().skip(1).bad_gateway());
    let client = scene.client_without_retries(flavour);

    let job = send!(
        client,
        wait_for_job(scene.project, scene.job).interval(MILLISECOND)
    );

    let error = job.unwrap_err();
    assert!(error.is_server_error(), "{error:?}");
    assert_eq!(error.operation_id(), Some("get_job"));
    assert_eq!(scene.gitlab.requests().len(), 6);
}

fn a_permanent_error_ends_it(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let job = scene.job;
    let mut polls = 0;
    scene.gitlab.on_request(move |_, state| {
        polls += 1;
        if polls == 3 {
            state.remove_job(job);
        }
    });
    let client = scene.client(flavour);

    let job = send!(
        client,
        wait_for_job(scene.project, scene.job).interval(MILLISECOND)
    );

    assert!(job.unwrap_err().is_not_found());
    assert_eq!(scene.gitlab.requests().len(), 3);
}

fn a_finished_job_takes_one_request(flavour: Flavour) {
    let scene = Scene::with_job("canceled");
    let job = send!(
        scene.client(flavour),
        wait_for_job("group/project", scene.job)
    );
    assert_eq!(job.unwrap().status, JobStatus::Canceled);
    assert_eq!(scene.gitlab.requests().len(), 1);
}

fn an_interval_of_zero_or_a_bad_project_is_invalid(flavour: Flavour) {
    let scene = Scene::with_job("success");
    let client = scene.client(flavour);
    let (project, pipeline, job, zero) = (scene.project, scene.pipeline, scene.job, Duration::ZERO);
    for (operation, error) in [
        (
            "wait_for_job",
            send!(client, wait_for_job(project, job).interval(zero)).unwrap_err(),
        ),
        (
            "wait_for_jobs",
            send!(client, wait_for_jobs(project, [job]).interval(zero)).unwrap_err(),
        ),
        (
            "wait_for_pipeline",
            send!(client, wait_for_pipeline(project, pipeline).interval(zero)).unwrap_err(),
        ),
    ] {
        assert!(error.is_invalid(), "{error:?}");
        assert_eq!(error.operation_id(), Some(operation));
    }
    let error = send!(client, wait_for_job("a//b", job)).unwrap_err();
    assert!(error.is_invalid(), "{error:?}");
    let start = "get_job: invalid `project`: \"a//b\"";
    assert!(error.to_string().starts_with(start), "{error}");
    assert!(scene.gitlab.requests().is_empty());
}

fn a_bridge_knows_whether_it_is_finished(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene.gitlab.with(|state| {
        for status in FINISHED.iter().chain(&UNFINISHED) {
            state.add_bridge(scene.pipeline, status).set_status(status);
        }
    });
    let bridges = items!(
        scene.client(flavour),
        list_pipeline_bridges(scene.project, scene.pipeline)
    );
    let bridges = bridges.map(Result::unwrap).collect::<Vec<Bridge>>();
    assert_eq!(bridges.len(), FINISHED.len() + UNFINISHED.len());
    for bridge in bridges {
        let finished = FINISHED.contains(&bridge.status.as_str());
        assert_eq!(bridge.is_finished(), finished, "{}", bridge.status);
    }
}
