//! A job's log: unchanged bytes, through every interface of both crates.

use std::io::{BufRead, Read};

use fake_gitlab::{DEMO_FINISHED_JOB, FakeGitlab, GeneratedLog};
use futures_util::{StreamExt, TryStreamExt};
use tokio::io::{AsyncBufReadExt, AsyncReadExt};

use crate::sdk::{Client, Sdk, asynchronous, blocking};

with_both! {
    a_log_arrives_byte_for_byte,
    a_long_log_arrives_byte_for_byte,
    a_log_that_does_not_exist_yet_is_empty,
    a_missing_log_can_be_a_404,
    a_log_has_headers_and_a_length,
}

/// ANSI codes, section markers, carriage returns, zero bytes, and invalid UTF-8.
const LOG: &[u8] =
    b"\x1b[0;msection_start:1:a\r\x1b[0Kone\r\n\xff\xfe\x00 caf\xc3\xa9 \xe2\x82\n\n last";

/// A server with one job that has this log.
fn gitlab_with(log: &[u8]) -> FakeGitlab {
    let gitlab = FakeGitlab::builder().demo_project().start();
    gitlab.with(|state| state.job_mut(DEMO_FINISHED_JOB).set_log(log).id());
    gitlab
}

/// The complete log that fake-gitlab generates.
fn generated(length: u64) -> Vec<u8> {
    GeneratedLog::new(length).flatten().collect()
}

fn a_log_arrives_byte_for_byte(sdk: Sdk) {
    let gitlab = gitlab_with(LOG);
    let client = sdk.maintainer(&gitlab);

    let log = read_log!(client, it => it.get_job_log(42, DEMO_FINISHED_JOB)).unwrap();

    assert_eq!(log, LOG);
}

fn a_long_log_arrives_byte_for_byte(sdk: Sdk) {
    let length = 3_000_001;
    let gitlab = gitlab_with(b"");
    gitlab.with(|state| {
        state
            .job_mut(DEMO_FINISHED_JOB)
            .set_generated_log(length)
            .id()
    });
    let client = sdk.maintainer(&gitlab);

    let log = read_log!(client, it => it.get_job_log(42, DEMO_FINISHED_JOB)).unwrap();

    assert_eq!(log.len() as u64, length);
    assert!(log == generated(length), "the log differs");
    assert_eq!(gitlab.take_requests().len(), 1);
}

fn a_log_that_does_not_exist_yet_is_empty(sdk: Sdk) {
    let gitlab = gitlab_with(b"");
    let client = sdk.maintainer(&gitlab);

    let log = read_log!(client, it => it.get_job_log(42, DEMO_FINISHED_JOB)).unwrap();

    assert_eq!(log, b"");
}

fn a_missing_log_can_be_a_404(sdk: Sdk) {
    let gitlab = gitlab_with(b"");
    gitlab.with(|state| state.settings.missing_log_is_404 = true);
    let client = sdk.maintainer(&gitlab);

    let log = read_log!(client, it => it.get_job_log(42, DEMO_FINISHED_JOB));

    let error = log.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.operation_id(), Some("get_job_log"));
}

fn a_log_has_headers_and_a_length(sdk: Sdk) {
    let gitlab = gitlab_with(LOG);
    let client = sdk.maintainer(&gitlab);
    let (status, disposition, length) = match &client {
        Client::Async(client, runtime) => {
            let call = client.get_job_log(42, DEMO_FINISHED_JOB);
            let log = runtime.block_on(call.send()).unwrap();
            (
                log.status(),
                log.headers()["content-disposition"].clone(),
                log.content_length(),
            )
        }
        Client::Blocking(client) => {
            let log = client.get_job_log(42, DEMO_FINISHED_JOB).send().unwrap();
            (
                log.status(),
                log.headers()["content-disposition"].clone(),
                log.content_length(),
            )
        }
    };
    assert_eq!(status, 200);
    assert_eq!(disposition, "infile; filename=\"4201.log\"");
    assert_eq!(length, Some(LOG.len() as u64));
}

/// Requests the log of the finished job with the async crate.
async fn open(gitlab: &FakeGitlab) -> gitlab_jobs::log::JobLog {
    let call = asynchronous(gitlab).get_job_log(42, DEMO_FINISHED_JOB);
    call.await.unwrap().into_inner()
}

/// Requests the log of the finished job with the blocking crate.
fn open_blocking(gitlab: &FakeGitlab) -> gitlab_jobs_blocking::log::JobLog {
    let call = blocking(gitlab).get_job_log(42, DEMO_FINISHED_JOB);
    call.send().unwrap().into_inner()
}

