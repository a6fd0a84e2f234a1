//! Unsuccessful responses: their status, the server's message, and the unchanged body.

use fake_gitlab::{
    DEMO_BRIDGE, DEMO_FAILED_JOB, DEMO_FINISHED_JOB, DEMO_MANUAL_JOB, DEMO_RUNNING_JOB,
    EXPIRED_TOKEN, Fault, GUEST_TOKEN, MAINTAINER_TOKEN, OUTSIDER_TOKEN, READ_ONLY_TOKEN,
};
use gitlab_jobs::Error;

use super::predicates::true_of;
use crate::flavour::{Client, Flavour, for_one_client, refused};
use crate::scene::{demo, quick};

for_one_client! {
    each_refusal_reports_the_servers_message,
    an_erase_during_a_size_refresh_is_a_conflict,
    an_offset_over_the_limit_suggests_keyset_pagination,
    the_display_of_an_error_is_one_complete_line,
    every_documented_error_body_survives,
    the_headers_of_an_error_are_kept,
}

/// A call that is refused.
struct Refusal {
    token: &'static str,
    call: fn(&Client) -> Error,
    predicates: &'static [&'static str],
    status: u16,
    message: &'static str,
    body: &'static str,
}

macro_rules! refusal {
    ($token:expr, [$($call:tt)+], $predicates:expr, $status:literal, $message:literal, $body:literal) => {
        Refusal {
            token: $token,
            call: |client| refused!(client, $($call)+),
            predicates: $predicates,
            status: $status,
            message: $message,
            body: $body,
        }
    };
}

const REFUSALS: &[Refusal] = &[
    refusal!(
        MAINTAINER_TOKEN,
        [list_project_jobs(42).scope("none")],
        &["status"],
        400,
        "scope does not have a valid value",
        r#"{"error":"scope does not have a valid value"}"#
    ),
    refusal!(
        MAINTAINER_TOKEN,
        [play_job(42, DEMO_RUNNING_JOB)],
        &["status"],
        400,
        "400 Bad request - Unplayable Job",
        r#"{"message":"400 Bad request - Unplayable Job"}"#
    ),
    refusal!(
        "glpat-nobody",
        [list_project_jobs(42)],
        &["status", "unauthorized"],
        401,
        "401 Unauthorized",
        r#"{"message":"401 Unauthorized"}"#
    ),
    refusal!(
        EXPIRED_TOKEN,
        [get_job(42, DEMO_FINISHED_JOB)],
        &["status", "unauthorized"],
        401,
        "invalid_token: Token is expired. You can either do re-authorization or token refresh.",
        r#"{"error":"invalid_token","error_description":"Token is expired. You can either do re-authorization or token refresh."}"#
    ),
    refusal!(
        GUEST_TOKEN,
        [cancel_job(42, DEMO_RUNNING_JOB)],
        &["status", "forbidden"],
        403,
        "403 Forbidden",
        r#"{"message":"403 Forbidden"}"#
    ),
    refusal!(
        READ_ONLY_TOKEN,
        [play_job(42, DEMO_MANUAL_JOB)],
        &["status", "forbidden"],
        403,
        "insufficient_scope: The request requires higher privileges than provided by the access token.",
        r#"{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api"}"#
    ),
    refusal!(
        MAINTAINER_TOKEN,
        [retry_job(42, DEMO_RUNNING_JOB)],
        &["status", "forbidden"],
        403,
        "403 Forbidden - Job is not retryable",
        r#"{"message":"403 Forbidden  - Job is not retryable"}"#
    ),
    refusal!(
        MAINTAINER_TOKEN,
        [erase_job(42, DEMO_RUNNING_JOB)],
        &["status", "forbidden"],
        403,
        "403 Forbidden - Job is not erasable!",
        r#"{"message":"403 Forbidden  - Job is not erasable!"}"#
    ),
    refusal!(
        OUTSIDER_TOKEN,
        [get_job("group/project", DEMO_FINISHED_JOB)],
        &["status", "not_found"],
        404,
        "404 Project Not Found",
        r#"{"message":"404 Project Not Found"}"#
    ),
    refusal!(
        MAINTAINER_TOKEN,
        [list_pipeline_bridges(42, 9)],
        &["status", "not_found"],
        404,
        "404 Not found",
        r#"{"message":"404 Not found"}"#
    ),
    refusal!(
        MAINTAINER_TOKEN,
        [get_job_log(42, 9)],
        &["status", "not_found"],
        404,
        "404 Not found",
        r#"{"message":"404 Not found"}"#
    ),
    refusal!(
        MAINTAINER_TOKEN,
        [get_job(42, DEMO_BRIDGE)],
        &["status", "not_found"],
        404,
        "404 Not found",
        r#"{"message":"404 Not found"}"#
    ),
];

