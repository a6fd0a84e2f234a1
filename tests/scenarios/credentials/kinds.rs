//! The three kinds of token, each sent only in its own header.

use fake_gitlab::{DEMO_FINISHED_JOB, DEMO_PROJECT, DEMO_RUNNING_JOB, Fault, MAINTAINER_TOKEN};

use crate::flavour::{Flavour, for_one_client, refused, send};
use crate::scene::{demo, quick, without_token};
use crate::wire::{ACCEPT_JSON, lines, only_request};

for_one_client! {
    a_private_token_goes_into_its_header,
    a_job_token_goes_into_its_header,
    a_bearer_token_goes_into_authorization,
    a_job_token_can_be_a_bearer_token,
    the_last_of_two_tokens_is_used,
    a_client_without_a_token_sends_none,
    an_operation_without_job_tokens_explains_the_401,
}

const LINE: &str = "GET /api/v4/projects/42/jobs/4201";

fn a_private_token_goes_into_its_header(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab).private_token(MAINTAINER_TOKEN));

    send!(client, get_job(DEMO_PROJECT, DEMO_FINISHED_JOB)).unwrap();

    let token = "private-token: glpat-maintainer-token";
    assert_eq!(lines(&only_request(&gitlab)), [LINE, ACCEPT_JSON, token]);
}

fn a_job_token_goes_into_its_header(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab).job_token(gitlab.job(DEMO_RUNNING_JOB).token()));

    // GitLab does not accept job tokens here.
    let refused = send!(client, get_job(DEMO_PROJECT, DEMO_FINISHED_JOB));
    assert!(refused.unwrap_err().is_unauthorized());

    let token = "job-token: glcbt-64_4203";
    assert_eq!(lines(&only_request(&gitlab)), [LINE, ACCEPT_JSON, token]);
}

fn a_bearer_token_goes_into_authorization(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(without_token(&gitlab).bearer_token(MAINTAINER_TOKEN));

    send!(client, get_job(DEMO_PROJECT, DEMO_FINISHED_JOB)).unwrap();

    let token = "authorization: Bearer glpat-maintainer-token";
    assert_eq!(lines(&only_request(&gitlab)), [LINE, ACCEPT_JSON, token]);
}

fn a_job_token_can_be_a_bearer_token(flavour: Flavour) {
    let gitlab = demo();
    let token = gitlab.job(DEMO_RUNNING_JOB).token();
    let client = flavour.build(without_token(&gitlab).bearer_token(&*token));

    let job = send!(client, get_job_token_job()).unwrap();

    assert_eq!(job.id, DEMO_RUNNING_JOB);
    let token = "authorization: Bearer glcbt-64_4203";
    assert_eq!(
        lines(&only_request(&gitlab)),
        ["GET /api/v4/job", ACCEPT_JSON, token]
    );
}

fn the_last_of_two_tokens_is_used(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(
        without_token(&gitlab)
            .job_token("glcbt-other")
            .private_token(MAINTAINER_TOKEN),
    );

    send!(client, get_job(DEMO_PROJECT, DEMO_FINISHED_JOB)).unwrap();

    let token = "private-token: glpat-maintainer-token";
    assert_eq!(lines(&only_request(&gitlab)), [LINE, ACCEPT_JSON, token]);
}

fn a_client_without_a_token_sends_none(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(without_token(&gitlab));

    let call = send!(client, get_job(DEMO_PROJECT, DEMO_FINISHED_JOB));

    assert!(call.unwrap_err().is_unauthorized());
    assert_eq!(lines(&only_request(&gitlab)), [LINE, ACCEPT_JSON]);
}

fn an_operation_without_job_tokens_explains_the_401(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab).job_token(gitlab.job(DEMO_RUNNING_JOB).token()));
    let hint = "GitLab does not accept job tokens for this operation; use a personal, project or group access token";
    for status in [401, 404] {
        gitlab.inject(Fault::new().status(status).times(6));
        for (operation, error) in [
            ("get_job", refused!(client, get_job(42, 8))),
            ("get_job_log", refused!(client, get_job_log(42, 8))),
            ("cancel_job", refused!(client, cancel_job(42, 8))),
            ("retry_job", refused!(client, retry_job(42, 8))),
            ("erase_job", refused!(client, erase_job(42, 8))),
            ("play_job", refused!(client, play_job(42, 8))),
        ] {
            assert_eq!(error.operation_id(), Some(operation));
            let error = error.to_string();
            assert!(error.contains("/projects/42/jobs/8"), "{error}");
            assert!(error.contains(hint), "{error}");
        }
    }

    // No such hint if the operation accepts job tokens, for other statuses, and for other tokens.
    gitlab.inject(Fault::new().status(401).times(1));
    let error = refused!(client, list_project_jobs(42));
    assert!(!error.to_string().contains("job token"), "{error}");
    gitlab.inject(Fault::new().status(500).times(1));
    let error = refused!(client, play_job(42, 8));
    assert!(!error.to_string().contains("job token"), "{error}");
    let error = refused!(
        flavour.build(quick(&gitlab).private_token("glpat-unknown")),
        get_job(42, 8)
    );
    assert!(error.is_unauthorized());
    assert!(!error.to_string().contains("job token"), "{error}");
}
