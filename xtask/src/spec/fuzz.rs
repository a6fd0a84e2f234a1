//! `cargo xtask spec fuzz`: schemathesis makes requests of every kind the spec allows, and many it forbids, and checks
//! that the fake GitLab answers none of them with a fault or with what the spec does not allow. One of the two is wrong
//! when it does.

use std::process::Command;

use fake_gitlab::{
    DEMO_FAILED_JOB, DEMO_FINISHED_JOB, DEMO_MANUAL_BRIDGE, DEMO_MANUAL_JOB, DEMO_PIPELINE,
    DEMO_PROJECT, DEMO_RUNNING_JOB, DOCUMENTED_ACTION_JOB, DOCUMENTED_JOB, DOCUMENTED_PIPELINE,
    FakeGitlab, MAINTAINER_TOKEN,
};
use gitlab_jobs_codegen::Spec;

use super::Place;
use super::tool::{self, Result, heading};

/// What is checked of every answer.
///
/// Not whether nonsense is refused: like GitLab, the fake ignores parameters it does not know. And not what a path
/// answers to a method that the spec does not give it.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,ignored_auth";

/// Runs schemathesis with each kind of token. Whether it found nothing.
pub(crate) fn run(place: &Place, examples: u32) -> Result<bool> {
    let pinned = place.assets("fuzz").join("requirements.txt");
    let bin = tool::python_environment(&place.tools(), "schemathesis", &pinned)?;
    let spec = Spec::load(&place.spec)?;
    let operations = super::operation_ids(&spec);
    let published = super::bundle::write(&spec, &place.output("fuzz"))?;
    let mut clean = true;
    for (who, scheme) in [("a maintainer", "privateToken"), ("a job", "jobToken")] {
        heading(&format!("With the token of {who}"));
        let gitlab = FakeGitlab::builder().demo_project().start();
        let job_token = gitlab.job(DEMO_RUNNING_JOB).token();
        let token = if scheme == "jobToken" {
            &job_token
        } else {
            MAINTAINER_TOKEN
        };
        let settings = place.output("fuzz").join("schemathesis.toml");
        tool::write(&settings, tell(scheme, token))?;
        // It shows its own progress and findings.
        let status = Command::new(bin.join("schemathesis"))
            .arg("--config-file")
            .arg(&settings)
            .args([
                "run",
                "--no-color",
                "--generation-deterministic",
                "--warnings",
                "off",
            ])
            .args(["--checks", CHECKS, "--max-examples", &examples.to_string()])
            .args(["--url", &format!("{}/api/v4", gitlab.url())])
            .arg(&published.yaml)
            .current_dir(place.output("fuzz"))
            .status()
            .map_err(|error| format!("cannot run schemathesis: {error}"))?;
        clean &= status.success();
        clean &= reached(&gitlab, scheme, &operations);
    }
    Ok(clean)
}

/// What schemathesis cannot guess: the token, and ids of things that are there. Half of the ids are its own all the same.
fn tell(scheme: &str, token: &str) -> String {
    let jobs = [
        DEMO_FINISHED_JOB,
        DEMO_FAILED_JOB,
        DEMO_RUNNING_JOB,
        DEMO_MANUAL_JOB,
        DEMO_MANUAL_BRIDGE,
        DOCUMENTED_JOB,
        DOCUMENTED_ACTION_JOB,
    ];
    let pipelines = [DEMO_PIPELINE, DOCUMENTED_PIPELINE];
    format!(
        r#"[auth.openapi.{scheme}]
api_key = "{token}"

[dictionaries.projects]
values = ["{DEMO_PROJECT}", "group/project", "1", "foo/bar"]
[dictionaries.jobs]
values = {jobs:?}
[dictionaries.pipelines]
values = {pipelines:?}

[parameters]
"path.id" = {{ dictionary = "projects", probability = 0.9 }}
"path.job_id" = {{ dictionary = "jobs", probability = 0.8 }}
"path.pipeline_id" = {{ dictionary = "pipelines", probability = 0.8 }}
"#
    )
}

/// Says how often each operation was asked for, and whether all of them were.
fn reached(gitlab: &FakeGitlab, scheme: &str, operations: &[String]) -> bool {
    let requests = gitlab.requests();
    let missed: Vec<&String> = operations
        .iter()
        .filter(|name| {
            !requests
                .iter()
                .any(|request| request.operation == Some(name.as_str()))
        })
        .collect();
    println!(
        "{} requests with {scheme}, {} of {} operations",
        requests.len(),
        operations.len() - missed.len(),
        operations.len()
    );
    missed.is_empty()
}
