//! Calls whose futures are not polled for a while, as in `buffer_unordered` and `select!`, do not block other calls.

use std::convert::Infallible;
use std::future::{IntoFuture, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, SystemTime};

use fake_gitlab::{Fault, MAINTAINER_TOKEN};
use futures_util::{StreamExt, stream};
use gitlab_jobs::{Client, ClientBuilder, TokenKind};

use crate::scene::{MILLISECOND, Scene, quick, requests_of};

/// Runs a future, which fails rather than hang.
fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let limited = async { tokio::time::timeout(Duration::from_secs(20), future).await };
    runtime.block_on(limited).expect("another call is blocked")
}

/// Polls a future once, which is not ready yet.
async fn start<F: Future>(mut future: Pin<&mut F>) {
    let is_pending = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx).is_pending()));
    assert!(is_pending.await);
}

fn client(scene: &Scene, options: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    options(quick(&scene.gitlab)).build().unwrap()
}

/// Requests jobs, eight at a time, and calls the client between the results.
fn call_between_results(scene: &Scene, client: &Client) {
    let (project, job) = (scene.project, scene.job);
    run(async {
        let calls = stream::iter(0..20).map(|_| client.get_job(project, job).into_future());
        let mut results = calls.buffer_unordered(8);
        while let Some(result) = results.next().await {
            result.unwrap();
            client.get_job_log(project, job).await.unwrap();
        }
    });
    assert_eq!(requests_of(&scene.gitlab, "get_job").len(), 20);
    assert_eq!(requests_of(&scene.gitlab, "get_job_log").len(), 20);
}

#[test]
fn calls_of_a_new_client_between_buffered_ones_are_sent() {
    let scene = Scene::with_job("running");
    let delay = Fault::new().operation("get_job").delay(20 * MILLISECOND);
    scene.gitlab.inject(delay);
    call_between_results(&scene, &client(&scene, |builder| builder));
}

#[test]
fn buffered_calls_give_back_their_concurrent_requests() {
    let scene = Scene::with_job("running");
    call_between_results(&scene, &client(&scene, |it| it.max_concurrent_requests(4)));
}

/// Polls a call for a moment, and makes another one.
async fn call_during_another(scene: &Scene, client: &Client) {
    let first = client.get_job(scene.project, scene.job).into_future();
    let mut first = std::pin::pin!(first);
    start(first.as_mut()).await;
    tokio::time::sleep(50 * MILLISECOND).await;
    client.get_job(scene.project, scene.job).await.unwrap();
    first.await.unwrap();
}

#[test]
fn a_call_that_waits_for_a_rate_limit_does_not_block_another() {
    let scene = Scene::with_job("running");
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let reset = (now.unwrap().as_secs() + 2).to_string();
    let fault = Fault::new().header("RateLimit-Remaining", "0").times(1);
    scene.gitlab.inject(fault.header("RateLimit-Reset", reset));
    let client = client(&scene, |builder| builder);
    run(async {
        client.get_job(scene.project, scene.job).await.unwrap();
        call_during_another(&scene, &client).await;
    });
}

#[test]
fn a_call_that_waits_for_its_token_does_not_block_another() {
    let scene = Scene::with_job("running");
    let client = client(&scene, |builder| {
        builder.token_source(TokenKind::Private, || async {
            tokio::time::sleep(300 * MILLISECOND).await;
            Ok::<_, Infallible>(MAINTAINER_TOKEN.to_owned())
        })
    });
    run(call_during_another(&scene, &client));
}

#[test]
fn a_dropped_call_is_not_sent() {
    let scene = Scene::with_job("running");
    let client = client(&scene, |it| it.max_concurrent_requests(1));
    run(async {
        drop(client.get_job(scene.project, scene.job).into_future());
        let delay = Fault::new().delay(200 * MILLISECOND).times(1);
        scene.gitlab.inject(delay);
        let first = client.get_job(scene.project, scene.job).into_future();
        let second = client.play_job(scene.project, scene.job).into_future();
        let (mut first, mut second) = (std::pin::pin!(first), Box::pin(second));
        start(first.as_mut()).await;
        tokio::time::sleep(20 * MILLISECOND).await;
        start(second.as_mut()).await;
        drop(second);
        first.await.unwrap();
        client.get_job(scene.project, scene.job).await.unwrap();
    });
    assert_eq!(requests_of(&scene.gitlab, "get_job").len(), 2);
    assert_eq!(requests_of(&scene.gitlab, "play_job").len(), 0);
}
