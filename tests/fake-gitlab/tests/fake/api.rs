//! What the operations return, and what they refuse.

use fake_gitlab::{DOCUMENTED_JOB_TOKEN, FakeGitlab, MAINTAINER_TOKEN};
use serde_json::{Value, json};

use crate::wire::{project, request, request_with};

#[test]
fn documented_samples_are_returned_verbatim() {
    let gitlab = FakeGitlab::start();
    let samples = [
        ("GET", "/projects/1/jobs", 200, "list_project_jobs"),
        (
            "GET",
            "/projects/foo%2Fbar/pipelines/6/jobs",
            200,
            "list_pipeline_jobs",
        ),
        (
            "GET",
            "/projects/1/pipelines/6/bridges",
            200,
            "list_pipeline_bridges",
        ),
        (
            "GET",
            "/projects/1/pipelines/6/trigger_jobs",
            200,
            "list_pipeline_trigger_jobs",
        ),
        ("GET", "/projects/1/jobs/8", 200, "get_job"),
        ("POST", "/projects/1/jobs/1/cancel", 201, "cancel_job"),
        ("POST", "/projects/1/jobs/1/retry", 201, "retry_job"),
        ("POST", "/projects/1/jobs/1/erase", 201, "erase_job"),
        ("POST", "/projects/1/jobs/1/play", 200, "play_job"),
        ("GET", "/job", 200, "get_job_token_job"),
        ("GET", "/job/allowed_agents", 200, "get_allowed_agents"),
    ];
    for (method, target, status, name) in samples {
        let token = match target.starts_with("/job") {
            true => ("job-token", DOCUMENTED_JOB_TOKEN),
            false => ("private-token", MAINTAINER_TOKEN),
        };
        let target = format!("/api/v4{target}");
        let response = request_with(&gitlab, method, &target, &[token], "");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/samples");
        let file = name.replace("trigger_jobs", "bridges");
        let sample = std::fs::read(format!("{folder}/{file}.json")).unwrap();
        let sample: Value = serde_json::from_slice(&sample).unwrap();
        assert_eq!(
            (response.status, response.json()),
            (status, sample),
            "{name}"
        );
        assert_eq!(gitlab.requests().last().unwrap().operation, Some(name));
    }
    let log = request(&gitlab, "GET", "/api/v4/projects/1/jobs/8/trace");
    assert_eq!(log.header("content-type"), Some("text/plain"));
    assert!(log.body.starts_with(b"\x1b[0KRunning"));
    assert_eq!(
        request(&gitlab, "GET", "/api/v4/projects/1/jobs?scope=failed").ids(),
        [7, 6]
    );
    assert!(
        request(
            &gitlab,
            "GET",
            "/api/v4/projects/1/jobs?scope%5B%5D=running"
        )
        .ids()
        .is_empty()
    );
}

