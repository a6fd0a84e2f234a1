//! A client from the environment of a CI/CD job.

use std::process::Command;

use fake_gitlab::MAINTAINER_TOKEN;
use gitlab_jobs::ClientBuilder;

use crate::flavour::Flavour;
use crate::scene::Scene;

/// Runs a test of this binary by itself, in an environment of its own; gives whether it passed, and what it printed.
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

#[test]
fn a_ci_job_needs_no_configuration() {
    let scene = Scene::with_job("running");
    let (url, token) = (scene.gitlab.url(), scene.gitlab.job(scene.job).token());
    let api = format!("{url}/api/v4");
    let ci = [("CI_API_V4_URL", api.as_str()), ("CI_JOB_TOKEN", &token)];
    let own = [
        ("GITLAB_URL", url.as_str()),
        ("GITLAB_TOKEN", MAINTAINER_TOKEN),
    ];

    let (passed, printed) = run_alone("options::environment::in_an_environment_of_its_own", &ci);
    assert!(passed, "{printed}");
    let requests = scene.gitlab.take_requests();
    assert_eq!(requests.len(), 2, "{printed}");
    for request in requests {
        assert_eq!(request.header("job-token"), Some(token.as_str()));
    }

    // A token that was given for the purpose comes first, and is no job token.
    let (passed, printed) = run_alone(
        "options::environment::in_an_environment_of_its_own",
        &[ci, own].concat(),
    );
    assert!(
        !passed && printed.contains("not the job token"),
        "{printed}"
    );
    let requests = scene.gitlab.take_requests();
    assert_eq!(requests[0].header("private-token"), Some(MAINTAINER_TOKEN));

    let (passed, printed) = run_alone(
        "options::environment::in_an_environment_of_its_own",
        &ci[..1],
    );
    assert!(
        !passed && printed.contains("CI_JOB_TOKEN is not set"),
        "{printed}"
    );
}

#[test]
#[ignore = "run by `a_ci_job_needs_no_configuration`"]
fn in_an_environment_of_its_own() {
    for flavour in [Flavour::Async, Flavour::Blocking] {
        let client = flavour.build(ClientBuilder::from_env().unwrap_or_else(|e| panic!("{e}")));
        let job = crate::flavour::send!(client, get_job_token_job());
        println!("{}", job.unwrap_or_else(|error| panic!("{error}")).name);
    }
}
