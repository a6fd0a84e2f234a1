//! What is missing or cannot be right is told before anything is sent.

use fake_gitlab::FakeGitlab;
use gitlab_jobs::Error;

use crate::sdk::{Client, Sdk};

with_both! {
    every_operation_names_the_project_it_misses,
    every_operation_names_the_pipeline_or_job_it_misses,
    a_project_that_cannot_be_one_is_refused_with_the_reason,
    the_last_value_of_an_argument_counts,
    a_list_names_what_it_misses_too,
}

/// An operation, and a call of it that must not be sent.
type Call = (&'static str, fn(&Client) -> Error);

macro_rules! calls {
    ($($operation:ident($it:ident => $call:expr),)+) => {
        &[$((stringify!($operation), |client: &Client| refused!(client, $it => $call))),+]
    };
}

/// Asserts that each call fails because this argument is missing, and that nothing was sent.
fn assert_missing(sdk: Sdk, argument: &str, calls: &[Call]) {
    let gitlab = FakeGitlab::start();
    let client = sdk.maintainer(&gitlab);
    for (operation, call) in calls {
        let error = call(&client);
        assert_eq!(
            error.to_string(),
            format!("{operation}: invalid `{argument}`: it is required, and was not set")
        );
        assert!(error.is_invalid());
        assert_eq!(error.operation_id(), Some(*operation));
        assert_eq!((error.attempts(), error.status()), (0, None));
    }
    assert_eq!((gitlab.connections(), gitlab.take_requests().len()), (0, 0));
}

fn every_operation_names_the_project_it_misses(sdk: Sdk) {
    let calls: &[Call] = calls![
        list_project_jobs(it => it.list_project_jobs()),
        list_pipeline_jobs(it => it.list_pipeline_jobs().pipeline_id(6)),
        list_pipeline_bridges(it => it.list_pipeline_bridges().pipeline_id(6)),
        get_job(it => it.get_job().job_id(8)),
        get_job_log(it => it.get_job_log().job_id(8)),
        cancel_job(it => it.cancel_job().job_id(8)),
        retry_job(it => it.retry_job().job_id(8)),
        erase_job(it => it.erase_job().job_id(8)),
        play_job(it => it.play_job().job_id(8)),
    ];
    assert_missing(sdk, "id", calls);
}

fn every_operation_names_the_pipeline_or_job_it_misses(sdk: Sdk) {
    let calls: &[Call] = calls![
        list_pipeline_jobs(it => it.list_pipeline_jobs().id(1)),
        list_pipeline_bridges(it => it.list_pipeline_bridges().id(1)),
    ];
    assert_missing(sdk, "pipeline_id", calls);
    let calls: &[Call] = calls![
        get_job(it => it.get_job().id(1)),
        get_job_log(it => it.get_job_log().id(1)),
        cancel_job(it => it.cancel_job().id(1)),
        retry_job(it => it.retry_job().id(1)),
        erase_job(it => it.erase_job().id(1)),
        play_job(it => it.play_job().id(1)),
    ];
    assert_missing(sdk, "job_id", calls);
}

fn a_project_that_cannot_be_one_is_refused_with_the_reason(sdk: Sdk) {
    let gitlab = FakeGitlab::start();
    let client = sdk.maintainer(&gitlab);
    for (project, reason) in [
        ("", "empty"),
        ("group/../admin", "`..`"),
        ("/group/project", "slash"),
        ("group//project", "slashes"),
        ("group/project?private_token=x", "GitLab allows"),
        ("group/%2e%2e/admin", "GitLab allows"),
        ("https://gitlab.com/group/project", "URL"),
        ("99999999999999999999", "too large"),
    ] {
        let error = refused!(client, it => it.get_job(project, 8));
        assert!(error.is_invalid());
        let text = error.to_string();
        let start = format!("get_job: invalid `id`: {project:?}");
        assert!(text.starts_with(&start) && text.contains(reason), "{text}");
    }
    assert_eq!(gitlab.connections(), 0);
}

fn the_last_value_of_an_argument_counts(sdk: Sdk) {
    let gitlab = FakeGitlab::start();
    let client = sdk.maintainer(&gitlab);

    let job = send!(client, it => it.get_job(1, 7).job_id(8)).unwrap();

    assert_eq!(job.id, 8);
}

fn a_list_names_what_it_misses_too(sdk: Sdk) {
    let gitlab = FakeGitlab::start();
    let client = sdk.maintainer(&gitlab);
    let expected = "list_project_jobs: invalid `id`: it is required, and was not set";

    let items = items!(client, it => it.list_project_jobs());
    let errors: Vec<_> = items
        .into_iter()
        .map(|item| item.unwrap_err().to_string())
        .collect();
    assert_eq!(errors, [expected]);

    let pages = pages!(client, it => it.list_project_jobs());
    let errors: Vec<_> = pages
        .into_iter()
        .map(|page| page.unwrap_err().to_string())
        .collect();
    assert_eq!(errors, [expected]);
    assert_eq!(gitlab.connections(), 0);
}
