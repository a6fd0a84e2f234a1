//! A verification of the fake GitLab: of a faithful one, and of one that does something that the spec does not say.

use std::path::Path;
use std::time::Duration;

use fake_gitlab::{
    DEMO_BRIDGE, DEMO_FAILED_JOB, DEMO_FINISHED_JOB, DEMO_RUNNING_JOB, FakeGitlab, Fault, Keyset,
    MAINTAINER_TOKEN, RateLimit, Settings,
};
use gitlab_jobs_codegen::Spec;
use serde_json::{Value, json};
use spec_verify::{Options, Report, verify};

fn document() -> Value {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec");
    Spec::load(&directory).unwrap().root().to_json()
}

fn gitlab() -> FakeGitlab {
    FakeGitlab::builder().demo_project().start()
}

fn options(gitlab: &FakeGitlab) -> Options {
    Options {
        token: Some(MAINTAINER_TOKEN.to_owned()),
        pace: Duration::ZERO,
        ..Options::new(gitlab.url(), "group/project")
    }
}

fn report(gitlab: &FakeGitlab) -> Report {
    verify(&document(), &options(gitlab)).unwrap()
}

/// Verifies, and expects each of some differences and no other.
#[track_caller]
fn finds(gitlab: &FakeGitlab, expected: &[&str]) {
    let report = report(gitlab);
    assert!(report.has_differences());
    let mut differences: Vec<String> = report.differences().collect();
    for text in expected {
        assert!(
            differences.iter().any(|it| it.contains(text)),
            "{text} is not in\n{report}"
        );
        differences.retain(|it| !it.contains(text));
    }
    assert!(differences.is_empty(), "unexpected: {differences:#?}");
}

#[test]
fn a_faithful_server_has_no_differences_and_is_only_read() {
    let gitlab = gitlab();
    let report = report(&gitlab);
    assert_eq!(
        report.differences().collect::<Vec<_>>(),
        [""; 0],
        "{report}"
    );
    assert_eq!((report.has_differences(), report.stopped()), (false, None));
    let text = report.to_string();
    for (behaviour, result) in [
        ("list_project_jobs: keyset pagination", "as described"),
        (
            "list_project_jobs: keyset pagination in ascending order",
            "as described",
        ),
        ("list_project_jobs: offset pagination", "as described"),
        ("list_project_jobs: `ref`", "as described"),
        ("list_project_jobs: an unknown scope", "as described"),
        ("get_job_log: `byte_limit`", "as described"),
        ("get_job_log: `byte_offset`", "as described"),
        ("get_job_log: compression of logs", "as described"),
        ("get_job_log: entity tags of logs", "as described"),
    ] {
        assert!(
            text.contains(&format!("| {behaviour} | {result} |")),
            "{behaviour}:\n{text}"
        );
    }
    let requests = gitlab.requests();
    assert!(requests.len() <= 50, "{} requests", requests.len());
    assert!(requests.iter().all(|request| request.method == "GET"));
}

#[test]
fn each_operation_of_the_spec_is_reported() {
    let text = report(&gitlab()).to_string();
    let document = document();
    let items = document["paths"].as_object().unwrap().values();
    let operations = items.flat_map(|item| item.as_object().unwrap().values());
    let ids: Vec<&str> = operations
        .filter_map(|it| it["operationId"].as_str())
        .collect();
    assert!(ids.len() > 8);
    for id in ids {
        assert!(text.contains(&format!("| {id} | ")), "{id}:\n{text}");
    }
}

#[test]
fn a_server_that_serves_ranges_has_no_differences() {
    let gitlab = gitlab();
    gitlab.with(|state| state.settings.log_ranges = true);
    let report = report(&gitlab);
    assert!(!report.has_differences(), "{report}");
}

#[test]
fn unknown_fields_values_nulls_and_missing_fields_are_found() {
    let gitlab = gitlab();
    gitlab.with(|state| {
        let job = state.job_mut(DEMO_FAILED_JOB);
        job.set_field("mood", json!({"level": 3}));
        job.set_field("failure_reason", json!("gremlins"));
        job.set_field("name", Value::Null);
        job.remove_field("stage");
        job.set_field("tag", json!("yes"));
        job.set_field("created_at", json!("yesterday"));
        job.set_field("runner", json!({"id": 1, "shoe_size": 42}));
        let bridge = state.job_mut(DEMO_BRIDGE);
        bridge.set_field("source", json!("carrier_pigeon"));
    });
    finds(
        &gitlab,
        &[
            "`Job.mood`: a field that the spec does not know: an object",
            "`Job.failure_reason`: `gremlins`, a value that the spec does not know",
            "`Job.name`: null, where the spec allows none",
            "`Job.stage`: missing, although the spec requires it",
            "`Job.tag`: a string instead of a boolean",
            "`Job.created_at`: not of the format date-time",
            "`Runner.shoe_size`: a field that the spec does not know: an integer",
            "`Bridge.source`: `carrier_pigeon`, a value that the spec does not know",
        ],
    );
}

