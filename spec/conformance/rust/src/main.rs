//! Calls all operations of the GitLab Jobs API with a client from progenitor at its defaults, and checks each response.
//!
//! `cargo xtask spec conformance rust` puts the spec beside `Cargo.toml`, builds and runs this, and then checks what was
//! sent.

progenitor::generate_api!("openapi.json");

mod check;

use std::env::var;

use futures::TryStreamExt;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

use check::{Checks, body, equal, failed, refused};
use types::{
    AgentAccessEnvironment, BridgeDownstreamPipeline, Job, JobDownstreamPipeline, JobPipeline,
    JobPlayOptions, JobRetryOptions, JobRunner, JobScopes, JobUser, JobVariable, ProjectId,
};

const PIPELINE: i64 = 2_199_023_255_552;
const JOB: i64 = 6_747_393_390;
const LOG: &[u8] = b"\x1b[32;1m$ make\x1b[0;m\r\nna\xefve \xff\xfe\x00 end\n";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let project = ProjectId("group/sub/project".to_owned());
    let gitlab = client("private-token", &var("PRIVATE_TOKEN").unwrap());
    let guest = client("private-token", &var("GUEST_TOKEN").unwrap());
    let nobody = client("private-token", "wrong");
    let inside_job = client("job-token", &var("CI_JOB_TOKEN").unwrap());
    let mut checks = Checks::default();

    lists(&mut checks, &gitlab, &project).await;
    job_token(&mut checks, &inside_job, &project).await;
    one(&mut checks, &gitlab, &nobody, &project).await;
    logs(&mut checks, &gitlab, &project).await;
    changes(&mut checks, &gitlab, &guest, &project).await;
    plays(&mut checks, &gitlab, &project).await;
    std::process::exit(i32::from(checks.failures > 0));
}

fn client(header: &'static str, token: &str) -> Client {
    let token = HeaderValue::from_str(token).unwrap();
    let headers = HeaderMap::from_iter([(HeaderName::from_static(header), token)]);
    let client = reqwest::Client::builder().default_headers(headers).build();
    Client::new_with_client(&var("CI_API_V4_URL").unwrap(), client.unwrap())
}

fn numbers(jobs: &[Job]) -> Vec<i64> {
    jobs.iter().map(|job| job.id - JOB).collect()
}

async fn lists(checks: &mut Checks, gitlab: &Client, project: &ProjectId) {
    let operation = "list_project_jobs";
    let scopes = ["failed", "running"].map(|scope| scope.to_owned().into());
    let (order, kind, sort) = ("id", "keyset", "desc");
    let page = gitlab
        .list_project_jobs(
            project,
            None,
            None,
            Some(&order.parse().unwrap()),
            None,
            Some(&kind.parse().unwrap()),
            Some(50),
            Some("main"),
            Some(&JobScopes(scopes.into())),
            Some(&sort.parse().unwrap()),
        )
        .await;
    checks.that(
        operation,
        "scopes are repeated",
        body(page).and_then(|jobs| equal(numbers(&jobs), vec![6, 5, 4, 2, 0])),
    );
    let page = gitlab
        .list_project_jobs(
            project,
            None,
            None,
            None,
            None,
            None,
            Some(100),
            None,
            None,
            None,
        )
        .await;
    checks.that(
        operation,
        "a page with unknown values decodes",
        page.map_err(failed).and_then(|page| {
            equal(page.headers()["x-per-page"].as_bytes(), b"100")?;
            equal(numbers(&page), vec![9, 8, 7, 6, 5, 4, 3, 2, 1, 0])?;
            equal(page[8].status.as_str(), "hibernating")
        }),
    );

    let operation = "list_pipeline_jobs";
    let page = gitlab
        .list_pipeline_jobs(project, PIPELINE, Some(true), None, None, None)
        .await;
    checks.that(
        operation,
        "retried jobs are included",
        body(page).and_then(|jobs| equal(jobs.len(), 10)),
    );
    let page = gitlab
        .list_pipeline_jobs(project, PIPELINE, None, None, None, None)
        .await;
    checks.that(
        operation,
        "retried jobs are left out",
        body(page).and_then(|jobs| equal(numbers(&jobs), vec![9, 8, 7, 6, 5, 4, 3, 2, 1])),
    );

    let downstream = |bridges: types::BridgeList| {
        let ids = bridges
            .iter()
            .map(|bridge| match &bridge.downstream_pipeline {
                Some(BridgeDownstreamPipeline::Variant0(pipeline)) => Some(pipeline.id),
                _ => None,
            });
        equal(ids.collect::<Vec<_>>(), vec![None, Some(PIPELINE + 1)])
    };
    let what = "a downstream pipeline can be null";
    let page = gitlab
        .list_pipeline_trigger_jobs(project, PIPELINE, None, None, None)
        .await;
    checks.that(
        "list_pipeline_trigger_jobs",
        what,
        body(page).and_then(downstream),
    );
    let page = gitlab
        .list_pipeline_bridges(project, PIPELINE, None, None, None)
        .await;
    checks.that(
        "list_pipeline_bridges",
        what,
        body(page).and_then(downstream),
    );
}

