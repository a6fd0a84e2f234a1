//! Waiting for a job: until it has finished, with any status, and no longer than the deadline.

mod jobs;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake_gitlab::{Fault, Script};
use gitlab_jobs::types::{Bridge, JobStatus};

use crate::flavour::{Flavour, changes, for_both_clients, items, send};
use crate::scene::{MILLISECOND, Scene, requests_of};

for_both_clients! {
    every_finished_status_ends_it,
    every_other_status_is_waited_on_even_an_unknown_one,
    polls_are_an_interval_apart,
    a_deadline_ends_it,
    a_deadline_ends_a_poll_that_hangs,
    failures_in_between_are_retried,
    an_outage_is_waited_out_however_many_polls_it_takes,
    an_outage_longer_than_its_limit_ends_it,
    what_passes_is_waited_out,
    a_job_that_replicas_do_not_know_yet_is_waited_for,
    a_job_that_is_gone_ends_it,
    a_permanent_error_ends_it,
    a_deadline_is_not_cut_short_by_an_outage,
    the_error_of_a_deadline_names_the_request,
    a_retried_job_is_followed_if_asked,
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

fn an_outage_is_waited_out_however_many_polls_it_takes(flavour: Flavour) {
    let faults: [fn() -> Fault; 4] = [
        || Fault::new().bad_gateway(),
        || Fault::new().retry_later(0),
        || Fault::new().reset_before_response(),
        || Fault::new().body("{}").cut_after(1),
    ];
    for fault in faults {
        let scene = Scene::with_job("running");
        course(&scene, &[&["running"; 17][..], &["success"]].concat());
        scene.gitlab.inject(fault().times(8));
        scene.gitlab.inject(fault().skip(9).times(8));
        let client = scene.client_without_retries(flavour);

        let job = send!(
            client,
            wait_for_job(scene.project, scene.job).interval(MILLISECOND)
        );

        assert!(job.unwrap().is_finished());
        assert_eq!(scene.gitlab.requests().len(), 18);
    }
}

fn an_outage_longer_than_its_limit_ends_it(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene.gitlab.inject(Fault::new().skip(1).bad_gateway());
    let client = scene.client_without_retries(flavour);

    let job = send!(
        client,
        wait_for_job(scene.project, scene.job)
            .interval(MILLISECOND)
            .max_outage(60 * MILLISECOND)
    );

    let error = job.unwrap_err();
    assert!(error.is_server_error(), "{error:?}");
    assert_eq!(error.operation_id(), Some("get_job"));
    // One poll has succeeded, and at least two have failed.
    assert!(scene.gitlab.requests().len() >= 3);

    // Without a limit, a wait that the server requests is not started if it is longer than 15 minutes.
    let scene = Scene::with_job("running");
    scene.gitlab.inject(Fault::new().retry_later(901));
    let wait = send!(
        scene.client_without_retries(flavour),
        wait_for_job(scene.project, scene.job)
    );
    assert!(wait.unwrap_err().is_rate_limited());
    assert_eq!(scene.gitlab.requests().len(), 1);
}

/// A fault and its name.
type Named = (&'static str, fn() -> Fault);

fn what_passes_is_waited_out(flavour: Flavour) {
    let faults: [Named; 4] = [
        ("a maintenance page", || {
            Fault::new().html_page(200, "Back soon")
        }),
        ("a sign-in page", || Fault::new().sign_in_page()),
        ("a resource lock", || Fault::new().resource_lock()),
        ("a restart", || Fault::new().service_unavailable()),
    ];
    for (what, fault) in faults {
        let scene = Scene::with_job("running");
        course(&scene, &["running", "running", "running", "success"]);
        scene
            .gitlab
            .inject(fault().operation("get_job").skip(1).times(2));
        let client = scene.client_without_retries(flavour);

        let job = send!(
            client,
            wait_for_job(scene.project, scene.job).interval(MILLISECOND)
        );

        assert!(job.unwrap().is_finished(), "{what}");
        assert_eq!(requests_of(&scene.gitlab, "get_job").len(), 4, "{what}");
    }
}

fn a_job_that_replicas_do_not_know_yet_is_waited_for(flavour: Flavour) {
    let scene = Scene::with_job("failed");
    scene
        .gitlab
        .with(|state| state.settings.replica_lag = Duration::from_secs(3600));
    let client = scene.client(flavour);
    let retried = scene.retry_job(&client).unwrap().id;
    let mut polls = 0;
    scene.gitlab.on_request(move |_, state| {
        polls += 1;
        if polls == 3 {
            state.settings.replica_lag = Duration::ZERO;
            state.job_mut(retried).set_status("success");
        }
    });

    let job = send!(
        client,
        wait_for_job(scene.project, retried).interval(MILLISECOND)
    );

    assert_eq!(job.unwrap().id, retried);
    assert_eq!(requests_of(&scene.gitlab, "get_job").len(), 3);
}

/// The limit of the outage shortens the time for which replicas may lag behind.
fn a_job_that_is_gone_ends_it(flavour: Flavour) {
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
        wait_for_job(scene.project, scene.job)
            .interval(MILLISECOND)
            .max_outage(20 * MILLISECOND)
    );

    let error = job.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    // Two polls have found it, and at least two have not.
    assert!(scene.gitlab.requests().len() >= 4);
}

fn a_permanent_error_ends_it(flavour: Flavour) {
    for status in [400, 401, 403, 409] {
        let scene = Scene::with_job("running");
        scene.gitlab.inject(Fault::new().skip(2).status(status));
        let client = scene.client(flavour);

        let job = send!(
            client,
            wait_for_job(scene.project, scene.job).interval(MILLISECOND)
        );

        assert_eq!(job.unwrap_err().status().unwrap(), status);
        assert_eq!(scene.gitlab.requests().len(), 3);
    }
}

/// A wait that the server requests, longer than an outage may take by default, but not than the deadline.
fn a_deadline_is_not_cut_short_by_an_outage(flavour: Flavour) {
    let scene = Scene::with_job("running");
    scene.gitlab.inject(Fault::new().retry_later(3600));
    let client = scene.client_without_retries(flavour);

    let wait = send!(
        client,
        wait_for_job(scene.project, scene.job).deadline(50 * MILLISECOND)
    );
    // The wait was started.
    assert!(wait.unwrap_err().is_timeout());

    let scene = Scene::with_job("running");
    scene.gitlab.inject(Fault::new().bad_gateway());
    let client = scene.client_without_retries(flavour);
    let wait = send!(
        client,
        wait_for_job(scene.project, scene.job)
            .interval(MILLISECOND)
            .deadline(500 * MILLISECOND)
    );
    let error = wait.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
}

fn the_error_of_a_deadline_names_the_request(flavour: Flavour) {
    let scene = Scene::with_job("manual");
    let client = scene.client(flavour);
    let (project, pipeline, job) = (scene.project, scene.pipeline, scene.job);
    scene.gitlab.with(|state| {
        state.add_job(pipeline, "test").set_status("running");
    });
    let mut follow = client.follow(project, job).deadline(50 * MILLISECOND);
    let mut changes = changes!(
        client,
        watch_pipeline(project, pipeline).deadline(50 * MILLISECOND)
    );
    for (error, operation, path) in [
        (
            send!(
                client,
                wait_for_job(project, job).deadline(50 * MILLISECOND)
            )
            .unwrap_err(),
            "wait_for_job",
            format!("/projects/{project}/jobs/{job}"),
        ),
        (
            send!(
                client,
                wait_for_jobs(project, [job]).deadline(1000 * MILLISECOND)
            )
            .unwrap_err(),
            "wait_for_jobs",
            format!("/projects/{project}/pipelines/{pipeline}/jobs"),
        ),
        (
            send!(
                client,
                wait_for_jobs(project, [job]).deadline(Duration::ZERO)
            )
            .unwrap_err(),
            "wait_for_jobs",
            format!("/projects/{project}/jobs/{job}"),
        ),
        (
            send!(
                client,
                wait_for_pipeline(project, pipeline).deadline(50 * MILLISECOND)
            )
            .unwrap_err(),
            "wait_for_pipeline",
            format!("/projects/{project}/pipelines/{pipeline}/jobs"),
        ),
        (
            changes.find_map(Result::err).unwrap(),
            "watch_pipeline",
            format!("/projects/{project}/pipelines/{pipeline}/jobs"),
        ),
        (
            follow.find_map(Result::err).unwrap(),
            "follow_job_log",
            format!("/projects/{project}/jobs/{job}/trace"),
        ),
    ] {
        assert!(error.is_timeout(), "{error:?}");
        assert_eq!(error.operation_id(), Some(operation));
        assert_eq!(error.method().unwrap(), "GET");
        assert_eq!(error.path(), Some(path.as_str()));
        let start = format!("GET {path}: the deadline passed while waiting for the ");
        assert!(error.to_string().starts_with(&start), "{error}");
        let url = format!("GET {}/api/v4{path}: the deadline", scene.gitlab.url());
        for text in [format!("{error:#}"), format!("{error:?}")] {
            assert!(text.starts_with(&url), "{text}");
        }
    }
}

fn a_retried_job_is_followed_if_asked(flavour: Flavour) {
    for (gap, end) in [(0, "success"), (60, "success"), (60, "failed")] {
        let scene = Scene::with_job("running");
        let flaky = Script::new()
            .end(20 * MILLISECOND, "failed")
            .auto_retry(gap * MILLISECOND, Script::new().end(20 * MILLISECOND, end));
        scene
            .gitlab
            .with(|state| _ = state.job_mut(scene.job).run(flaky));
        let client = scene.client(flavour);
        let wait = |follow_retries| {
            send!(
                client,
                wait_for_job(scene.project, scene.job)
                    .interval(5 * MILLISECOND)
                    .settle_time(200 * MILLISECOND)
                    .follow_retries(follow_retries)
            )
            .unwrap()
        };

        let last = wait(true);

        assert!(last.id > scene.job, "{gap}");
        assert_eq!(last.status, end);
        let first = wait(false);
        assert_eq!((first.id, first.status.as_str()), (scene.job, "failed"));
    }
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
