//! Waiting for several jobs, and for a pipeline: one request for many jobs, and a summary.

use std::time::Duration;

use fake_gitlab::{Fault, Script};
use gitlab_jobs::{JobSummary, PipelineJob};

use crate::flavour::{Flavour, for_both_clients, send};
use crate::scene::{MILLISECOND, layers, quick, requests_of};
use crate::watching::Scene;

for_both_clients! {
    many_jobs_of_a_pipeline_take_one_request_per_poll,
    jobs_of_several_pipelines_are_waited_for,
    a_finished_pipeline_is_not_polled_again,
    a_retry_is_followed_to_its_latest_run,
    a_manual_job_is_waited_for_until_the_deadline,
    a_job_that_does_not_exist_is_an_error,
    a_job_that_is_no_longer_listed_is_requested,
    a_job_that_no_longer_exists_is_an_error,
    no_jobs_are_finished,
    failed_polls_are_retried,
    the_summary_of_a_pipeline_excludes_superseded_runs,
    a_pipeline_has_one_total_deadline,
}

const SECOND: Duration = Duration::from_secs(1);

/// The name and status of each job in a summary.
fn shown(summary: &JobSummary) -> Vec<String> {
    let shown = |job: &PipelineJob| format!("{} {}", job.name(), job.status());
    summary.jobs().iter().map(shown).collect()
}

fn many_jobs_of_a_pipeline_take_one_request_per_poll(flavour: Flavour) {
    let scene = Scene::new();
    let jobs: Vec<u64> = (0..50)
        .map(|number| scene.job(&format!("job {number}"), "running"))
        .collect();
    let wanted = jobs[..40].to_vec();
    scene.on_poll(move |poll, state| {
        for id in &jobs[..(10 * poll).min(40)] {
            state.job_mut(*id).set_status("success");
        }
    });
    let client = flavour.build(quick(&scene.gitlab));

    let wait = send!(
        client,
        wait_for_jobs(scene.project, wanted.clone())
            .interval(MILLISECOND)
            .settle_time(MILLISECOND)
    );

    let summary = wait.unwrap();
    assert_eq!(summary.to_string(), "40 success");
    assert!(summary.is_success());
    let ids = summary.jobs().iter().map(PipelineJob::id);
    assert_eq!(ids.collect::<Vec<_>>(), wanted);
    assert_eq!(requests_of(&scene.gitlab, "get_job").len(), 1);
    assert_eq!(requests_of(&scene.gitlab, "list_pipeline_jobs").len(), 4);
    assert_eq!(scene.gitlab.requests().len(), 5);
}

/// Adds a pipeline with a job.
fn add_pipeline(scene: &Scene, name: &str, status: &str) -> u64 {
    scene.gitlab.with(|state| {
        let pipeline = state.add_pipeline(scene.project);
        state.add_job(pipeline, name).set_status(status).id()
    })
}

fn jobs_of_several_pipelines_are_waited_for(flavour: Flavour) {
    let scene = Scene::new();
    let build = scene.job("build", "running");
    let test = scene.job("test", "success");
    let deploy = add_pipeline(&scene, "deploy", "running");
    let mut requests = 0;
    scene.gitlab.on_request(move |_, state| {
        requests += 1;
        match requests {
            7 => _ = state.job_mut(build).set_status("success"),
            11 => _ = state.job_mut(deploy).set_status("failed"),
            _ => {}
        }
    });
    let client = flavour.build(quick(&scene.gitlab));

    let wait = send!(
        client,
        wait_for_jobs("group/project", [deploy, build, test])
            .interval(MILLISECOND)
            .settle_time(MILLISECOND)
    );

    let summary = wait.unwrap();
    assert_eq!(
        shown(&summary),
        ["build success", "test success", "deploy failed"]
    );
    let failed = summary.failed().map(PipelineJob::id).collect::<Vec<_>>();
    assert_eq!(failed, [deploy]);
    assert!(!summary.is_success());
    assert_eq!(requests_of(&scene.gitlab, "get_job").len(), 2);
}

