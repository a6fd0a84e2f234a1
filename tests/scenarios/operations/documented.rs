//! Each documented operation once: the exact request, and the documented response.

use std::fmt::Debug;
use std::path::Path;

use fake_gitlab::{DOCUMENTED_JOB_TOKEN, FakeGitlab};
use gitlab_jobs::types::{AgentAccess, Bridge, Job};
use gitlab_jobs::{ClientBuilder, Error, Response};
use serde::de::DeserializeOwned;

use crate::flavour::{Client, Flavour, for_both_clients, send};
use crate::scene::quick;
use crate::wire::{ACCEPT_JSON, TOKEN, lines, only_request};

const JOB_TOKEN: &str = "job-token: glcbt-documented-job-token";

/// A call of an operation, with the expected request and response.
struct Scenario {
    operation: &'static str,
    options: fn(&FakeGitlab) -> ClientBuilder,
    /// Makes the call, and returns the response as text.
    call: fn(&Client) -> Result<String, Error>,
    response: fn() -> String,
    request: &'static [&'static str],
}

macro_rules! scenario {
    ($operation:literal, $options:expr, $type:ty, [$($call:tt)+], $request:expr) => {
        Scenario {
            operation: $operation,
            options: $options,
            call: |client| {
                let response: Response<$type> = send!(client, $($call)+)?;
                Ok(shown(&*response))
            },
            response: || shown(&sample::<$type>($operation)),
            request: $request,
        }
    };
}

const SCENARIOS: &[Scenario] = &[
    scenario!(
        "list_project_jobs",
        quick,
        Vec<Job>,
        [list_project_jobs("foo/bar")],
        &["GET /api/v4/projects/foo%2Fbar/jobs", ACCEPT_JSON, TOKEN]
    ),
    scenario!(
        "list_pipeline_jobs",
        quick,
        Vec<Job>,
        [list_pipeline_jobs("foo/bar", 6)],
        &[
            "GET /api/v4/projects/foo%2Fbar/pipelines/6/jobs",
            ACCEPT_JSON,
            TOKEN
        ]
    ),
    scenario!(
        "list_pipeline_bridges",
        quick,
        Vec<Bridge>,
        [list_pipeline_bridges("foo/bar", 6)],
        &[
            "GET /api/v4/projects/foo%2Fbar/pipelines/6/bridges",
            ACCEPT_JSON,
            TOKEN
        ]
    ),
    scenario!(
        "get_job_token_job",
        documented_job,
        Job,
        [get_job_token_job()],
        &["GET /api/v4/job", ACCEPT_JSON, JOB_TOKEN]
    ),
    scenario!(
        "get_allowed_agents",
        documented_job,
        AgentAccess,
        [get_allowed_agents()],
        &["GET /api/v4/job/allowed_agents", ACCEPT_JSON, JOB_TOKEN]
    ),
    scenario!(
        "get_job",
        quick,
        Job,
        [get_job("foo/bar", 8)],
        &["GET /api/v4/projects/foo%2Fbar/jobs/8", ACCEPT_JSON, TOKEN]
    ),
    Scenario {
        operation: "get_job_log",
        options: quick,
        call: |client| {
            let log = client.read_log("foo/bar", 8)?;
            Ok(log.escape_ascii().to_string())
        },
        response: || DOCUMENTED_LOG.escape_ascii().to_string(),
        request: &[
            "GET /api/v4/projects/foo%2Fbar/jobs/8/trace",
            "accept: */*",
            TOKEN,
        ],
    },
    scenario!(
        "cancel_job",
        quick,
        Job,
        [cancel_job("foo/bar", 1)],
        &[
            "POST /api/v4/projects/foo%2Fbar/jobs/1/cancel",
            ACCEPT_JSON,
            NO_BODY,
            TOKEN
        ]
    ),
    scenario!(
        "retry_job",
        quick,
        Job,
        [retry_job("foo/bar", 1)],
        &[
            "POST /api/v4/projects/foo%2Fbar/jobs/1/retry",
            ACCEPT_JSON,
            NO_BODY,
            TOKEN
        ]
    ),
    scenario!(
        "erase_job",
        quick,
        Job,
        [erase_job("foo/bar", 1)],
        &[
            "POST /api/v4/projects/foo%2Fbar/jobs/1/erase",
            ACCEPT_JSON,
            NO_BODY,
            TOKEN
        ]
    ),
    scenario!(
        "play_job",
        quick,
        Job,
        [play_job("foo/bar", 1)
            .variable("TEST_VAR_1", "test1")
            .variable("TEST_VAR_2", "test2")],
        &[
            "POST /api/v4/projects/foo%2Fbar/jobs/1/play",
            ACCEPT_JSON,
            "content-length: 104",
            "content-type: application/json",
            TOKEN,
            r#"{"job_variables_attributes":[{"key":"TEST_VAR_1","value":"test1"},{"key":"TEST_VAR_2","value":"test2"}]}"#,
        ]
    ),
];

