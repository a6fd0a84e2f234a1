//! A job's log: its bytes as they are, through every interface of both crates.

use std::io::{BufRead, Read};

use fake_gitlab::{DEMO_FINISHED_JOB, FakeGitlab, GeneratedLog};
use futures_util::{StreamExt, TryStreamExt};
use tokio::io::{AsyncBufReadExt, AsyncReadExt};

use crate::sdk::{Client, Sdk, runtime};

with_both! {
    a_log_comes_byte_for_byte,
    a_long_log_comes_byte_for_byte,
    a_log_that_is_not_there_yet_is_empty,
    a_log_that_a_server_denies_is_not_found,
    a_log_tells_its_headers_and_its_length,
}

/// ANSI codes, section markers, carriage returns, zero bytes, and what is not UTF-8.
const LOG: &[u8] = b"\x1b[0;msection_start:1:a\r\x1b[0Kone\r\n\xff\xfe\x00 caf\xc3\xa9 \xe2\x82\n\n last";

/// A server with one job that has this log.
fn gitlab_with(log: &[u8]) -> FakeGitlab {
    let gitlab = FakeGitlab::builder().demo_project().start();
    gitlab.with(|state| state.job_mut(DEMO_FINISHED_JOB).set_log(log).id());
    gitlab
}

/// The log that fake-gitlab makes up, all of it.
fn generated(length: u64) -> Vec<u8> {
    GeneratedLog::new(length).flatten().collect()
}

fn a_log_comes_byte_for_byte(sdk: Sdk) {
    let gitlab = gitlab_with(LOG);
    let client = sdk.maintainer(&gitlab);

    let log = read_log!(client, it => it.get_job_log().id(42).job_id(DEMO_FINISHED_JOB)).unwrap();

    assert_eq!(log, LOG);
}

fn a_long_log_comes_byte_for_byte(sdk: Sdk) {
    let length = 3_000_001;
    let gitlab = gitlab_with(b"");
    gitlab.with(|state| state.job_mut(DEMO_FINISHED_JOB).set_generated_log(length).id());
    let client = sdk.maintainer(&gitlab);

    let log = read_log!(client, it => it.get_job_log().id(42).job_id(DEMO_FINISHED_JOB)).unwrap();

    assert_eq!(log.len() as u64, length);
    assert!(log == generated(length), "the log differs");
    assert_eq!(gitlab.take_requests().len(), 1);
}

fn a_log_that_is_not_there_yet_is_empty(sdk: Sdk) {
    let gitlab = gitlab_with(b"");
    let client = sdk.maintainer(&gitlab);

    let log = read_log!(client, it => it.get_job_log().id(42).job_id(DEMO_FINISHED_JOB)).unwrap();

    assert_eq!(log, b"");
}

fn a_log_that_a_server_denies_is_not_found(sdk: Sdk) {
    let gitlab = gitlab_with(b"");
    gitlab.with(|state| state.settings.missing_log_is_404 = true);
    let client = sdk.maintainer(&gitlab);

    let log = read_log!(client, it => it.get_job_log().id(42).job_id(DEMO_FINISHED_JOB));

    let error = log.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.operation_id(), Some("get_job_log"));
}

fn a_log_tells_its_headers_and_its_length(sdk: Sdk) {
    let gitlab = gitlab_with(LOG);
    let client = sdk.maintainer(&gitlab);
    let (status, disposition, length) = match &client {
        Client::Async(client, runtime) => {
            let call = client.get_job_log().id(42).job_id(DEMO_FINISHED_JOB);
            let log = runtime.block_on(call.send()).unwrap();
            (log.status(), log.headers()["content-disposition"].clone(), log.content_length())
        }
        Client::Blocking(client) => {
            let log = client.get_job_log().id(42).job_id(DEMO_FINISHED_JOB).send().unwrap();
            (log.status(), log.headers()["content-disposition"].clone(), log.content_length())
        }
    };
    assert_eq!(status, 200);
    assert_eq!(disposition, "inline; filename=\"4201.log\"");
    assert_eq!(length, Some(LOG.len() as u64));
}

/// The log of the finished job, from the async crate.
async fn open(gitlab: &FakeGitlab) -> gitlab_jobs::log::JobLog {
    let Client::Async(client, _) = Sdk::Async.maintainer(gitlab) else { unreachable!() };
    client.get_job_log().id(42).job_id(DEMO_FINISHED_JOB).await.unwrap().into_inner()
}

/// The log of the finished job, from the blocking crate.
fn open_blocking(gitlab: &FakeGitlab) -> gitlab_jobs_blocking::log::JobLog {
    let Client::Blocking(client) = Sdk::Blocking.maintainer(gitlab) else { unreachable!() };
    client.get_job_log().id(42).job_id(DEMO_FINISHED_JOB).send().unwrap().into_inner()
}