fn a_finished_pipeline_is_not_polled_again(flavour: Flavour) {
    let scene = Scene::new();
    let done = scene.job("build", "success");
    let running = add_pipeline(&scene, "deploy", "running");
    let pipeline = scene.gitlab.job(running).pipeline();
    let mut polls = 0;
    scene.gitlab.on_request(move |request, state| {
        polls += u32::from(request.path.contains(&format!("/{pipeline}/")));
        if polls == 5 {
            state.job_mut(running).set_status("success");
        }
    });
    let client = flavour.build(quick(&scene.gitlab));

    let wait = send!(
        client,
        wait_for_jobs(scene.project, [done, running])
            .interval(MILLISECOND)
            .settle_time(MILLISECOND)
    );

    assert_eq!(wait.unwrap().to_string(), "2 success");
    assert_eq!(requests_of(&scene.gitlab, "list_pipeline_jobs").len(), 6);
}

fn a_retry_is_followed_to_its_latest_run(flavour: Flavour) {
    let scene = Scene::new();
    let flaky = scene.job("flaky", "running");
    let slow = scene.job("slow", "running");
    let pipeline = scene.pipeline;
    let mut retried = 0;
    scene.on_poll(move |poll, state| match poll {
        2 => _ = state.job_mut(flaky).set_status("failed"),
        4 => {
            state.job_mut(flaky).set_retried(true);
            retried = state.add_job(pipeline, "flaky").set_status("running").id();
        }
        5 => _ = state.job_mut(slow).set_status("success"),
        7 => _ = state.job_mut(retried).set_status("success"),
        _ => {}
    });
    let client = flavour.build(quick(&scene.gitlab));

    let wait = send!(
        client,
        wait_for_jobs(scene.project, [flaky, slow, flaky])
            .interval(MILLISECOND)
            .settle_time(MILLISECOND)
    );

    let summary = wait.unwrap();
    assert_eq!(shown(&summary), ["slow success", "flaky success"]);
    assert!(summary.jobs()[1].id() > slow);
    assert_eq!(scene.polls(), 7);
}

fn a_manual_job_is_waited_for_until_the_deadline(flavour: Flavour) {
    let scene = Scene::new();
    let jobs = [scene.job("build", "success"), scene.job("deploy", "manual")];
    let client = flavour.build(quick(&scene.gitlab));

    let wait = send!(
        client,
        wait_for_jobs(scene.project, jobs)
            .interval(20 * MILLISECOND)
            .deadline(200 * MILLISECOND)
    );

    let error = wait.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(error.to_string().contains("the jobs"), "{error}");
    assert_eq!(error.operation_id(), Some("wait_for_jobs"));
}

fn a_job_that_does_not_exist_is_an_error(flavour: Flavour) {
    let scene = Scene::new();
    let build = scene.job("build", "running");
    let client = flavour.build(quick(&scene.gitlab));

    let error = send!(
        client,
        wait_for_jobs(scene.project, [build, 1])
            .interval(MILLISECOND)
            .max_outage(20 * MILLISECOND)
    )
    .unwrap_err();

    assert!(error.is_not_found(), "{error:?}");
    assert_eq!(error.operation_id(), Some("get_job"));
}

fn a_job_that_is_no_longer_listed_is_requested(flavour: Flavour) {
    let scene = Scene::new();
    let build = scene.job("build", "running");
    let empty = Fault::new().operation("list_pipeline_jobs").skip(1);
    scene.gitlab.inject(empty.body("[]"));
    scene.set_status_at(3, build, "success");
    let client = flavour.build(quick(&scene.gitlab));

    let wait = send!(
        client,
        wait_for_jobs(scene.project, [build, build])
            .interval(MILLISECOND)
            .settle_time(MILLISECOND)
            .deadline(10 * SECOND)
    );

    assert_eq!(shown(&wait.unwrap()), ["build success"]);
    assert_eq!(scene.polls(), 3);
    // One request finds the pipeline.
    assert_eq!(requests_of(&scene.gitlab, "get_job").len(), 3);
}

