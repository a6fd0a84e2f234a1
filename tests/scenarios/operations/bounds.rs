//! Bounds of the public types, such as `Send` and `Debug`. It is enough that this compiles.

use std::fmt::Debug;

use gitlab_jobs::types::Job;
use gitlab_jobs::{
    Client, ClientBuilder, Cursor, Error, Items, PageInfo, Pages, ProjectId, RateLimit, Response,
    RetryPolicy, builder, types,
};
use gitlab_jobs_blocking as blocking;

fn shared<T: Send + Sync + Debug + 'static>() {}
fn cheap<T: Clone + Send + Sync + Debug + 'static>() {}
fn sendable<T: Send + 'static>(_: &T) {}
fn error<T: std::error::Error + Send + Sync + 'static>() {}

#[test]
fn clients_responses_and_errors_cross_threads() {
    cheap::<Client>();
    cheap::<blocking::Client>();
    shared::<ClientBuilder>();
    shared::<blocking::ClientBuilder>();
    cheap::<Response<Job>>();
    error::<Error>();
    error::<gitlab_jobs::InvalidProjectId>();
    error::<gitlab_jobs::InvalidCursor>();
    cheap::<(ProjectId, Cursor, PageInfo, RateLimit, RetryPolicy)>();
    cheap::<(types::Job, types::Bridge, types::AgentAccess)>();
}

#[test]
fn operations_lists_and_logs_cross_threads() {
    macro_rules! builders {
        ($($name:ident)+) => {
            $(
                cheap::<builder::$name>();
                cheap::<blocking::builder::$name>();
            )+
        };
    }
    builders! {
        ListProjectJobs ListPipelineJobs ListPipelineBridges GetJobTokenJob GetAllowedAgents GetJob GetJobLog CancelJob
        RetryJob EraseJob PlayJob
    }
    shared::<Items<Job>>();
    shared::<Pages<Job>>();
    shared::<blocking::Items<Job>>();
    shared::<blocking::Pages<Job>>();
    shared::<gitlab_jobs::log::JobLog>();
    shared::<blocking::log::JobLog>();
}

#[test]
fn futures_can_be_spawned() {
    let client = Client::builder().build().unwrap();
    sendable(&client.list_project_jobs(1).send());
    sendable(&client.list_pipeline_jobs(1, 8).send());
    sendable(&client.list_pipeline_bridges(1, 8).send());
    sendable(&client.get_job_token_job().send());
    sendable(&client.get_allowed_agents().send());
    sendable(&client.get_job(1, 8).send());
    sendable(&client.get_job_log(1, 8).send());
    sendable(&client.cancel_job(1, 8).send());
    sendable(&client.retry_job(1, 8).send());
    sendable(&client.erase_job(1, 8).send());
    sendable(&client.play_job(1, 8).send());
    sendable(&client.get_job(1, 8).into_future());
    sendable(&client.get_job(1, 8).send_as::<serde_json::Value>());
}