async fn job_token(checks: &mut Checks, inside_job: &Client, project: &ProjectId) {
    let job = inside_job.get_job_token_job().await;
    checks.that(
        "get_job_token_job",
        "a job token leads to its job",
        body(job).and_then(|job| equal(job.id, JOB + 4)),
    );
    let agents = inside_job.get_allowed_agents().await;
    checks.that(
        "get_allowed_agents",
        "agents come with their configuration",
        body(agents).and_then(|allowed| {
            let agent = &allowed.allowed_agents[0];
            equal(
                &agent.configuration["default_namespace"],
                &json!("production"),
            )?;
            equal(
                agent.config_project.path_with_namespace.as_deref(),
                Some(project.as_str()),
            )?;
            equal(allowed.pipeline.id, PIPELINE)?;
            let Some(AgentAccessEnvironment::Variant0(environment)) = &allowed.environment else {
                return Err("there is no environment".to_owned());
            };
            equal(environment.slug.as_deref(), Some("production"))?;
            equal(
                allowed.user.roles_in_project.join(" ").as_str(),
                "guest reporter developer",
            )
        }),
    );
}

async fn one(checks: &mut Checks, gitlab: &Client, nobody: &Client, project: &ProjectId) {
    let operation = "get_job";
    let job = gitlab.get_job(project, JOB + 1).await;
    checks.that(
        operation,
        "unknown values are kept and unknown fields are ignored",
        body(job).and_then(|job| {
            equal(job.id, 6_747_393_391)?;
            let words = [
                &*job.status,
                job.failure_reason.as_deref().unwrap(),
                job.source.as_deref().unwrap(),
            ];
            equal(
                words.map(String::as_str),
                ["hibernating", "gremlins", "carrier_pigeon"],
            )?;
            equal((job.coverage, job.duration), (Some(98.29), Some(7.0)))?;
            equal(
                job.finished_at.unwrap().to_rfc3339(),
                "2026-11-20T15:05:31+00:00".to_owned(),
            )?;
            let Some(JobRunner::Variant0(runner)) = job.runner else {
                return Err("there is no runner".to_owned());
            };
            equal((runner.id, runner.name), (4_294_967_296, None))?;
            equal(runner.status.as_deref().map(String::as_str), Some("asleep"))?;
            match job.pipeline {
                Some(JobPipeline::Variant0(pipeline)) => equal(pipeline.id, PIPELINE),
                other => Err(format!("{other:?} is not a pipeline")),
            }
        }),
    );
    let job = gitlab.get_job(project, JOB + 2).await;
    checks.that(
        operation,
        "nulls are accepted",
        body(job).and_then(|job| {
            let references = [
                job.user.is_none(),
                job.commit.is_none(),
                job.runner.is_none(),
                job.runner_manager.is_none(),
            ];
            equal(references, [true; 4])?;
            equal(
                (job.started_at, job.finished_at, job.erased_at),
                (None, None, None),
            )?;
            equal(
                (job.coverage, job.duration, job.queued_duration),
                (None, None, None),
            )?;
            equal((job.tag, job.allow_failure), (None, None))
        }),
    );
    let job = gitlab.get_job(project, JOB + 3).await;
    checks.that(
        operation,
        "absent fields are accepted",
        body(job).and_then(|job| {
            equal(
                (job.name.as_str(), job.status.as_str()),
                ("bare", "skipped"),
            )?;
            equal((job.user.is_none(), job.artifacts.len()), (true, 0))
        }),
    );
    let job = gitlab.get_job(&ProjectId("1".to_owned()), 8).await;
    checks.that(
        operation,
        "a documented sample decodes",
        body(job).and_then(|job| {
            equal(
                (job.name.as_str(), job.status.as_str()),
                ("rubocop", "failed"),
            )?;
            match job.user {
                Some(JobUser::Variant0(user)) => equal(user.username.as_deref(), Some("root")),
                other => Err(format!("{other:?} is not a user")),
            }
        }),
    );
    let job = gitlab.get_job(project, 404).await;
    checks.that(
        operation,
        "a job that does not exist is an error",
        refused(job, 404, "404 Not found"),
    );
    let job = nobody.get_job(project, JOB + 1).await;
    checks.that(
        operation,
        "a wrong token is an error",
        refused(job, 401, "401 Unauthorized"),
    );
    // This client decodes JSON whatever the media type, and keeps only the bytes of what is not.
    for (number, what, words) in [
        (
            429,
            "a rate limit in plain text is an error",
            "Retry later\n",
        ),
        (502, "a page of a proxy is an error", "Bad Gateway"),
    ] {
        let result = match gitlab.get_job(project, number).await {
            Err(Error::InvalidResponsePayload(bytes, _)) => {
                equal(String::from_utf8_lossy(&bytes).contains(words), true)
            }
            other => Err(format!("{other:?} is another response")),
        };
        checks.that(operation, what, result);
    }
}