#[test]
fn errors_have_gitlabs_status_and_message() {
    let gitlab = FakeGitlab::start();
    let (id, pipeline) = project(&gitlab);
    let job = gitlab.with(|state| state.add_job(pipeline, "build").set_status("running").id());
    let at = |path: &str| format!("/api/v4/projects/{id}{path}");
    let post = |action| ("POST", at(&format!("/jobs/{job}/{action}")));
    let get = |path| ("GET", at(path));
    let api = |path: &str| ("GET", format!("/api/v4{path}"));
    let cases = [
        (
            get("/jobs?scope[]=bogus"),
            400,
            r#"{"error":"scope does not have a valid value"}"#,
        ),
        (
            get("/jobs?scope[][0]="),
            400,
            r#"{"error":"scope is invalid, scope does not have a valid value"}"#,
        ),
        (
            get("/jobs?scope[0][1]=failed"),
            400,
            r#"{"error":"scope is invalid, scope does not have a valid value"}"#,
        ),
        (
            get("/jobs?scope[]="),
            400,
            r#"{"error":"scope does not have a valid value"}"#,
        ),
        (
            get("/jobs?scope=failed&scope[]=running"),
            400,
            r#"{"error":"query params contains conflicting types"}"#,
        ),
        (get("/jobs/eight"), 400, r#"{"error":"job_id is invalid"}"#),
        (
            get("/pipelines/x/jobs"),
            400,
            r#"{"error":"pipeline_id is invalid"}"#,
        ),
        (
            get("/jobs?page=0"),
            400,
            r#"{"error":"page does not have a valid value"}"#,
        ),
        (get("/jobs/99"), 404, r#"{"message":"404 Not found"}"#),
        (
            get("/pipelines/99/jobs"),
            404,
            r#"{"message":"404 Not found"}"#,
        ),
        (
            api("/projects/99/jobs"),
            404,
            r#"{"message":"404 Project Not Found"}"#,
        ),
        (
            api("/projects/group%252Fsub%252Fproject/jobs"),
            404,
            r#"{"message":"404 Project Not Found"}"#,
        ),
        (
            api("/projects/group/sub/project/jobs"),
            404,
            r#"{"error":"404 Not Found"}"#,
        ),
        (api("/job"), 404, r#"{"message":"404 Job Not Found"}"#),
        (
            post("retry"),
            403,
            r#"{"message":"403 Forbidden  - Job is not retryable"}"#,
        ),
        (
            post("erase"),
            403,
            r#"{"message":"403 Forbidden  - Job is not erasable!"}"#,
        ),
        (
            post("play"),
            400,
            r#"{"message":"400 Bad request - Unplayable Job"}"#,
        ),
        (
            ("DELETE", at("/jobs")),
            405,
            r#"{"error":"405 Not Allowed"}"#,
        ),
    ];
    for ((method, target), status, body) in cases {
        let response = request(&gitlab, method, &target);
        assert_eq!(
            (response.status, str::from_utf8(&response.body).unwrap()),
            (status, body),
            "{method} {target}"
        );
        assert!(response.header("x-request-id").is_some());
    }
}

#[test]
fn requests_are_recorded_as_they_were_on_the_wire() {
    let gitlab = FakeGitlab::builder().relative_root("gitlab").start();
    let target = "/gitlab/api/v4/projects/foo%2Fbar/jobs?scope[]=failed&scope%5B%5D=running";
    assert_eq!(request(&gitlab, "GET", target).status, 200);
    let requests = gitlab.take_requests();
    let [request] = &requests[..] else {
        panic!("{requests:?}")
    };
    assert_eq!(request.target, target);
    assert_eq!(request.path, "/gitlab/api/v4/projects/foo%2Fbar/jobs");
    assert_eq!(request.query_values("scope[]"), ["failed", "running"]);
    assert_eq!(request.header("private-token"), Some(MAINTAINER_TOKEN));
    assert!(gitlab.requests().is_empty());
}

#[test]
fn fields_can_be_added_and_left_out() {
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = project(&gitlab);
    let job = gitlab.with(|state| {
        let job = state
            .add_job_with_id(pipeline, 6_747_393_391, "build")
            .set_status("brand_new");
        job.set_field("new", json!({ "a": 1 }))
            .set_field("user", Value::Null)
            .remove_field("tag_list")
            .id()
    });
    let response = request(
        &gitlab,
        "GET",
        &format!("/api/v4/projects/{project}/jobs/{job}"),
    )
    .json();
    assert_eq!(
        (&response["status"], &response["new"]["a"]),
        (&json!("brand_new"), &json!(1))
    );
    assert_eq!(
        (response.get("user"), response.get("tag_list")),
        (Some(&Value::Null), None)
    );
}

#[test]
fn a_list_is_narrowed_by_every_form_of_scope_and_by_ref() {
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = project(&gitlab);
    let [failed, running, tagged] = gitlab.with(|state| {
        let failed = state.add_job(pipeline, "a").set_status("failed").id();
        let running = state.add_job(pipeline, "b").set_status("running").id();
        let tagged = state.add_job(pipeline, "c").set_status("success");
        [failed, running, tagged.set_ref("v1").id()]
    });
    let cases = [
        ("jobs?scope=failed", vec![failed]),
        ("jobs?scope=running&scope=failed", vec![failed]),
        ("jobs?scope[]=running&scope[]=failed", vec![running, failed]),
        (
            "jobs?scope[0]=running&scope[x]=failed",
            vec![running, failed],
        ),
        ("jobs?ref=v1", vec![tagged]),
        ("jobs?ref=main&scope=running", vec![running]),
        ("jobs?ref=none", vec![]),
    ];
    for (query, ids) in cases {
        let list = request(
            &gitlab,
            "GET",
            &format!("/api/v4/projects/{project}/{query}"),
        );
        assert_eq!(list.ids(), ids, "{query}");
    }
    let list = format!("/api/v4/projects/{project}/pipelines/{pipeline}/jobs?ref=v1");
    assert_eq!(
        request(&gitlab, "GET", &list).ids(),
        [tagged, running, failed]
    );
}

#[test]
fn trigger_jobs_returns_the_same_as_bridges_unless_the_server_is_old() {
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = project(&gitlab);
    let bridge = gitlab.with(|state| state.add_bridge(pipeline, "trigger").id());
    let list = |name: &str| {
        let target =
            format!("/api/v4/projects/{project}/pipelines/{pipeline}/{name}?scope=created");
        request(&gitlab, "GET", &target)
    };
    assert_eq!(list("trigger_jobs").json(), list("bridges").json());
    assert_eq!(list("trigger_jobs").ids(), [bridge]);
    gitlab.with(|state| state.settings.trigger_jobs = false);
    let missing = list("trigger_jobs");
    assert_eq!(
        (missing.status, missing.json()),
        (404, json!({ "error": "404 Not Found" }))
    );
    assert_eq!(list("bridges").ids(), [bridge]);
}
