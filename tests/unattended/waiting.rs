//! Waiting for a job: until it is finished, however that is called, and no longer than wanted.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake_gitlab::Fault;
use gitlab_jobs::types::{Bridge, JobStatus};

use crate::flavour::{Client, Flavour, RUNTIME, for_both_clients, items};
use crate::scene::{MILLISECOND, Scene, asked};

for_both_clients! {
    every_finished_status_ends_it,
    every_other_status_goes_on_also_an_unknown_one,
    looks_are_an_interval_apart,
    a_deadline_ends_it,
    a_deadline_ends_a_look_that_hangs,
    trouble_in_between_is_retried,
    what_does_not_pass_ends_it,
    without_options_a_finished_job_is_had_at_once,
    an_interval_of_nothing_is_refused,
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

/// Lets the job have these statuses, one at each look.
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

        let job = client.wait(scene.project, scene.job, |wait| wait.interval(MILLISECOND));

        let job = job.unwrap();
        assert_eq!(job.status, status);
        assert!(job.is_finished() && JobStatus::from(status).is_finished());
        assert_eq!(scene.gitlab.requests().len(), 2, "{status}");
    }
}

fn every_other_status_goes_on_also_an_unknown_one(flavour: Flavour) {
    let scene = Scene::with_job("running");
    course(&scene, &[&UNFINISHED[..], &["success"]].concat());
    let client = scene.client(flavour);

    let job = client.wait(scene.project, scene.job, |wait| wait.interval(MILLISECOND));

    assert_eq!(job.unwrap().status, JobStatus::Success);
    assert_eq!(scene.gitlab.requests().len(), UNFINISHED.len() + 1);
    for status in UNFINISHED {
        assert!(!JobStatus::from(status).is_finished(), "{status}");
    }
}

fn looks_are_an_interval_apart(flavour: Flavour) {
    let interval = 30 * MILLISECOND;
    let scene = Scene::with_job("running");
    course(&scene, &["running", "running", "running", "failed"]);
    let client = scene.client(flavour);

    client
        .wait(scene.project, scene.job, |wait| wait.interval(interval))
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

    let error = client
        .wait(scene.project, scene.job, |wait| {
            wait.interval(interval).deadline(deadline)
        })
        .unwrap_err();

    assert!(error.is_timeout() && !error.is_connect(), "{error:?}");
    assert!(error.to_string().contains("deadline"), "{error}");
    // Six looks have room in it.
    assert!(asked(&scene.gitlab, "get_job").len() <= 6);
}

fn a_deadline_ends_a_look_that_hangs(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let client = scene.client(flavour);
    scene
        .gitlab
        .inject(Fault::new().delay(Duration::from_secs(600)));

    let error = client
        .wait(scene.project, scene.job, |wait| {
            wait.deadline(100 * MILLISECOND)
        })
        .unwrap_err();

    assert!(error.is_timeout(), "{error:?}");
    // And nothing of it stays behind.
    scene.gitlab.clear_faults();
    scene.get_job(&client).unwrap();
}

fn trouble_in_between_is_retried(flavour: Flavour) {
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

    let job = client.wait(scene.project, scene.job, |wait| wait.interval(MILLISECOND));

    let job = job.unwrap();
    assert_eq!((job.attempts(), job.is_finished()), (4, true));
    assert_eq!(scene.gitlab.requests().len(), 5);
}

fn what_does_not_pass_ends_it(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let job = scene.job;
    let mut looks = 0;
    scene.gitlab.on_request(move |_, state| {
        looks += 1;
        if looks == 3 {
            state.remove_job(job);
        }
    });
    let client = scene.client(flavour);

    let error = client.wait(scene.project, scene.job, |wait| wait.interval(MILLISECOND));

    assert!(error.unwrap_err().is_not_found());
    assert_eq!(scene.gitlab.requests().len(), 3);
}

fn without_options_a_finished_job_is_had_at_once(flavour: Flavour) {
    let scene = Scene::with_job("canceled");
    let job = match scene.client(flavour) {
        Client::Async(client) => {
            RUNTIME.block_on(async { client.wait_for_job("group/project", scene.job).await })
        }
        Client::Blocking(client) => client.wait_for_job("group/project", scene.job),
    };
    assert_eq!(job.unwrap().status, JobStatus::Canceled);
    assert_eq!(scene.gitlab.requests().len(), 1);
}

fn an_interval_of_nothing_is_refused(flavour: Flavour) {
    let scene = Scene::with_job("success");
    let client = scene.client(flavour);
    let nothing = Duration::ZERO;
    let answer = client.wait(scene.project, scene.job, |wait| wait.interval(nothing));
    let error = answer.unwrap_err();
    assert!(error.is_invalid(), "{error:?}");
    assert_eq!(error.operation_id(), Some("wait_for_job"));
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
