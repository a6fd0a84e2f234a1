//! Responses decoded into the caller's types, for fields that no model has yet.

use fake_gitlab::{DEMO_BRIDGE, DEMO_FINISHED_JOB, DEMO_RUNNING_JOB, FakeGitlab};
use futures_util::TryStreamExt;
use gitlab_jobs::types::Job;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::flavour::{Client, Flavour, RUNTIME, for_both_clients, send_as};
use crate::scene::{demo, quick};
use crate::wire::request_lines;

for_both_clients! {
    every_json_operation_can_decode_into_the_callers_type,
    a_list_can_yield_items_of_the_callers_type,
    a_list_can_yield_pages_of_the_callers_type,
    a_field_missing_from_the_response_is_named,
    a_model_can_be_part_of_the_callers_type,
}

#[derive(Debug, Deserialize, PartialEq)]
struct MyJob {
    id: u64,
    brand_new: Option<String>,
}

#[derive(Debug, Deserialize)]
struct MyAgents {
    allowed_agents: Vec<Value>,
}

fn gitlab() -> FakeGitlab {
    let gitlab = demo();
    gitlab.with(|state| {
        for id in [DEMO_FINISHED_JOB, DEMO_RUNNING_JOB, DEMO_BRIDGE] {
            state.job_mut(id).set_field("brand_new", "yes");
        }
    });
    gitlab
}

fn mine(id: u64) -> MyJob {
    MyJob {
        id,
        brand_new: Some("yes".to_owned()),
    }
}

fn every_json_operation_can_decode_into_the_callers_type(flavour: Flavour) {
    let gitlab = gitlab();
    let client = flavour.build(quick(&gitlab));

    let jobs = send_as!(client, Vec<MyJob>, list_project_jobs(42).scope("running")).unwrap();
    assert_eq!(*jobs, [mine(DEMO_RUNNING_JOB)]);
    let jobs = send_as!(
        client,
        Vec<MyJob>,
        list_pipeline_jobs(42, 420).scope("running")
    );
    assert_eq!(*jobs.unwrap(), [mine(DEMO_RUNNING_JOB)]);
    let bridges = send_as!(
        client,
        Vec<MyJob>,
        list_pipeline_bridges(42, 420).scope("success")
    );
    assert_eq!(*bridges.unwrap(), [mine(DEMO_BRIDGE)]);
    let job = send_as!(client, MyJob, get_job(42, DEMO_FINISHED_JOB)).unwrap();
    assert_eq!((&*job, job.status()), (&mine(DEMO_FINISHED_JOB), http(200)));
    let job = send_as!(client, MyJob, retry_job(42, DEMO_FINISHED_JOB)).unwrap();
    assert_eq!(
        (job.brand_new.as_deref(), job.status()),
        (Some("yes"), http(201))
    );
    let job = send_as!(client, MyJob, erase_job(42, DEMO_FINISHED_JOB)).unwrap();
    assert_eq!(*job, mine(DEMO_FINISHED_JOB));

    let own = flavour.build(quick(&gitlab).job_token(gitlab.job(DEMO_RUNNING_JOB).token()));
    let job = send_as!(own, MyJob, get_job_token_job()).unwrap();
    assert_eq!(*job, mine(DEMO_RUNNING_JOB));
    let agents = send_as!(own, MyAgents, get_allowed_agents()).unwrap();
    assert_eq!(
        agents.allowed_agents[0]["configuration"]["default_namespace"],
        "production"
    );

    let job = send_as!(client, MyJob, cancel_job(42, DEMO_RUNNING_JOB)).unwrap();
    assert_eq!(*job, mine(DEMO_RUNNING_JOB));
    gitlab.with(|state| state.job_mut(DEMO_RUNNING_JOB).set_status("manual").id());
    let job = send_as!(client, MyJob, play_job(42, DEMO_RUNNING_JOB)).unwrap();
    assert_eq!(*job, mine(DEMO_RUNNING_JOB));
}

