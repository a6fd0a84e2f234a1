//! Watching and waiting through bridges, into the pipelines that they start.

use std::collections::BTreeSet;

use gitlab_jobs::types::PipelineStatus;
use gitlab_jobs::{JobChange, JobSummary, PipelineJob};

use super::Scene;
use crate::flavour::{Flavour, changes, for_both_clients, send};
use crate::scene::{MILLISECOND, quick};

for_both_clients! {
    pipelines_of_other_projects_count_through_all_levels,
    changes_of_all_levels_are_watched,
    the_pipeline_of_a_retried_bridge_no_longer_counts,
    a_bridge_may_fail_with_its_pipeline,
    a_project_that_cannot_be_read_is_an_error,
}

/// Adds a pipeline in a project of its own, with a job that runs.
fn add_pipeline(scene: &Scene, path: &str, job: &str) -> (u64, u64) {
    scene.gitlab.with(|state| {
        let project = state.add_project(path);
        let pipeline = state.add_pipeline(project);
        let job = state.add_job(pipeline, job).set_status("running").id();
        (pipeline, job)
    })
}

/// Adds a bridge that succeeds when it has started a pipeline, as it does without `strategy: depend`.
fn add_bridge(scene: &Scene, pipeline: u64, downstream: u64) -> u64 {
    scene.gitlab.with(|state| {
        let bridge = state.add_bridge(pipeline, "trigger");
        let bridge = bridge.set_downstream(Some(downstream));
        bridge.set_status("success").id()
    })
}

/// A pipeline that starts one in another project, which starts a third. The job of the last one ends at a poll.
fn three_levels(last: &'static str) -> (Scene, [u64; 3]) {
    let scene = Scene::new();
    scene.job("build", "success");
    let (middle, middle_job) = add_pipeline(&scene, "group/middle", "build");
    let (lowest, lowest_job) = add_pipeline(&scene, "other/lowest", "build");
    add_bridge(&scene, scene.pipeline, middle);
    add_bridge(&scene, middle, lowest);
    let root = scene.pipeline;
    let mut polls = 0;
    scene.gitlab.on_request(move |request, state| {
        let of_root = request.path.contains(&format!("/pipelines/{root}/jobs"));
        polls += u32::from(of_root);
        match polls {
            3 => _ = state.job_mut(middle_job).set_status("success"),
            5 => _ = state.job_mut(lowest_job).set_status(last),
            _ => {}
        }
    });
    let pipelines = [scene.pipeline, middle, lowest];
    (scene, pipelines)
}

fn wait(scene: &Scene, flavour: Flavour, follow_downstream: bool) -> JobSummary {
    let client = flavour.build(quick(&scene.gitlab));
    let wait = send!(
        client,
        wait_for_pipeline(scene.project, scene.pipeline)
            .interval(MILLISECOND)
            .settle_time(MILLISECOND)
            .follow_downstream(follow_downstream)
    );
    wait.unwrap()
}

fn pipelines_of(summary: &JobSummary) -> BTreeSet<u64> {
    let pipelines = summary.jobs().iter().filter_map(PipelineJob::pipeline);
    pipelines.map(|pipeline| pipeline.id).collect()
}

fn pipelines_of_other_projects_count_through_all_levels(flavour: Flavour) {
    for (last, is_success) in [("success", true), ("failed", false)] {
        let (scene, pipelines) = three_levels(last);

        let summary = wait(&scene, flavour, true);

        assert_eq!(summary.is_success(), is_success, "{summary}");
        assert_eq!(summary.status().as_str(), last);
        assert_eq!(pipelines_of(&summary), BTreeSet::from(pipelines));
        // Jobs of the same name, in different pipelines, are different jobs.
        assert_eq!(summary.jobs().len(), 5);

        let (scene, [root, ..]) = three_levels(last);
        let summary = wait(&scene, flavour, false);
        assert!(summary.is_success());
        assert_eq!(pipelines_of(&summary), BTreeSet::from([root]));
    }
}

fn changes_of_all_levels_are_watched(flavour: Flavour) {
    let (scene, [root, middle, lowest]) = three_levels("failed");
    let client = flavour.build(quick(&scene.gitlab));
    let mut changes = changes!(
        client,
        watch_pipeline(scene.project, scene.pipeline)
            .interval(MILLISECOND)
            .settle_time(MILLISECOND)
            .follow_downstream(true)
    );

    let found = changes.by_ref().map(Result::unwrap);
    let found = found.map(
        |JobChange {
             job, pipeline_id, ..
         }| { (pipeline_id, format!("{} {}", job.name(), job.status())) },
    );
    let found = found.collect::<Vec<_>>();

    let expected = [
        (root, "build success"),
        (root, "trigger success"),
        (middle, "build running"),
        (middle, "trigger success"),
        (lowest, "build running"),
        (middle, "build success"),
        (lowest, "build failed"),
    ];
    let expected = expected.map(|(pipeline, change)| (pipeline, change.to_owned()));
    assert_eq!(found, expected);
    assert_eq!(changes.pipeline_status(), Some(&PipelineStatus::Failed));
}

fn the_pipeline_of_a_retried_bridge_no_longer_counts(flavour: Flavour) {
    let scene = Scene::new();
    let (first, first_job) = add_pipeline(&scene, "group/first", "build");
    let (second, second_job) = add_pipeline(&scene, "group/second", "build");
    let bridge = add_bridge(&scene, scene.pipeline, first);
    let root = scene.pipeline;
    scene.on_poll(move |poll, state| match poll {
        // The watch would wait for this job.
        4 => _ = state.job_mut(first_job).set_status("pending"),
        7 => {
            state.job_mut(bridge).set_retried(true);
            let bridge = state.add_bridge(root, "trigger");
            bridge.set_downstream(Some(second)).set_status("success");
        }
        10 => _ = state.job_mut(second_job).set_status("success"),
        _ => {}
    });

    let summary = wait(&scene, flavour, true);

    assert!(summary.is_success(), "{summary}");
    assert_eq!(pipelines_of(&summary), BTreeSet::from([root, second]));
}

fn a_bridge_may_fail_with_its_pipeline(flavour: Flavour) {
    for (may_fail, is_success) in [(true, true), (false, false)] {
        let scene = Scene::new();
        scene.job("build", "success");
        let (downstream, job) = add_pipeline(&scene, "group/downstream", "build");
        let bridge = add_bridge(&scene, scene.pipeline, downstream);
        scene.gitlab.with(|state| {
            state.job_mut(bridge).set_allow_failure(may_fail);
            state.job_mut(job).set_status("failed");
        });

        let summary = wait(&scene, flavour, true);

        assert_eq!(summary.is_success(), is_success, "{summary}");
    }
}

fn a_project_that_cannot_be_read_is_an_error(flavour: Flavour) {
    let scene = Scene::new();
    scene.job("build", "success");
    let (downstream, _) = add_pipeline(&scene, "group/secret", "build");
    add_bridge(&scene, scene.pipeline, downstream);
    let fault = fake_gitlab::Fault::new().path(&format!("/pipelines/{downstream}/"));
    scene.gitlab.inject(fault.status(404));
    let client = flavour.build(quick(&scene.gitlab));

    let wait = send!(
        client,
        wait_for_pipeline(scene.project, scene.pipeline)
            .interval(MILLISECOND)
            .max_outage(20 * MILLISECOND)
            .follow_downstream(true)
    );

    let error = wait.unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
    let path = error.path().unwrap();
    assert!(path.contains(&downstream.to_string()), "{path}");
}