fn each_refusal_reports_the_servers_message(flavour: Flavour) {
    for refusal in REFUSALS {
        let gitlab = demo();
        let client = flavour.build(quick(&gitlab).private_token(refusal.token));

        let error = (refusal.call)(&client);

        assert_refused(&error, refusal.status, refusal.message);
        assert_eq!(true_of(&error), refusal.predicates, "{error}");
        assert_eq!(error.body(), Some(refusal.body.as_bytes()));
        // fake-gitlab names its requests by their number.
        assert_eq!(error.request_id(), Some("01FAKE00000000000000000000"));
        let requests = gitlab.take_requests();
        assert_eq!(requests.len(), 1, "{requests:#?}");
        assert_eq!(error.operation_id(), requests[0].operation);
    }
}

/// Asserts what holds for every unsuccessful response.
fn assert_refused(error: &Error, status: u16, message: &str) {
    assert_eq!(
        error.status().map(|status| status.as_u16()),
        Some(status),
        "{error}"
    );
    assert_eq!(error.message(), Some(message));
    assert_eq!(error.attempts(), 1);
}

fn an_erase_during_a_size_refresh_is_a_conflict(flavour: Flavour) {
    let gitlab = demo();
    gitlab.with(|state| {
        state
            .job_mut(DEMO_FAILED_JOB)
            .set_size_refreshing(true)
            .id()
    });
    let client = flavour.build(quick(&gitlab));

    let error = refused!(client, erase_job(42, DEMO_FAILED_JOB));

    let message = "409 Conflict: Action temporarily disabled. The project this build belongs to is undergoing artifact \
                   size statistics refresh.";
    assert_refused(&error, 409, message);
    assert_eq!(true_of(&error), ["status", "conflict"]);
    assert!(!gitlab.job(DEMO_FAILED_JOB).is_erased());
}

fn an_offset_over_the_limit_suggests_keyset_pagination(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let error = refused!(client, list_project_jobs(42).page(502).per_page(100));

    assert_eq!(error.status().unwrap(), 405);
    assert!(error.message().unwrap().contains("keyset"), "{error}");
    assert_eq!(true_of(&error), ["status"]);
}

fn the_display_of_an_error_is_one_complete_line(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let error = refused!(client, retry_job(42, DEMO_RUNNING_JOB));

    assert_eq!(
        error.to_string(),
        "POST /projects/42/jobs/4203/retry: 403 Forbidden - Job is not retryable \
         (request id 01FAKE00000000000000000000)"
    );
    assert!(std::error::Error::source(&error).is_none());
}

fn every_documented_error_body_survives(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));
    let mut bodies = 0;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/examples/additional");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if !path
            .file_name()
            .unwrap()
            .display()
            .to_string()
            .starts_with("error_")
        {
            continue;
        }
        bodies += 1;
        let body = std::fs::read(&path).unwrap();
        gitlab.inject(Fault::new().times(1).status(422).body(body.clone()));

        let error = refused!(client, get_job(42, DEMO_FINISHED_JOB));

        assert_eq!(error.status().unwrap(), 422);
        assert_eq!(error.body(), Some(&body[..]), "{}", path.display());
        let message = error
            .message()
            .unwrap_or_else(|| panic!("no message: {}", path.display()));
        assert!(!message.contains(['{', '"', '\n']), "{message}");
    }
    assert!(bodies > 10, "only {bodies} error bodies are documented");
}

fn the_headers_of_an_error_are_kept(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab).private_token(EXPIRED_TOKEN));

    let error = refused!(client, get_job(42, DEMO_FINISHED_JOB));

    let challenge = error.headers().unwrap()["www-authenticate"]
        .to_str()
        .unwrap();
    assert!(challenge.starts_with("Bearer realm="), "{challenge}");
    assert_eq!(error.headers().unwrap()["content-type"], "application/json");
}
