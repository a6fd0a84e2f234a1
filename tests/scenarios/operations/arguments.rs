//! Invalid arguments are reported before anything is sent.

use fake_gitlab::FakeGitlab;

use crate::flavour::{Flavour, for_one_client, items, pages, refused, send};
use crate::scene::{demo, quick};

for_one_client! {
    every_operation_refuses_an_invalid_project,
    an_invalid_project_is_rejected_with_the_reason,
    the_last_value_of_a_parameter_is_used,
    a_list_reports_an_invalid_argument_once,
}

fn every_operation_refuses_an_invalid_project(flavour: Flavour) {
    let gitlab = FakeGitlab::start();
    let client = flavour.build(quick(&gitlab));
    macro_rules! refused_each {
        ($($operation:ident($($argument:literal),*))+) => {
            $(
                let error = refused!(client, $operation("group//project" $(, $argument)*));
                let start = concat!(stringify!($operation), ": invalid `project`: \"group//project\"");
                assert!(error.to_string().starts_with(start), "{error}");
                assert!(error.is_invalid());
                assert_eq!(error.operation_id(), Some(stringify!($operation)));
                assert_eq!((error.attempts(), error.status()), (0, None));
            )+
        };
    }
    refused_each! {
        list_project_jobs() list_pipeline_jobs(6) list_pipeline_bridges(6) get_job(8) get_job_log(8) cancel_job(8)
        retry_job(8) erase_job(8) play_job(8)
    }
    assert_eq!((gitlab.connections(), gitlab.take_requests().len()), (0, 0));
}

fn an_invalid_project_is_rejected_with_the_reason(flavour: Flavour) {
    let gitlab = FakeGitlab::start();
    let client = flavour.build(quick(&gitlab));
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
        let error = refused!(client, get_job(project, 8));
        assert!(error.is_invalid());
        let text = error.to_string();
        let start = format!("get_job: invalid `project`: {project:?}");
        assert!(text.starts_with(&start) && text.contains(reason), "{text}");
    }
    assert_eq!(gitlab.connections(), 0);
}

fn the_last_value_of_a_parameter_is_used(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let jobs = send!(
        client,
        list_project_jobs(42)
            .per_page(7)
            .per_page(2)
            .page(9)
            .page(None)
    )
    .unwrap();

    assert_eq!(jobs.len(), 2);
    let request = &gitlab.take_requests()[0];
    assert_eq!(request.query.as_deref(), Some("per_page=2"));
}

fn a_list_reports_an_invalid_argument_once(flavour: Flavour) {
    let gitlab = FakeGitlab::start();
    let client = flavour.build(quick(&gitlab));

    let items = items!(client, list_project_jobs("/"));
    let errors: Vec<_> = items.map(|item| item.unwrap_err().to_string()).collect();
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].starts_with("list_project_jobs: invalid `project`"),
        "{errors:?}"
    );

    let pages = pages!(client, list_project_jobs("/"));
    let errors: Vec<_> = pages.map(|page| page.unwrap_err().to_string()).collect();
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].starts_with("list_project_jobs: invalid `project`"),
        "{errors:?}"
    );
    assert_eq!(gitlab.connections(), 0);
}