#[test]
fn unknown_headers_statuses_and_media_types_are_found() {
    let gitlab = gitlab();
    gitlab.inject(
        Fault::new()
            .operation("get_job")
            .times(1)
            .header("X-Gitlab-Mood", "calm"),
    );
    gitlab.inject(
        Fault::new()
            .operation("get_job")
            .times(1)
            .status(418)
            .body("{}"),
    );
    let page = Fault::new()
        .operation("list_pipeline_bridges")
        .times(1)
        .status(200)
        .body("<p>Sign in</p>");
    gitlab.inject(page.header("content-type", "text/html"));
    finds(
        &gitlab,
        &[
            "`header x-gitlab-mood`: unknown to the spec (get_job; 1 times)",
            "`get_job 418`: a status that the spec does not know",
            "`list_pipeline_bridges 200`: text/html instead of application/json",
        ],
    );
}

#[test]
fn an_older_server_is_found() {
    let gitlab = gitlab();
    gitlab.with(|state| state.settings = Settings::older_server());
    finds(
        &gitlab,
        &[
            "`list_pipeline_trigger_jobs 404`: always, although what it is about exists",
            "list_project_jobs: `ref`: ignored",
            "get_job_log: `byte_limit`: ignored",
            "get_job_log: `byte_offset`: the part is not what the log has there",
        ],
    );
}

#[test]
fn another_kind_of_pagination_is_found() {
    let gitlab = gitlab();
    for (keyset, expected) in [
        (
            Keyset::Ignored,
            "keyset pagination: ignored: an offset page was sent",
        ),
        (Keyset::Refused, "keyset pagination: the response is 405"),
    ] {
        gitlab.with(|state| state.settings.keyset = keyset);
        let report = report(&gitlab);
        assert!(
            report.differences().any(|it| it.contains(expected)),
            "{report}"
        );
    }
}

#[test]
fn a_new_operation_is_verified_without_code() {
    let mut document = document();
    document["paths"]["/projects/{id}/jobs/{job_id}/mood"] = json!({"get": {
        "operationId": "get_job_mood",
        "parameters": [{"name": "id", "in": "path"}, {"name": "job_id", "in": "path"}],
        "responses": {"200": {"content": {}}, "404": {"$ref": "#/components/responses/NotFound"}},
    }});
    document["paths"]["/projects/{id}/shelves/{shelf}"] =
        json!({"get": {"operationId": "get_shelf", "responses": {}}});
    let gitlab = gitlab();
    let report = verify(&document, &options(&gitlab)).unwrap();
    let differences: Vec<String> = report.differences().collect();
    assert_eq!(differences.len(), 1, "{report}");
    assert!(
        differences[0].contains("`get_job_mood 404`: always"),
        "{report}"
    );
    let not_tried = "| get_shelf | not tried: no values for its path are known |";
    assert!(report.to_string().contains(not_tried), "{report}");

    let given = Options {
        values: vec![("shelf".to_owned(), "top".to_owned())],
        ..options(&gitlab)
    };
    let report = verify(&document, &given).unwrap();
    assert!(!report.to_string().contains(not_tried), "{report}");
}

