//! The GitLab that every language is let loose on: what its jobs look like is what clients stumble over.

use fake_gitlab::{FakeGitlab, Fault};
use serde_json::{Value, json};

const PROJECT: u64 = 77;
const PIPELINE: u64 = 2_199_023_255_552;
const DOWNSTREAM: u64 = PIPELINE + 1;
/// The first of the jobs. The programs name each by its full id.
const FIRST: u64 = 6_747_393_390;

/// What the log of the running job holds: colours, carriage returns, a zero byte, and bytes that are no UTF-8.
const LOG: &[u8] = b"\x1b[32;1m$ make\x1b[0;m\r\nna\xefve \xff\xfe\x00 end\n";

/// What a play with variables is asked to set.
pub(super) const VARIABLES: [(&str, &str); 2] =
    [("TEST_VAR_1", "test1"), ("GRUSS", "Grüße, \"du\" & 100 %")];

/// A running GitLab, one for each language.
pub(super) struct Scene {
    pub(super) gitlab: FakeGitlab,
    pub(super) job_token: String,
}

impl Scene {
    pub(super) fn open() -> Self {
        let gitlab = FakeGitlab::start();
        gitlab.with(|state| {
            state.add_project_with_id(PROJECT, "group/sub/project");
            state.add_agent(
                PROJECT,
                json!({"default_namespace": "production", "access_as": {"ci_job": {}}}),
            );
            state.add_pipeline_with_id(PROJECT, PIPELINE);
            state.add_pipeline_with_id(PROJECT, DOWNSTREAM);
            let mut add = |number: u64, name: &str, status: &str| {
                state
                    .add_job_with_id(PIPELINE, FIRST + number, name)
                    .set_status(status);
            };
            add(0, "retried", "failed");
            add(1, "strange", "success");
            add(2, "nulls", "failed");
            add(3, "bare", "skipped");
            add(4, "running", "running");
            add(5, "cancel", "running");
            add(6, "retry", "failed");
            add(7, "erase", "success");
            add(8, "play", "manual");
            add(9, "play plainly", "manual");

            state.job_mut(FIRST).set_retried(true);
            let strange = state.job_mut(FIRST + 1);
            for (key, value) in strange_fields() {
                strange.set_field(key, value);
            }
            let nulls = state.job_mut(FIRST + 2);
            for key in NULLABLE {
                nulls.set_field(key, Value::Null);
            }
            let bare = state.job_mut(FIRST + 3);
            for key in OPTIONAL {
                bare.remove_field(key);
            }
            state
                .job_mut(FIRST + 4)
                .set_environment("production")
                .set_log(LOG);
            state
                .job_mut(FIRST + 6)
                .set_failure_reason("script_failure");
            state
                .job_mut(FIRST + 7)
                .set_artifacts(true)
                .append_log("done\n");

            // The ids of bridges follow those of the jobs.
            state
                .add_bridge(PIPELINE, "trigger")
                .set_status("running")
                .set_downstream(Some(DOWNSTREAM));
            state
                .add_bridge(PIPELINE, "trigger by hand")
                .set_status("manual");
        });
        // Where servers differ in the status of a success, each language meets both.
        gitlab.on_request(|request, state| {
            state.settings.actions_return_200 = request.operation == Some("erase_job");
        });
        gitlab.inject(Fault::new().path("/jobs/429").retry_later(30));
        gitlab.inject(Fault::new().path("/jobs/502").bad_gateway());
        let job_token = gitlab.job(FIRST + 4).token();
        Self { gitlab, job_token }
    }
}

/// Values and fields that no version of the spec knows, and the odd forms that known ones take.
fn strange_fields() -> [(&'static str, Value); 8] {
    [
        ("status", json!("hibernating")),
        ("failure_reason", json!("gremlins")),
        ("source", json!("carrier_pigeon")),
        ("mood", json!({"level": 3, "words": ["calm"]})),
        ("coverage", json!(98.29)),
        ("duration", json!(7)),
        ("finished_at", json!("2026-11-20T16:05:31.000+01:00")),
        (
            "runner",
            json!({"id": 4_294_967_296_u64, "shoe_size": 42, "status": "asleep", "name": null}),
        ),
    ]
}

const NULLABLE: [&str; 14] = [
    "tag",
    "allow_failure",
    "coverage",
    "started_at",
    "finished_at",
    "erased_at",
    "duration",
    "queued_duration",
    "archived",
    "user",
    "commit",
    "runner",
    "runner_manager",
    "artifacts_expire_at",
];

const OPTIONAL: [&str; 22] = [
    "tag",
    "coverage",
    "allow_failure",
    "started_at",
    "finished_at",
    "erased_at",
    "duration",
    "queued_duration",
    "user",
    "commit",
    "pipeline",
    "project",
    "source",
    "artifacts",
    "artifacts_file",
    "runner",
    "runner_manager",
    "artifacts_expire_at",
    "archived",
    "tag_list",
    "failure_reason",
    "download_url",
];
