//! `cargo xtask spec fuzz`: schemathesis makes requests of every kind the spec allows, and many it forbids, and checks
//! that the fake GitLab answers none of them with a fault or with what the spec does not allow. One of the two is wrong
//! when it does.

use std::process::Command;

use fake_gitlab::{DEMO_PROJECT, FakeGitlab, MAINTAINER_TOKEN};
use gitlab_jobs_codegen::Spec;

use super::Place;
use super::tool::{self, Result, heading};

/// What is checked of every answer. Left out is only what GitLab itself does otherwise on purpose: it takes what the
/// spec does not know (`positive_data_acceptance`, `negative_data_rejection`, as for unknown parameters), and answers
/// with the words of its router where a method is not known (`unsupported_method`).
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,ignored_auth";

/// Runs schemathesis with each kind of token. Whether it found nothing.
pub(crate) fn run(place: &Place, examples: u32) -> Result<bool> {
    let pinned = place.assets("fuzz").join("requirements.txt");
    let bin = tool::python_environment(&place.tools(), "schemathesis", &pinned)?;
    let published = super::bundle::write(&Spec::load(&place.spec)?, place, &place.output("fuzz"))?;
    let gitlab = FakeGitlab::builder().demo_project().start();
    gitlab.with(|state| {
        state.seed_jobs(DEMO_PROJECT, 200);
    });
    let job_token = gitlab.job(fake_gitlab::DEMO_RUNNING_JOB).token();
    let mut clean = true;
    for (who, header, token) in
        [("a maintainer", "PRIVATE-TOKEN", MAINTAINER_TOKEN), ("a job", "JOB-TOKEN", &job_token)]
    {
        heading(&format!("With the token of {who}"));
        gitlab.clear_requests();
        let mut command = Command::new(bin.join("schemathesis"));
        command
            .args(["run", "--url"])
            .arg(format!("{}/api/v4", gitlab.url()))
            .args(["--header", &format!("{header}: {token}"), "--checks", CHECKS])
            .args(["--max-examples", &examples.to_string(), "--mode", "all", "--generation-deterministic"])
            .args(["--no-color"])
            .arg(&published.yaml)
            .current_dir(place.output("fuzz"));
        // It shows its own progress.
        let status = command.status().map_err(|error| format!("cannot run schemathesis: {error}"))?;
        println!("  {} requests", gitlab.requests().len());
        clean &= status.success();
    }
    Ok(clean)
}