async fn logs(checks: &mut Checks, gitlab: &Client, project: &ProjectId) {
    for (number, limit, offset, what, wanted) in [
        (4, None, None, "a log is bytes", LOG),
        (4, Some(6), Some(7), "a part of a log is bytes", &LOG[7..13]),
        (3, None, None, "a log can be empty", b""),
    ] {
        let log = gitlab
            .get_job_log(project, JOB + number, limit, offset)
            .await;
        let result = match log {
            Ok(log) => match log.into_inner_stream().try_collect::<Vec<_>>().await {
                Ok(parts) => equal(parts.concat().as_slice(), wanted),
                Err(error) => Err(error.to_string()),
            },
            Err(error) => Err(failed(error)),
        };
        checks.that("get_job_log", what, result);
    }
}

async fn changes(checks: &mut Checks, gitlab: &Client, guest: &Client, project: &ProjectId) {
    let job = gitlab.cancel_job(project, JOB + 5, Some(true)).await;
    checks.that(
        "cancel_job",
        "a job is canceled",
        job.map_err(failed).and_then(|job| {
            equal(
                (job.status().as_u16(), job.status.as_str()),
                (201, "canceled"),
            )
        }),
    );

    let inputs = json!({ "environment": "staging", "replicas": 3 });
    let body = JobRetryOptions {
        inputs: inputs.as_object().unwrap().clone(),
    };
    let job = gitlab.retry_job(project, JOB + 6, &body).await;
    checks.that(
        "retry_job",
        "a retry with inputs is a new job",
        job.map_err(failed).and_then(|job| {
            let status = job.status().as_u16();
            let job = job.into_inner();
            equal(
                (status, job.status.as_str(), job.name.as_str()),
                (201, "pending", "retry"),
            )?;
            equal(job.id > JOB + 9, true)
        }),
    );
    let job = guest
        .retry_job(project, JOB + 7, &JobRetryOptions::default())
        .await;
    checks.that(
        "retry_job",
        "a guest cannot retry",
        refused(job, 403, "403 Forbidden"),
    );

    let job = gitlab.erase_job(project, JOB + 7).await;
    checks.that(
        "erase_job",
        "an erase can return 200",
        job.map_err(failed).and_then(|job| {
            equal(
                (
                    job.status().as_u16(),
                    job.artifacts.len(),
                    job.erased_at.is_some(),
                ),
                (200, 0, true),
            )
        }),
    );
    let job = gitlab.erase_job(project, JOB + 7).await;
    checks.that(
        "erase_job",
        "a second erase is refused",
        refused(job, 403, "not erasable"),
    );
}

async fn plays(checks: &mut Checks, gitlab: &Client, project: &ProjectId) {
    let operation = "play_job";
    let variable = |key: &str, value: &str| JobVariable {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    let inputs = json!({ "environment": "production" });
    let request = JobPlayOptions {
        job_variables_attributes: vec![
            variable("TEST_VAR_1", "test1"),
            variable("GRUSS", "Grüße, \"du\" & 100 %"),
        ],
        job_inputs: inputs.as_object().unwrap().clone(),
    };
    let pending = |job: Job| equal(job.status.as_str(), "pending");
    let job = gitlab.play_job(project, JOB + 8, &request).await;
    checks.that(
        operation,
        "variables and inputs are sent",
        body(job).and_then(pending),
    );
    let nothing = JobPlayOptions::default();
    let job = gitlab.play_job(project, JOB + 9, &nothing).await;
    checks.that(
        operation,
        "variables and inputs can be left out",
        body(job).and_then(pending),
    );
    let job = gitlab.play_job(project, JOB + 11, &nothing).await;
    checks.that(
        operation,
        "a bridge can be played",
        body(job).and_then(|job| {
            let downstream = matches!(
                job.downstream_pipeline,
                Some(JobDownstreamPipeline::Variant0(_))
            );
            equal((job.status.as_str(), downstream), ("pending", false))
        }),
    );
    let job = gitlab.play_job(project, JOB + 9, &nothing).await;
    let message = "400 Bad request - Unplayable Job";
    checks.that(
        operation,
        "a job cannot be played twice",
        refused(job, 400, message),
    );
}
