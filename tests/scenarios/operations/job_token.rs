//! The two operations that require the token of a running job.

use fake_gitlab::{DEMO_RUNNING_JOB, Fault, MAINTAINER_TOKEN};
use gitlab_jobs::types::JobStatus;

use crate::flavour::{Flavour, for_one_client, refused, send};
use crate::scene::{demo, quick};
use crate::wire::request_lines;

for_one_client! {
    a_running_job_finds_itself,
    a_running_job_finds_its_agents,
    the_error_for_another_token_explains_the_reason,
    the_token_of_a_finished_job_is_rejected,
}

fn a_running_job_finds_itself(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab).job_token(gitlab.job(DEMO_RUNNING_JOB).token()));

    let job = send!(client, get_job_token_job()).unwrap();

    assert_eq!(
        (job.id, &job.status),
        (DEMO_RUNNING_JOB, &JobStatus::Running)
    );
    assert_eq!(job.project_id(), Some(42));
    assert!(job.runner.is_some() && job.runner_manager.is_some());
}

fn a_running_job_finds_its_agents(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab).job_token(gitlab.job(DEMO_RUNNING_JOB).token()));

    let agents = send!(client, get_allowed_agents()).unwrap();

    assert_eq!(
        (agents.job.id, agents.pipeline.id, agents.project.id),
        (DEMO_RUNNING_JOB, 420, 42)
    );
    assert_eq!(agents.project.groups.len(), 1);
    assert_eq!(
        agents.user.roles_in_project,
        ["guest", "reporter", "developer"]
    );
    assert_eq!(
        agents.environment.as_ref().unwrap().slug.as_deref(),
        Some("staging")
    );
    let [agent] = &agents.allowed_agents[..] else {
        panic!("{agents:#?}")
    };
    assert_eq!(
        agent.config_project.path_with_namespace.as_deref(),
        Some("group/project")
    );
    assert_eq!(agent.configuration["default_namespace"], "production");
}

fn the_error_for_another_token_explains_the_reason(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab).private_token(MAINTAINER_TOKEN));

    let errors = [
        refused!(client, get_job_token_job()),
        refused!(client, get_allowed_agents()),
    ];

    assert_eq!(
        request_lines(&gitlab),
        ["GET /api/v4/job", "GET /api/v4/job/allowed_agents"]
    );
    for (error, operation) in errors
        .iter()
        .zip(["get_job_token_job", "get_allowed_agents"])
    {
        assert!(error.is_not_found());
        assert_eq!(error.message(), Some("404 Job Not Found"));
        let text = error.to_string();
        assert_eq!(error.operation_id(), Some(operation));
        assert!(
            text.contains("the token is not the job token of a running job"),
            "{text}"
        );
    }
    // Neither 404 elsewhere nor another status here has this message.
    let error = refused!(client, get_job(42, 1));
    assert!(
        error.is_not_found() && !error.to_string().contains("token"),
        "{error}"
    );
    gitlab.inject(Fault::new().status(403));
    let error = refused!(client, get_job_token_job());
    assert!(!error.to_string().contains("token of a"), "{error}");
}

fn the_token_of_a_finished_job_is_rejected(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab).job_token(gitlab.job(DEMO_RUNNING_JOB).token()));
    send!(client, get_job_token_job()).unwrap();
    gitlab.with(|state| state.job_mut(DEMO_RUNNING_JOB).set_status("success").id());

    let error = refused!(client, get_job_token_job());

    assert!(error.is_unauthorized());
    assert!(
        !error.to_string().contains("job token of a running job"),
        "{error}"
    );
}
