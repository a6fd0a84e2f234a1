//! Cancel, retry, erase and play: what they send, what the server does, and what they return.

use fake_gitlab::{
    DEMO_BRIDGE, DEMO_FAILED_JOB, DEMO_FINISHED_JOB, DEMO_MANUAL_BRIDGE, DEMO_MANUAL_JOB,
    DEMO_RUNNING_JOB, DEVELOPER_TOKEN, FakeGitlab,
};
use gitlab_jobs::types::{Bridge, JobPlayOptions, JobStatus};
use serde_json::{Value, json};

use crate::flavour::{Flavour, for_both_clients, send, send_as};
use crate::scene::{demo, quick};
use crate::wire::{ACCEPT_JSON, TOKEN, lines, only_request};

for_both_clients! {
    cancel_stops_a_running_job,
    cancel_can_be_forced,
    retry_makes_a_new_job,
    retry_makes_a_new_bridge,
    erase_removes_the_log,
    play_starts_a_manual_job_with_its_variables,
    play_takes_any_text_in_its_variables,
    play_without_variables_sets_none,
    play_takes_a_whole_body,
    play_takes_inputs_beside_variables,
    retry_takes_inputs,
    play_can_return_another_job,
    play_of_a_bridge_returns_that_bridge,
    an_action_with_status_200_is_a_success_too,
}

fn cancel_stops_a_running_job(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let job = send!(client, cancel_job(42, DEMO_RUNNING_JOB)).unwrap();

    assert_eq!(
        (job.id, &job.status),
        (DEMO_RUNNING_JOB, &JobStatus::Canceled)
    );
    assert!(job.is_finished());
    assert_eq!(job.status(), 201);
    assert_eq!(gitlab.job(DEMO_RUNNING_JOB).status(), "canceled");
}

fn cancel_can_be_forced(flavour: Flavour) {
    let gitlab = demo();
    gitlab.with(|state| state.settings.canceling = true);
    let client = flavour.build(quick(&gitlab));
    let target = "/api/v4/projects/42/jobs/4203/cancel";

    let job = send!(client, cancel_job(42, DEMO_RUNNING_JOB)).unwrap();
    assert_eq!(
        (&job.status, job.is_finished()),
        (&JobStatus::Canceling, false)
    );
    assert_eq!(only_request(&gitlab).target, target);

    let job = send!(client, cancel_job(42, DEMO_RUNNING_JOB).force(false)).unwrap();
    assert_eq!(job.status, JobStatus::Canceling);
    assert_eq!(
        only_request(&gitlab).target,
        format!("{target}?force=false")
    );

    let developer = flavour.build(quick(&gitlab).private_token(DEVELOPER_TOKEN));
    let call = send!(developer, cancel_job(42, DEMO_RUNNING_JOB).force(true));
    assert!(call.unwrap_err().is_forbidden());
    gitlab.clear_requests();

    let job = send!(client, cancel_job(42, DEMO_RUNNING_JOB).force(true)).unwrap();
    assert_eq!(job.status, JobStatus::Canceled);
    let line = "POST /api/v4/projects/42/jobs/4203/cancel?force=true";
    assert_eq!(
        lines(&only_request(&gitlab)),
        [line, ACCEPT_JSON, "content-length: 0", TOKEN]
    );
}

fn retry_makes_a_new_job(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let job = send!(client, retry_job(42, DEMO_FAILED_JOB)).unwrap();

    assert_ne!(job.id, DEMO_FAILED_JOB);
    assert_eq!((&*job.name, &job.status), ("rspec", &JobStatus::Pending));
    assert_eq!((job.failure_reason.as_ref(), job.finished_at), (None, None));
    assert!(gitlab.job(DEMO_FAILED_JOB).is_retried());
    assert_eq!(gitlab.job(job.id).status(), "pending");
}

fn retry_makes_a_new_bridge(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let bridge = send!(client, retry_job(42, DEMO_BRIDGE)).unwrap();

    assert_eq!(bridge.name, "trigger:docs");
    assert!(gitlab.job(bridge.id).is_bridge());
    assert!(gitlab.job(DEMO_BRIDGE).is_retried());
}

fn erase_removes_the_log(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));
    let before = send!(client, get_job(42, DEMO_FINISHED_JOB)).unwrap();
    assert!(before.artifacts_file.is_some() && before.erased_at.is_none());

    let job = send!(client, erase_job(42, DEMO_FINISHED_JOB)).unwrap();

    assert_eq!(job.id, DEMO_FINISHED_JOB);
    assert!(job.erased_at.is_some());
    assert_eq!(
        (job.artifacts_file.as_ref(), job.artifacts.len()),
        (None, 0)
    );
    assert!(gitlab.job(DEMO_FINISHED_JOB).is_erased());
    assert_eq!(gitlab.job(DEMO_FINISHED_JOB).log_length(), 0);
}

fn play_starts_a_manual_job_with_its_variables(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let job = send!(
        client,
        play_job("group/project", DEMO_MANUAL_JOB)
            .variable("TARGET", "staging")
            .variable("A", "1")
    );

    assert_eq!(
        (job.as_ref().unwrap().id, &job.unwrap().status),
        (DEMO_MANUAL_JOB, &JobStatus::Pending)
    );
    assert_eq!(
        lines(&only_request(&gitlab)),
        [
            "POST /api/v4/projects/group%2Fproject/jobs/4204/play",
            ACCEPT_JSON,
            "content-length: 89",
            "content-type: application/json",
            TOKEN,
            r#"{"job_variables_attributes":[{"key":"TARGET","value":"staging"},{"key":"A","value":"1"}]}"#,
        ]
    );
    assert_variables(&gitlab, &[("TARGET", "staging"), ("A", "1")]);
}

