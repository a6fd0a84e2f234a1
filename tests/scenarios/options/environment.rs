//! A client from the environment of a CI/CD job.

use std::process::Command;

use fake_gitlab::MAINTAINER_TOKEN;
use gitlab_jobs::ClientBuilder;

use crate::credentials::token_files::file_with;
use crate::flavour::{Flavour, items, send};
use crate::scene::Scene;

/// Runs one test of this binary in a separate process with this environment; returns whether it passed, and its output.
pub(crate) fn run_alone(test: &str, environment: &[(&str, &str)]) -> (bool, String) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--include-ignored", "--nocapture"])
        .env_clear()
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&printed).into_owned(),
    )
}

const GET_OWN_JOB: &str = "options::environment::get_own_job";
const FIRST_EXAMPLE: &str = "options::environment::first_example_of_the_readme";

#[test]
fn a_ci_job_needs_no_configuration() {
    let scene = Scene::with_job("running");
    let (url, token) = (scene.gitlab.url(), scene.gitlab.job(scene.job).token());
    let api = format!("{url}/api/v4");
    let ci = [("CI_API_V4_URL", api.as_str()), ("CI_JOB_TOKEN", &token)];

    let (passed, printed) = run_alone(GET_OWN_JOB, &ci);
    assert!(passed, "{printed}");
    let requests = scene.gitlab.take_requests();
    assert_eq!(requests.len(), 2, "{printed}");
    for request in requests {
        assert_eq!(request.header("job-token"), Some(token.as_str()));
    }

    let (passed, printed) = run_alone(GET_OWN_JOB, &ci[..1]);
    assert!(!passed, "{printed}");
    assert!(printed.contains("CI_JOB_TOKEN is not set"), "{printed}");
}

#[test]
fn an_access_token_takes_precedence_over_the_job_token_whichever_variable_names_the_server() {
    let scene = Scene::with_job("failed");
    let url = scene.gitlab.url();
    let api = format!("{url}/api/v4");
    let file = file_with(&format!("{MAINTAINER_TOKEN}\n"));
    let ci = [("CI_API_V4_URL", api.as_str()), ("CI_JOB_TOKEN", "glcbt-x")];
    let own = ("GITLAB_URL", url.as_str());
    let token = ("GITLAB_TOKEN", MAINTAINER_TOKEN);
    let token_file = ("GITLAB_TOKEN_FILE", file.path().to_str().unwrap());
    let pipeline = scene.pipeline.to_string();
    for flavour in ["async", "blocking"] {
        for environment in [
            &[own, token][..],
            &[ci[0], ci[1], token],
            &[ci[0], ci[1], token_file],
            &[own, ci[1], token_file],
        ] {
            let jobs = scene.jobs();
            let example = [("FLAVOUR", flavour), ("PIPELINE", &pipeline)];
            let (passed, printed) = run_alone(FIRST_EXAMPLE, &[environment, &example].concat());
            assert!(passed, "{printed}");
            assert_eq!(scene.jobs(), jobs + 1, "{printed}");
            for request in scene.gitlab.take_requests() {
                assert_eq!(request.header("private-token"), Some(MAINTAINER_TOKEN));
            }
            // The retried job fails again.
            scene.gitlab.with(|state| {
                let newest = state.jobs(scene.project).map(|job| job.id()).max().unwrap();
                state.job_mut(newest).set_status("failed");
            });
        }
    }
}

#[test]
#[ignore = "run by another test, in a separate environment"]
fn get_own_job() {
    for flavour in [Flavour::Async, Flavour::Blocking] {
        let client = flavour.build(ClientBuilder::from_env().unwrap_or_else(|e| panic!("{e}")));
        let job = send!(client, get_job_token_job());
        println!("{}", job.unwrap_or_else(|error| panic!("{error}")).name);
    }
}

/// What the first example of the README does.
#[test]
#[ignore = "run by another test, in a separate environment"]
fn first_example_of_the_readme() {
    let flavour = match std::env::var("FLAVOUR").as_deref() {
        Ok("async") => Flavour::Async,
        _ => Flavour::Blocking,
    };
    let pipeline = std::env::var("PIPELINE").unwrap().parse().unwrap();
    let client = flavour.build(ClientBuilder::from_env().unwrap());
    for job in items!(
        client,
        list_pipeline_jobs("group/project", pipeline).scope("failed")
    ) {
        send!(client, retry_job("group/project", job.unwrap().id)).unwrap();
    }
}
