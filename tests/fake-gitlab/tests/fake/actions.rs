//! Play, retry, erase and cancel: what they change and what they return.

use fake_gitlab::{DEVELOPER_TOKEN, FakeGitlab};
use serde_json::{Value, json};

use crate::wire::{project, request, request_with};

#[test]
fn a_manual_job_is_played_with_its_variables() {
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = project(&gitlab);
    let play = |body: &str| {
        let job = gitlab.with(|state| state.add_job(pipeline, "deploy").set_status("manual").id());
        let headers = [
            ("private-token", DEVELOPER_TOKEN),
            ("content-type", "application/json"),
        ];
        let target = format!("/api/v4/projects/{project}/jobs/{job}/play");
        (
            request_with(&gitlab, "POST", &target, &headers, body),
            gitlab.job(job),
        )
    };
    for nothing in ["", "{}", "null", r#"{"job_variables_attributes":[]}"#] {
        let (response, job) = play(nothing);
        assert_eq!(
            (response.status, job.status(), job.variables().len()),
            (200, "pending", 0),
            "{nothing:?}"
        );
    }
    let (response, job) =
        play(r#"{"job_variables_attributes":[{"key":"A","value":"1"},{"key":"B","value":""}]}"#);
    assert_eq!(response.json()["user"]["username"], "dana");
    assert_eq!(
        job.variables(),
        [
            ("A".to_owned(), "1".to_owned()),
            ("B".to_owned(), String::new())
        ]
    );

    let (response, job) = play(r#"{"job_variables_attributes":[{"value":"1"}]}"#);
    assert_eq!(
        response.json(),
        json!({ "error": "job_variables_attributes[0][key] is missing" })
    );
    assert_eq!((response.status, job.status()), (400, "manual"));
}

#[test]
fn a_job_is_played_and_retried_with_inputs() {
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = project(&gitlab);
    let job = gitlab.with(|state| state.add_job(pipeline, "deploy").set_status("manual").id());
    let post = |job: u64, action: &str, body: Value| {
        let headers = [
            ("private-token", DEVELOPER_TOKEN),
            ("content-type", "application/json"),
        ];
        let target = format!("/api/v4/projects/{project}/jobs/{job}/{action}");
        request_with(&gitlab, "POST", &target, &headers, &body.to_string())
    };
    let inputs = json!({ "environment": "production", "count": 2, "list": ["a"] });

    let refused = post(job, "play", json!({ "job_inputs": ["environment"] }));
    let error = json!({ "error": "job_inputs is invalid" });
    assert_eq!((refused.status, refused.json()), (400, error));
    let played = post(job, "play", json!({ "job_inputs": inputs }));
    assert_eq!(played.status, 200);
    assert_eq!(json!(gitlab.job(job).inputs()), inputs);

    gitlab.with(|state| state.job_mut(job).set_status("failed").id());
    let refused = post(job, "retry", json!({ "inputs": "production" }));
    let error = json!({ "error": "inputs is invalid" });
    assert_eq!((refused.status, refused.json()), (400, error));
    let retried = post(job, "retry", json!({ "inputs": { "count": 3 } })).json();
    let retried = retried["id"].as_u64().unwrap();
    assert_eq!(json!(gitlab.job(retried).inputs()), json!({ "count": 3 }));

    gitlab.with(|state| {
        state.settings.job_inputs = false;
        state.job_mut(retried).set_status("failed").id()
    });
    let ignored = post(retried, "retry", json!({ "inputs": { "count": 3 } })).json();
    assert!(
        gitlab
            .job(ignored["id"].as_u64().unwrap())
            .inputs()
            .is_empty()
    );
}

#[test]
fn playing_a_job_that_has_run_can_fall_back_to_a_retry() {
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = project(&gitlab);
    let job = gitlab.with(|state| state.add_job(pipeline, "deploy").set_status("success").id());
    let play = format!("/api/v4/projects/{project}/jobs/{job}/play");
    assert_eq!(request(&gitlab, "POST", &play).status, 400);
    gitlab.with(|state| state.settings.play_falls_back_to_retry = true);
    let played = request(&gitlab, "POST", &play);
    assert_eq!(played.status, 200);
    assert!(played.json()["id"].as_u64().unwrap() > job && gitlab.job(job).is_retried());
    assert_eq!(request(&gitlab, "POST", &play).status, 400);
}

#[test]
fn a_bridge_is_played_and_retried_but_not_found_as_a_job() {
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = project(&gitlab);
    let bridge = gitlab.with(|state| {
        state
            .add_bridge(pipeline, "trigger")
            .set_status("manual")
            .id()
    });
    let target = format!("/api/v4/projects/{project}/jobs/{bridge}");
    assert_eq!(request(&gitlab, "GET", &target).status, 404);
    let played = request(&gitlab, "POST", &format!("{target}/play"));
    assert_eq!(played.json().get("downstream_pipeline"), Some(&Value::Null));
    gitlab.with(|state| state.job_mut(bridge).set_status("failed").id());
    assert_eq!(
        request(&gitlab, "POST", &format!("{target}/retry")).status,
        201
    );
}

#[test]
fn a_retried_job_is_replaced_by_a_new_one() {
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = project(&gitlab);
    let old = gitlab.with(|state| {
        state
            .add_job(pipeline, "build")
            .append_log("old")
            .set_status("failed")
            .id()
    });
    let retry = format!("/api/v4/projects/{project}/jobs/{old}/retry");
    let response = request(&gitlab, "POST", &retry);
    let new = response.json()["id"].as_u64().unwrap();
    assert_eq!(
        (response.status, new > old, gitlab.job(old).is_retried()),
        (201, true, true)
    );
    assert_eq!(gitlab.job(new).log(), b"");
    assert_eq!(request(&gitlab, "POST", &retry).status, 403);
    let list = format!("/api/v4/projects/{project}/pipelines/{pipeline}/jobs");
    assert_eq!(request(&gitlab, "GET", &list).ids(), [new]);
    assert_eq!(
        request(&gitlab, "GET", &format!("{list}?include_retried=true")).ids(),
        [new, old]
    );
}

#[test]
fn a_job_is_erased_once_and_not_while_sizes_are_refreshed() {
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = project(&gitlab);
    let job = gitlab.with(|state| {
        let job = state
            .add_job(pipeline, "build")
            .append_log("old")
            .set_status("success");
        job.set_size_refreshing(true).id()
    });
    let erase = format!("/api/v4/projects/{project}/jobs/{job}/erase");
    assert_eq!(request(&gitlab, "POST", &erase).status, 409);
    gitlab.with(|state| state.job_mut(job).set_size_refreshing(false).id());
    assert!(request(&gitlab, "POST", &erase).json()["erased_at"].is_string());
    assert_eq!(
        (gitlab.job(job).is_erased(), gitlab.job(job).log()),
        (true, &b""[..])
    );
    assert_eq!(request(&gitlab, "POST", &erase).status, 403);
    let log = format!("/api/v4/projects/{project}/jobs/{job}/trace");
    assert_eq!(request(&gitlab, "GET", &log).status, 200);
    gitlab.with(|state| state.settings.missing_log_is_404 = true);
    assert_eq!(request(&gitlab, "GET", &log).status, 404);
}

#[test]
fn a_cancel_may_have_to_be_forced() {
    let gitlab = FakeGitlab::builder()
        .configure(|settings| settings.canceling = true)
        .start();
    let (project, pipeline) = project(&gitlab);
    let job = gitlab.with(|state| state.add_job(pipeline, "build").set_status("running").id());
    let cancel = format!("/api/v4/projects/{project}/jobs/{job}/cancel");
    assert_eq!(
        request(&gitlab, "POST", &cancel).json()["status"],
        "canceling"
    );
    assert_eq!(
        request(&gitlab, "POST", &format!("{cancel}?force=true")).json()["status"],
        "canceled"
    );
}
