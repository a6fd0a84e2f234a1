//! The demo project: one job of each kind that matters.

use std::time::Duration;

use serde_json::json;

use crate::job::Job;
use crate::script::Script;
use crate::state::State;

/// The id of the demo project; its full path is `group/project`. It has one pipeline, [`DEMO_PIPELINE`], with the jobs
/// below, and a downstream pipeline.
pub const DEMO_PROJECT: u64 = 42;
/// The id of the demo project's pipeline.
pub const DEMO_PIPELINE: u64 = 420;
/// A job that succeeded, with a log and artifacts.
pub const DEMO_FINISHED_JOB: u64 = 4201;
/// A job that failed. Retried, it is pending for a second, runs for six, and succeeds.
pub const DEMO_FAILED_JOB: u64 = 4202;
/// A job that runs for five minutes from the start of the server, with a log that grows. It can be canceled while it
/// runs, and retried and erased after that. Its token is valid while it runs.
pub const DEMO_RUNNING_JOB: u64 = 4203;
/// A manual job. Played, it is pending for a second, runs for six, and succeeds.
pub const DEMO_MANUAL_JOB: u64 = 4204;
/// A bridge that has started a downstream pipeline.
pub const DEMO_BRIDGE: u64 = 4205;
/// A manual bridge.
pub const DEMO_MANUAL_BRIDGE: u64 = 4206;

const DOWNSTREAM_PIPELINE: u64 = 421;

const COMPILED: &str = "\x1b[32;1m$ cargo build\x1b[0;m\n    Finished `dev` profile\n\x1b[32;1mJob succeeded\x1b[0;m\n";
const FAILED: &str = "\x1b[32;1m$ rspec\x1b[0;m\n42 examples, 1 failure\n\x1b[31;1mERROR: Job failed: exit code 1\x1b[0;m\n";

pub(crate) fn add(state: &mut State) {
    state.add_project_with_id(DEMO_PROJECT, "group/project");
    state.add_agent(DEMO_PROJECT, json!({ "default_namespace": "production" }));
    state.add_pipeline_with_id(DEMO_PROJECT, DEMO_PIPELINE);
    state.add_pipeline_with_id(DEMO_PROJECT, DOWNSTREAM_PIPELINE);
    let mut add = |id, name: &str, stage: &str| {
        state
            .add_job_with_id(DEMO_PIPELINE, id, name)
            .set_stage(stage);
    };
    add(DEMO_FINISHED_JOB, "compile", "build");
    add(DEMO_FAILED_JOB, "rspec", "test");
    add(DEMO_RUNNING_JOB, "integration", "test");
    add(DEMO_MANUAL_JOB, "release", "deploy");
    add(DEMO_BRIDGE, "trigger:docs", "deploy");
    add(DEMO_MANUAL_BRIDGE, "trigger:release", "deploy");

    // The script of each when it is played or retried.
    let again = Script::build(Duration::from_secs(6)).pending_for(Duration::from_secs(1));

    let job = state.job_mut(DEMO_FINISHED_JOB).append_log(COMPILED);
    ended(job.set_artifacts(true).set_tag_list(&["docker"]), "success");
    job.run(again.clone());
    let job = state.job_mut(DEMO_FAILED_JOB).append_log(FAILED);
    ended(job, "failed");
    job.run(again.clone());

    let job = state.job_mut(DEMO_RUNNING_JOB).set_environment("staging");
    job.run(Script::build(Duration::from_secs(300)));

    let job = state.job_mut(DEMO_MANUAL_JOB);
    job.run(again.clone().manual());

    let bridge = state.job_mut(DEMO_BRIDGE);
    bridge.bridge = true;
    bridge.set_downstream(Some(DOWNSTREAM_PIPELINE));
    ended(bridge, "success");
    bridge.run(again.clone());

    let bridge = state.job_mut(DEMO_MANUAL_BRIDGE);
    bridge.bridge = true;
    bridge.run(again.manual());
}

/// Makes a job look as if it had ended a while before the server started.
fn ended(job: &mut Job, status: &str) {
    let ago = |seconds| job.clock.now() - Duration::from_secs(seconds);
    let [created, queued, started, finished] = [140, 138, 131, 34].map(ago);
    job.created_at = created;
    job.become_at("pending", queued);
    job.become_at("running", started);
    job.become_at(status, finished);
}