#[tokio::test]
async fn an_async_log_is_a_stream_of_chunks() {
    let log = generated(500_000);
    let gitlab = gitlab_with(&log);

    let mut stream = open(&gitlab).await;
    let mut read = Vec::new();
    let mut chunks = 0;
    while let Some(chunk) = stream.try_next().await.unwrap() {
        assert!(!chunk.is_empty());
        chunks += 1;
        read.extend_from_slice(&chunk);
        assert_eq!(stream.position(), read.len() as u64);
    }

    assert!(read == log, "the log differs");
    assert!(chunks > 1, "the log arrived in one chunk");
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn an_async_log_can_be_read_in_small_pieces() {
    let gitlab = gitlab_with(LOG);

    let mut log = open(&gitlab).await;
    let mut read = Vec::new();
    let mut buffer = [0; 7];
    loop {
        let length = log.read(&mut buffer).await.unwrap();
        if length == 0 {
            break;
        }
        read.extend_from_slice(&buffer[..length]);
        assert_eq!(log.position(), read.len() as u64);
    }

    assert_eq!(read, LOG);
}

#[tokio::test]
async fn an_async_log_can_be_read_until_a_byte() {
    let gitlab = gitlab_with(LOG);

    let mut log = open(&gitlab).await;
    let mut parts = Vec::new();
    loop {
        let mut part = Vec::new();
        if log.read_until(b'\n', &mut part).await.unwrap() == 0 {
            break;
        }
        parts.push(part);
    }

    assert_eq!(parts, split(LOG));
}

#[tokio::test]
async fn an_async_log_loses_nothing_between_its_interfaces() {
    let gitlab = gitlab_with(LOG);

    let mut log = open(&gitlab).await;
    let mut read = vec![0; 5];
    log.read_exact(&mut read).await.unwrap();
    log.read_until(b'\n', &mut read).await.unwrap();
    for chunk in log.try_collect::<Vec<_>>().await.unwrap() {
        read.extend_from_slice(&chunk);
    }

    assert_eq!(read, LOG);
}

#[test]
fn a_blocking_log_is_an_iterator_of_chunks() {
    let log = generated(500_000);
    let gitlab = gitlab_with(&log);

    let mut iterator = open_blocking(&gitlab);
    let mut read = Vec::new();
    let mut chunks = 0;
    while let Some(chunk) = iterator.next() {
        chunks += 1;
        read.extend_from_slice(&chunk.unwrap());
        assert_eq!(iterator.position(), read.len() as u64);
    }

    assert!(read == log, "the log differs");
    assert!(chunks > 1, "the log arrived in one chunk");
    assert!(iterator.next().is_none());
}

#[test]
fn a_blocking_log_can_be_read_in_small_pieces() {
    let gitlab = gitlab_with(LOG);

    let mut log = open_blocking(&gitlab);
    let mut read = Vec::new();
    let mut buffer = [0; 7];
    loop {
        let length = log.read(&mut buffer).unwrap();
        if length == 0 {
            break;
        }
        read.extend_from_slice(&buffer[..length]);
        assert_eq!(log.position(), read.len() as u64);
    }

    assert_eq!(read, LOG);
}

#[test]
fn a_blocking_log_can_be_read_until_a_byte() {
    let gitlab = gitlab_with(LOG);

    let mut log = open_blocking(&gitlab);
    let mut parts = Vec::new();
    loop {
        let mut part = Vec::new();
        if log.read_until(b'\n', &mut part).unwrap() == 0 {
            break;
        }
        parts.push(part);
    }

    assert_eq!(parts, split(LOG));
}

#[test]
fn a_blocking_log_can_be_copied_to_a_writer() {
    let log = generated(500_000);
    let gitlab = gitlab_with(&log);

    let mut copy = Vec::new();
    let length = std::io::copy(&mut open_blocking(&gitlab), &mut copy).unwrap();

    assert_eq!(length, 500_000);
    assert!(copy == log, "the log differs");
}

#[test]
fn a_blocking_log_loses_nothing_between_its_interfaces() {
    let gitlab = gitlab_with(LOG);

    let mut log = open_blocking(&gitlab);
    let mut read = vec![0; 5];
    log.read_exact(&mut read).unwrap();
    log.read_until(b'\n', &mut read).unwrap();
    for chunk in log {
        read.extend_from_slice(&chunk.unwrap());
    }

    assert_eq!(read, LOG);
}

/// Splits after each line feed.
fn split(log: &[u8]) -> Vec<Vec<u8>> {
    log.split_inclusive(|&byte| byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect()
}