fn play_takes_any_text_in_its_variables(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));
    let text = "a \"quoted\" \\ line\nand grüße, 日本, \u{1f680} & $HOME";

    send!(
        client,
        play_job(42, DEMO_MANUAL_JOB)
            .variable("TEXT", text)
            .variable("EMPTY", "")
            .variable("TEXT", "2")
    )
    .unwrap();

    assert_variables(&gitlab, &[("TEXT", text), ("EMPTY", ""), ("TEXT", "2")]);
}

fn play_without_variables_sets_none(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    send!(client, play_job(42, DEMO_MANUAL_JOB)).unwrap();

    let request = only_request(&gitlab);
    assert_eq!(request.line(), "POST /api/v4/projects/42/jobs/4204/play");
    let sent = request.json().unwrap_or_default();
    assert!(sent["job_variables_attributes"].is_null(), "{sent}");
    assert_variables(&gitlab, &[]);
}

fn play_takes_a_whole_body(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));
    let mut body = JobPlayOptions::default();
    body.job_variables_attributes = vec![("A", "x").into(), ("B", "x").into()];

    send!(
        client,
        play_job(42, DEMO_MANUAL_JOB).body(body).variable("C", "x")
    )
    .unwrap();

    assert_variables(&gitlab, &[("A", "x"), ("B", "x"), ("C", "x")]);
}

fn assert_variables(gitlab: &FakeGitlab, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    assert_eq!(gitlab.job(DEMO_MANUAL_JOB).variables(), expected);
}

fn play_takes_inputs_beside_variables(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    send!(
        client,
        play_job(42, DEMO_MANUAL_JOB)
            .input("environment", "production")
            .variable("TARGET", "staging")
            .input("replicas", 3)
            .input("regions", vec!["eu", "us"])
            .inputs([("dry_run", false), ("verbose", true)])
            .input("replicas", 4)
    )
    .unwrap();

    let expected = json!({
        "environment": "production", "replicas": 4, "regions": ["eu", "us"], "dry_run": false, "verbose": true,
    });
    let sent = only_request(&gitlab).json().unwrap();
    assert_eq!(sent["job_inputs"], expected);
    assert_eq!(
        Value::from(gitlab.job(DEMO_MANUAL_JOB).inputs().clone()),
        expected
    );
    assert_variables(&gitlab, &[("TARGET", "staging")]);
}

fn retry_takes_inputs(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let job = send!(
        client,
        retry_job(42, DEMO_FAILED_JOB)
            .input("environment", "staging")
            .inputs([("replicas", 2)])
    );

    let inputs = gitlab.job(job.unwrap().id).inputs().clone();
    let expected = json!({ "environment": "staging", "replicas": 2 });
    assert_eq!(Value::from(inputs), expected);
    let request = only_request(&gitlab);
    assert_eq!(request.json().unwrap(), json!({ "inputs": expected }));

    // Without inputs there is no body.
    send!(client, retry_job(42, DEMO_BRIDGE)).unwrap();
    assert!(only_request(&gitlab).body.is_empty());
}

fn play_can_return_another_job(flavour: Flavour) {
    let gitlab = demo();
    gitlab.with(|state| state.settings.play_falls_back_to_retry = true);
    let client = flavour.build(quick(&gitlab));

    let job = send!(client, play_job(42, DEMO_FAILED_JOB)).unwrap();

    assert_ne!(job.id, DEMO_FAILED_JOB);
    assert_eq!(gitlab.job(job.id).status(), "pending");
}

fn play_of_a_bridge_returns_that_bridge(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let job = send!(client, play_job(42, DEMO_MANUAL_BRIDGE)).unwrap();

    assert_eq!(
        (job.id, &job.status),
        (DEMO_MANUAL_BRIDGE, &JobStatus::Pending)
    );
    assert_eq!(
        (job.downstream_pipeline.as_ref(), job.runner.as_ref()),
        (None, None)
    );
    assert!(job.artifacts.is_empty() && job.tag_list.is_empty());

    gitlab.with(|state| {
        state
            .job_mut(DEMO_MANUAL_BRIDGE)
            .set_status("manual")
            .set_downstream(Some(421))
            .id()
    });
    let bridge = send_as!(client, Bridge, play_job(42, DEMO_MANUAL_BRIDGE)).unwrap();
    assert_eq!(bridge.downstream_pipeline.as_ref().unwrap().id, 421);
}

fn an_action_with_status_200_is_a_success_too(flavour: Flavour) {
    let gitlab = demo();
    gitlab.with(|state| state.settings.actions_return_200 = true);
    let client = flavour.build(quick(&gitlab));

    for call in [
        send!(client, cancel_job(42, DEMO_RUNNING_JOB)),
        send!(client, retry_job(42, DEMO_FAILED_JOB)),
        send!(client, erase_job(42, DEMO_FINISHED_JOB)),
    ] {
        assert_eq!(call.unwrap().status(), 200);
    }
}
