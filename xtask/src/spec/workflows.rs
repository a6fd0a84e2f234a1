//! `cargo xtask spec workflows`: lints the Arazzo document, has Redocly's `respect` run its workflows on the fake
//! GitLab, and checks the requests that GitLab received.
//!
//! The requests are checked because `respect` alone proves little: a workflow that ends early passes as well.

use std::process::Command;
use std::time::Duration;

use fake_gitlab::{FakeGitlab, MAINTAINER_TOKEN, Script, State};
use serde_json::{Value, json};

use super::Place;
use super::lint::node_is_missing;
use super::tool::{self, Result, heading, step};

const DOCUMENT: &str = "workflows.arazzo.yaml";
const SECOND: Duration = Duration::from_secs(1);

/// Lints the document and runs its workflows. Returns whether everything went as expected.
pub(crate) fn run(place: &Place) -> Result<bool> {
    if let Some(missing) = node_is_missing()? {
        println!("skipped: {missing}");
        return Ok(true);
    }
    let document = place.spec.join(DOCUMENT);
    heading("Lint");
    step(&format!("redocly {DOCUMENT}"), || {
        let config = place.assets("lint").join("redocly.yaml");
        tool::run(
            redocly(place)?
                .arg("lint")
                .arg("--config")
                .arg(config)
                .arg(&document),
        )
    })?;
    heading("Run");
    let problems = [play(place)?, retry(place)?, retry_in_vain(place)?].concat();
    problems.iter().for_each(|problem| println!("  {problem}"));
    Ok(problems.is_empty())
}

/// Plays a manual job that waits for a runner, logs two lines a second apart, and succeeds.
fn play(place: &Place) -> Result<Vec<String>> {
    let (gitlab, _, pipeline) = scene();
    let script = Script::new()
        .manual()
        .pending_for(SECOND)
        .write(Duration::ZERO, "first\n")
        .write(SECOND, "second\n")
        .end(SECOND * 2, "success");
    let job = gitlab.with(|state| state.add_job(pipeline, "deploy").run(script).id());
    let inputs = json!({"environment": "production", "replicas": 3});
    let passed = respect(
        place,
        &gitlab,
        "play-and-follow",
        true,
        json!({"job": job, "inputs": inputs}),
    )?;

    let played: Vec<Option<Value>> = requests(&gitlab, "play_job")
        .iter()
        .map(|request| request.json())
        .collect();
    let logs = requests(&gitlab, "get_job_log");
    let log = gitlab.job(job).log().len() as u64;
    Ok(findings(&[
        (passed, "play-and-follow failed"),
        (
            played == [Some(json!({"job_inputs": inputs}))],
            "the job was not played once with its inputs",
        ),
        (logs.len() >= 2, "the log was not read while the job ran"),
        (
            logs.last().is_some_and(|last| last.bytes_sent() == log),
            "the end of the log was not read",
        ),
        (
            gitlab.job(job).status() == "success",
            "the workflow ended before the job did",
        ),
    ]))
}

/// Retries two jobs, which then succeed.
fn retry(place: &Place) -> Result<Vec<String>> {
    let (gitlab, project, pipeline) = scene();
    gitlab.with(|state| {
        add_failed(state, pipeline, "lint", "success");
        add_failed(state, pipeline, "test", "success");
    });
    let passed = respect(
        place,
        &gitlab,
        "retry-failed",
        true,
        json!({"pipeline": pipeline}),
    )?;

    let done = gitlab.with(|state| {
        let ended = state.jobs(project).filter(|job| job.status() == "success");
        ended.count()
    });
    Ok(findings(&[
        (passed, "retry-failed failed"),
        (
            requests(&gitlab, "retry_job").len() == 2,
            "not every failed job was retried once",
        ),
        (done == 2, "the workflow ended before the jobs did"),
    ]))
}

/// Retries a job that then fails again.
fn retry_in_vain(place: &Place) -> Result<Vec<String>> {
    let (gitlab, _, pipeline) = scene();
    gitlab.with(|state| add_failed(state, pipeline, "flaky", "failed"));
    let passed = respect(
        place,
        &gitlab,
        "retry-failed",
        false,
        json!({"pipeline": pipeline}),
    )?;
    Ok(findings(&[
        (!passed, "retry-failed passed although the job failed again"),
        (
            requests(&gitlab, "retry_job").len() == 1,
            "the job was not retried exactly once",
        ),
    ]))
}

fn scene() -> (FakeGitlab, u64, u64) {
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = gitlab.with(|state| {
        let project = state.add_project("group/project");
        (project, state.add_pipeline(project))
    });
    (gitlab, project, pipeline)
}

/// Adds a job that failed and that ends in a second when it is retried.
fn add_failed(state: &mut State, pipeline: u64, name: &str, end: &str) {
    let script = Script::new().end(SECOND, end);
    state
        .add_job(pipeline, name)
        .set_status("failed")
        .run(script);
}

/// Runs a workflow and returns whether it passed.
fn respect(
    place: &Place,
    gitlab: &FakeGitlab,
    workflow: &str,
    to_pass: bool,
    mut inputs: Value,
) -> Result<bool> {
    inputs["token"] = json!(MAINTAINER_TOKEN);
    // respect inserts it into the path without encoding it.
    inputs["project"] = json!("group%2Fproject");
    let expected = if to_pass { "passes" } else { "fails" };
    let mut command = redocly(place)?;
    command
        .arg("respect")
        .arg(place.spec.join(DOCUMENT))
        .args(["--workflow", workflow])
        .args(["--server", &format!("gitlab={}/api/v4", gitlab.url())])
        .args(["--input", &inputs.to_string()])
        .args(["--max-steps", "100"]);
    let mut passed = false;
    step(&format!("{workflow} {expected}"), || {
        let outcome = tool::run(&mut command);
        passed = outcome.is_ok();
        if to_pass { outcome.map(drop) } else { Ok(()) }
    })?;
    Ok(passed)
}

fn redocly(place: &Place) -> Result<Command> {
    let tools = tool::node_packages(&place.tools(), "linters", &place.assets("lint"))?;
    let mut command = Command::new(tools.join("node_modules/.bin/redocly"));
    // Disables usage statistics and version checks.
    command.envs([
        ("CI", "true"),
        ("REDOCLY_TELEMETRY", "off"),
        ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"),
    ]);
    Ok(command)
}

fn requests(gitlab: &FakeGitlab, operation: &str) -> Vec<fake_gitlab::RecordedRequest> {
    let all = gitlab.requests().into_iter();
    all.filter(|request| request.operation == Some(operation))
        .collect()
}

fn findings(expectations: &[(bool, &str)]) -> Vec<String> {
    let broken = expectations.iter().filter(|(met, _)| !met);
    broken.map(|(_, finding)| (*finding).to_owned()).collect()
}