const NO_BODY: &str = "content-length: 0";

const DOCUMENTED_LOG: &[u8] = b"\x1b[0KRunning with gitlab-runner 9.5.1\x1b[0;m\n\
    section_start:1450979670:build_script\r\x1b[0KInspecting 1 file\n\
    spec/teaspoon.rb:1:1: C: Missing magic comment.\n\
    1 file inspected, 1 offense detected\n\
    section_end:1450979671:build_script\r\x1b[0K\
    \x1b[31;1mERROR: Job failed: exit code 1\x1b[0;m\n";

fn documented_job(gitlab: &FakeGitlab) -> ClientBuilder {
    quick(gitlab).job_token(DOCUMENTED_JOB_TOKEN)
}

fn sample<T: DeserializeOwned>(operation: &str) -> T {
    serde_json::from_str(&read(&format!("examples/documented/{operation}.json"))).unwrap()
}

const SPEC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec");

fn read(file: &str) -> String {
    std::fs::read_to_string(Path::new(SPEC).join(file)).unwrap()
}

fn shown(value: &impl Debug) -> String {
    format!("{value:#?}")
}

macro_rules! tests {
    ($($operation:ident)+) => {
        const TESTS: &[&str] = &[$(stringify!($operation)),+];

        for_both_clients! {
            $($operation,)+
        }

        $(
            fn $operation(flavour: Flavour) {
                sends_the_documented_request_and_returns_the_documented_response(flavour, stringify!($operation));
            }
        )+
    };
}

tests! {
    list_project_jobs list_pipeline_jobs list_pipeline_bridges get_job_token_job get_allowed_agents get_job get_job_log
    cancel_job retry_job erase_job play_job
}

fn sends_the_documented_request_and_returns_the_documented_response(
    flavour: Flavour,
    operation: &str,
) {
    let scenario = SCENARIOS
        .iter()
        .find(|scenario| scenario.operation == operation)
        .unwrap();
    let gitlab = FakeGitlab::start();
    let client = flavour.build((scenario.options)(&gitlab));

    let response = (scenario.call)(&client);

    let request = only_request(&gitlab);
    assert_eq!(request.operation, Some(operation));
    assert_eq!(lines(&request), scenario.request);
    assert_eq!(response.unwrap(), (scenario.response)());
}

#[test]
fn every_documented_operation_is_tested() {
    let spec = read("openapi.yaml");
    // The log is not JSON, and the documentation has no sample of operations that only newer servers have.
    let is_documented = |operation: &&str| {
        let sample = format!("examples/documented/{operation}.json");
        *operation == "get_job_log" || Path::new(SPEC).join(sample).exists()
    };
    let operations = spec
        .lines()
        .filter_map(|line| line.trim().strip_prefix("operationId: "))
        .filter(is_documented);
    let operations: Vec<_> = operations.collect();
    let scenarios: Vec<_> = SCENARIOS
        .iter()
        .map(|scenario| scenario.operation)
        .collect();
    let remedy = "each needs a scenario here, in the order of the spec";
    assert_eq!(scenarios, operations, "{remedy}");
    assert_eq!(TESTS, operations, "{remedy}, and its name below `tests!`");
}