fn http(status: u16) -> gitlab_jobs::StatusCode {
    gitlab_jobs::StatusCode::from_u16(status).unwrap()
}

fn a_list_can_yield_items_of_the_callers_type(flavour: Flavour) {
    let gitlab = gitlab();

    let jobs: Vec<MyJob> = match flavour.build(quick(&gitlab)) {
        Client::Async(client) => {
            let jobs = client.list_project_jobs(42).per_page(2).stream_as();
            RUNTIME.block_on(jobs.try_collect()).unwrap()
        }
        Client::Blocking(client) => {
            let jobs = client.list_project_jobs(42).per_page(2).iter_as();
            jobs.collect::<Result<_, _>>().unwrap()
        }
    };

    assert_eq!(
        jobs.iter().map(|job| job.id).collect::<Vec<_>>(),
        [4204, 4203, 4202, 4201]
    );
    assert_eq!(
        (&jobs[1], &jobs[3]),
        (&mine(DEMO_RUNNING_JOB), &mine(DEMO_FINISHED_JOB))
    );
    assert_eq!(request_lines(&gitlab).len(), 2);
}

fn a_list_can_yield_pages_of_the_callers_type(flavour: Flavour) {
    let gitlab = gitlab();

    let pages: Vec<gitlab_jobs::Response<Vec<MyJob>>> = match flavour.build(quick(&gitlab)) {
        Client::Async(client) => {
            let pages = client.list_pipeline_jobs(42, 420).per_page(3).pages_as();
            RUNTIME.block_on(pages.try_collect()).unwrap()
        }
        Client::Blocking(client) => {
            let pages = client.list_pipeline_jobs(42, 420).per_page(3).pages_as();
            pages.collect::<Result<_, _>>().unwrap()
        }
    };

    let ids: Vec<Vec<u64>> = pages
        .iter()
        .map(|page| page.iter().map(|job| job.id).collect())
        .collect();
    assert_eq!(ids, [vec![4204, 4203, 4202], vec![4201]]);
    assert_eq!(pages[1].page_info().total, Some(4));
}

fn a_field_missing_from_the_response_is_named(flavour: Flavour) {
    #[derive(Debug, Deserialize)]
    struct Demanding {
        #[serde(rename = "colour")]
        _colour: String,
    }
    let gitlab = gitlab();
    let client = flavour.build(quick(&gitlab));

    let call = send_as!(client, Vec<Demanding>, list_project_jobs(42));

    let error = call.unwrap_err();
    assert!(error.is_decode());
    assert_eq!(error.decode_path(), Some("[0]"));
    assert_eq!(error.operation_id(), Some("list_project_jobs"));
    assert_eq!(error.status(), Some(http(200)));
    assert!(error.body().unwrap().starts_with(b"[{"));
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("colour"), "{source}");
}

fn a_model_can_be_part_of_the_callers_type(flavour: Flavour) {
    #[derive(Debug, Deserialize, Serialize)]
    struct Whole {
        #[serde(flatten)]
        job: Job,
        #[serde(flatten)]
        more: Map<String, Value>,
    }
    let gitlab = gitlab();
    let client = flavour.build(quick(&gitlab));

    let response = send_as!(client, Value, get_job(42, DEMO_FINISHED_JOB));
    let whole = send_as!(client, Whole, get_job(42, DEMO_FINISHED_JOB));

    let (response, whole) = (response.unwrap(), whole.unwrap());
    assert_eq!(whole.job.id, DEMO_FINISHED_JOB);
    // The model takes its own fields, and leaves the others.
    assert_eq!(
        Value::from(whole.more.clone()),
        json!({ "brand_new": "yes" })
    );
    let written = serde_json::to_string(&*whole).unwrap();
    assert_eq!(
        written.matches(r#""id":4"#).count(),
        response.to_string().matches(r#""id":4"#).count()
    );
}