#[test]
fn the_report_shows_no_content() {
    let gitlab = gitlab();
    gitlab.with(|state| {
        let job = state.job_mut(DEMO_FINISHED_JOB);
        job.set_field("name", json!("hush-name"));
        job.set_field("status", json!("Hush Status"));
        job.set_field("hush Field", json!("hush-value"));
        job.set_field(
            "commit",
            json!({"id": "hush-id", "message": "hush-message", "title": 7}),
        );
        job.append_log("hush-log\n");
    });
    let report = report(&gitlab);
    assert!(report.has_differences());
    for text in [report.to_string(), format!("{report:?}")] {
        assert!(!text.to_lowercase().contains("hush"), "{text}");
        for hidden in [MAINTAINER_TOKEN, "group/project", "127.0.0.1"] {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
    }
}

#[test]
fn options_show_no_token() {
    let gitlab = gitlab();
    assert!(!format!("{:?}", options(&gitlab)).contains(MAINTAINER_TOKEN));
}

#[test]
fn no_more_requests_are_sent_than_allowed() {
    let gitlab = gitlab();
    let few = Options {
        requests: 5,
        ..options(&gitlab)
    };
    let report = verify(&document(), &few).unwrap();
    assert_eq!(gitlab.requests().len(), 5);
    assert_eq!(
        report.stopped(),
        Some("the allowed number of requests was reached")
    );
}

#[test]
fn headers_of_a_rate_limit_are_numbers_and_come_together() {
    let gitlab = gitlab();
    assert!(
        report(&gitlab)
            .to_string()
            .contains("| headers of the rate limit | not seen: the server sends none |")
    );
    gitlab.with(|state| {
        state.settings.rate_limit = Some(RateLimit::text(2000, Duration::from_secs(60)))
    });
    let faithful = report(&gitlab);
    let text = faithful.to_string();
    assert!(
        text.contains("| headers of the rate limit | as described |"),
        "{text}"
    );

    gitlab.with(|state| state.settings.rate_limit = None);
    gitlab.inject(
        Fault::new()
            .operation("get_job")
            .times(1)
            .header("RateLimit-Limit", "many"),
    );
    finds(
        &gitlab,
        &[
            "`header ratelimit-limit`: not a number",
            "headers of the rate limit: ratelimit-observed, ratelimit-remaining, ratelimit-reset never came with the others",
        ],
    );
}

#[test]
fn a_rate_limit_ends_the_verification() {
    let gitlab = gitlab();
    gitlab.inject(Fault::new().operation("get_job").too_many_requests());
    let report = report(&gitlab);
    assert_eq!(
        report.stopped(),
        Some("the server's rate limit was reached")
    );
    let requests = gitlab.requests();
    assert_eq!(requests.last().and_then(|it| it.operation), Some("get_job"));
    assert_eq!(
        requests
            .iter()
            .filter(|it| it.operation == Some("get_job"))
            .count(),
        1
    );
}

#[test]
fn jobs_are_changed_only_if_that_is_wanted() {
    let gitlab = gitlab();
    let acting = Options {
        act: true,
        ..options(&gitlab)
    };
    let report = verify(&document(), &acting).unwrap();
    assert!(!report.has_differences(), "{report}");
    let succeeded = |operation: &str| {
        let requests = gitlab.requests();
        let mut own = requests.iter().filter(|it| it.operation == Some(operation));
        own.any(|it| {
            it.response_status()
                .is_some_and(|status| (200..300).contains(&status))
        })
    };
    for operation in ["play_job", "cancel_job", "retry_job", "erase_job"] {
        assert!(succeeded(operation), "{operation}\n{report}");
    }
}

#[test]
fn a_job_token_reads_what_only_it_can_read() {
    let gitlab = gitlab();
    let token = gitlab.job(DEMO_RUNNING_JOB).token();
    let with_job_token = Options {
        job_token: Some(token),
        ..options(&gitlab)
    };
    let report = verify(&document(), &with_job_token).unwrap();
    assert!(!report.has_differences(), "{report}");
    let text = report.to_string();
    assert!(text.contains("| get_job_token_job | 1 × 200 |"), "{text}");
    assert!(text.contains("| get_allowed_agents | 1 × 200 |"), "{text}");
}

#[test]
fn what_cannot_be_verified_is_an_error() {
    let gitlab = gitlab();
    let error = |options: Options| verify(&document(), &options).unwrap_err().to_string();
    let nowhere = Options {
        project: "no/where".to_owned(),
        ..options(&gitlab)
    };
    assert!(error(nowhere).starts_with("nothing can be read"));
    let no_url = Options {
        url: "gitlab".to_owned(),
        ..options(&gitlab)
    };
    assert!(error(no_url).contains("`gitlab` is not a URL"));
    let gone = Options {
        url: "http://127.0.0.1:9".to_owned(),
        ..options(&gitlab)
    };
    assert!(error(gone).contains("error sending request"));
    assert!(
        verify(&json!({}), &options(&gitlab))
            .unwrap_err()
            .to_string()
            .contains("no operations")
    );
}
