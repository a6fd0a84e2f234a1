//! Values that break other clients, as a program that uses the models sees them.

use chrono::{TimeZone, Utc};
use gitlab_jobs::types::{AgentAccess, Bridge, FailureReason, Job, JobStatus, PipelineStatus};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::samples::{documented, sample};

fn decode<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_str(&value.to_string()).unwrap_or_else(|error| panic!("{error}\n{value:#}"))
}

fn job_with(changes: Value) -> Value {
    let mut job = documented("get_job").clone();
    let Value::Object(changes) = changes else {
        panic!("changes are an object")
    };
    job.as_object_mut().unwrap().extend(changes);
    job
}

#[test]
fn unknown_status_decodes_and_is_not_finished() {
    let page = json!([
        job_with(json!({ "status": "hibernating" })),
        documented("get_job")
    ]);

    let jobs: Vec<Job> = decode(&page);

    assert!(matches!(jobs[0].status, JobStatus::Unknown(_)));
    assert_eq!(jobs[0].status.to_string(), "hibernating");
    assert!(!jobs[0].is_finished());
    assert_eq!(jobs[1].status, JobStatus::Failed);
    assert!(jobs[1].is_finished());
}

#[test]
fn unknown_failure_reason_is_kept() {
    let job: Job = decode(&job_with(json!({ "failure_reason": "cosmic_ray" })));

    assert_eq!(job.failure_reason, Some(FailureReason::from("cosmic_ray")));
    assert_eq!(job.failure_reason.unwrap().as_str(), "cosmic_ray");
}

#[test]
fn ids_beyond_32_bits_are_kept() {
    let mut bridge = documented("list_pipeline_bridges")[0].clone();
    bridge["id"] = json!(6_747_393_391_u64);
    bridge["downstream_pipeline"]["id"] = json!(9_223_372_036_854_775_807_u64);

    let bridge: Bridge = decode(&bridge);

    assert_eq!(bridge.id, 6_747_393_391);
    assert_eq!(bridge.downstream_pipeline.unwrap().id, i64::MAX as u64);
}

#[test]
fn null_boolean_decodes() {
    let nulls = json!({ "tag": null, "allow_failure": null, "archived": null });

    let job: Job = decode(&job_with(nulls));

    assert_eq!(
        (job.tag, job.allow_failure, job.archived),
        (None, None, None)
    );
}

#[test]
fn whole_number_of_seconds_or_percent_decodes() {
    let job: Job = decode(&job_with(
        json!({ "duration": 240, "queued_duration": 0, "coverage": 97 }),
    ));

    assert_eq!(
        (job.duration, job.queued_duration, job.coverage),
        (Some(240.0), Some(0.0), Some(97.0))
    );
}

#[test]
fn commit_from_another_time_zone_has_the_right_instant() {
    let job: Job = decode(documented("get_job"));

    let expected = Utc.with_ymd_and_hms(2015, 12, 24, 15, 51, 14).unwrap();
    assert_eq!(job.commit.unwrap().created_at, Some(expected));
}

#[test]
fn bridge_in_response_to_an_action_decodes_with_its_downstream_pipeline() {
    let response = sample("examples/additional/play_bridge.json").1;

    let job: Job = decode(response);
    let downstream = job.downstream_pipeline.as_ref().unwrap();
    assert_eq!(
        (downstream.id, &downstream.status),
        (90233, &PipelineStatus::Created)
    );
    assert_eq!(
        (job.runner, job.artifacts.len(), job.tag_list.len()),
        (None, 0, 0)
    );

    let bridge: Bridge = decode(response);
    assert_eq!(bridge.downstream_pipeline.unwrap().id, 90233);
}

#[test]
fn agents_of_the_documentation_and_of_real_servers_decode() {
    let old: AgentAccess = decode(documented("get_allowed_agents"));
    assert_eq!(old.user.name.as_deref(), Some("John Doe3"));
    assert_eq!(
        (old.environment, old.user.roles_in_project.len()),
        (None, 0)
    );

    let new = sample("examples/additional/allowed_agents_deploying.json").1;
    let new: AgentAccess = decode(new);
    assert!(
        new.user
            .roles_in_project
            .iter()
            .any(|role| role == "developer")
    );
    assert!(new.environment.unwrap().slug.is_some());
    assert!(
        new.allowed_agents
            .iter()
            .any(|agent| agent.configuration.contains_key("default_namespace"))
    );
}

#[test]
fn job_knows_its_project() {
    let job: Job = decode(documented("get_job"));
    assert_eq!(job.project_id(), Some(1));
    let job: Job = decode(documented("play_job"));
    assert_eq!(job.project_id(), None);
}