fn a_job_that_no_longer_exists_is_an_error(flavour: Flavour) {
    let scene = Scene::new();
    let build = scene.job("build", "running");
    let test = scene.job("test", "running");
    scene.on_poll(move |poll, state| {
        if poll == 2 {
            state.remove_job(build);
        }
    });
    let client = flavour.build(quick(&scene.gitlab));

    let wait = send!(
        client,
        wait_for_jobs(scene.project, [build, test])
            .interval(MILLISECOND)
            .max_outage(20 * MILLISECOND)
            .deadline(10 * SECOND)
    );

    let error = wait.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    assert_eq!(error.operation_id(), Some("get_job"));
}

fn no_jobs_are_finished(flavour: Flavour) {
    let scene = Scene::new();
    let client = flavour.build(quick(&scene.gitlab));
    let summary = send!(client, wait_for_jobs(scene.project, [])).unwrap();
    assert_eq!(summary, JobSummary::default());
    assert!(scene.gitlab.requests().is_empty());
}

fn failed_polls_are_retried(flavour: Flavour) {
    for operation in ["get_job", "list_pipeline_jobs"] {
        let scene = Scene::new();
        let build = scene.job("build", "success");
        let fault = Fault::new().operation(operation).times(4);
        scene.gitlab.inject(fault.bad_gateway());
        let client = flavour.build(quick(&scene.gitlab).max_attempts(1));

        let wait = send!(
            client,
            wait_for_jobs(scene.project, [build])
                .interval(MILLISECOND)
                .settle_time(MILLISECOND)
        );

        assert_eq!(wait.unwrap().to_string(), "1 success");
        assert_eq!(scene.gitlab.requests().len(), 6);
    }
}

fn the_summary_of_a_pipeline_excludes_superseded_runs(flavour: Flavour) {
    let scene = Scene::new();
    let failed = scene.job("build", "failed");
    scene
        .gitlab
        .with(|state| _ = state.job_mut(failed).set_retried(true));
    let build = scene.job("build", "running");
    scene.gitlab.with(|state| {
        let lint = state.add_job(scene.pipeline, "lint");
        lint.set_allow_failure(true).set_status("failed");
        let trigger = state.add_bridge(scene.pipeline, "trigger");
        trigger.set_status("success");
    });
    scene.stage("deploy", Script::new().manual());
    scene.set_status_at(3, build, "success");
    let client = flavour.build(quick(&scene.gitlab));

    let wait = send!(
        client,
        wait_for_pipeline(scene.project, scene.pipeline)
            .interval(MILLISECOND)
            .settle_time(MILLISECOND)
    );

    let summary = wait.unwrap();
    assert_eq!(
        shown(&summary),
        [
            "build success",
            "lint failed",
            "trigger success",
            "deploy manual"
        ]
    );
    assert_eq!(summary.to_string(), "2 success, 1 failed, 1 manual");
    assert!(summary.jobs()[1].allow_failure());
    assert_eq!(scene.polls(), 4);
}

fn a_pipeline_has_one_total_deadline(flavour: Flavour) {
    let scene = Scene::new();
    let job = scene.job("build", "running");
    // The status changes at each poll, so each summary differs from the last.
    scene.on_poll(move |poll, state| {
        let status = ["pending", "running"][poll % 2];
        state.job_mut(job).set_status(status);
    });
    let client = flavour.build(quick(&scene.gitlab));

    let wait = send!(
        client,
        wait_for_pipeline(scene.project, scene.pipeline)
            .interval(20 * MILLISECOND)
            .deadline(SECOND / 4)
    );

    let error = wait.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.operation_id(), Some("wait_for_pipeline"));
    assert_eq!(layers(&error).len(), 1);
    assert!(scene.polls() > 1);
}
