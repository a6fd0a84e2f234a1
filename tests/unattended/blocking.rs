//! The blocking client in async code, and the async one without: it works, or says that it cannot.

mod threads;

use std::io::Read;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use fake_gitlab::Fault;
use gitlab_jobs_blocking::{Client, Error};
use tokio::runtime::{Builder, Runtime};

use crate::options::environment::run_alone;
use crate::scene::{MILLISECOND, Scene, quick};

pub(crate) const SOON: Duration = Duration::from_secs(20);

pub(crate) fn client(scene: &Scene) -> Client {
    Client::new(quick(&scene.gitlab).build().unwrap()).unwrap()
}

pub(crate) fn get_job(scene: &Scene, client: &Client) -> Result<u64, Error> {
    let job = client.get_job(scene.project, scene.job);
    job.send().map(|job| job.id)
}

fn runtimes() -> [Runtime; 2] {
    [
        Builder::new_multi_thread().enable_all().build().unwrap(),
        Builder::new_current_thread().enable_all().build().unwrap(),
    ]
}

fn assert_refused<T: std::fmt::Debug>(answer: Result<T, Error>) {
    let error = answer.unwrap_err();
    assert!(error.is_invalid(), "{error:?}");
    let told = error.to_string();
    for part in ["async", "gitlab_jobs::Client", "spawn_blocking"] {
        assert!(told.contains(part), "{told}");
    }
}

/// Every way to make a call with the client.
fn assert_all_is_refused(scene: &Scene, client: &Client) {
    let (project, job) = (scene.project, scene.job);
    assert_refused(get_job(scene, client));
    assert_refused(client.play_job(project, job).send());
    assert_refused(client.get_job_log(project, job).send());
    assert_refused(client.list_project_jobs(project).iter().next().unwrap());
    assert_refused(client.list_project_jobs(project).pages().next().unwrap());
    assert_refused(client.follow_job_log(project, job).next().unwrap());
    assert_refused(client.follow_job_log(project, job).lines().next().unwrap());
    assert_refused(client.wait_for_job(project, job));
}

#[test]
fn a_call_in_async_code_is_refused_and_sends_nothing() {
    let scene = std::sync::Arc::new(Scene::with_job("success"));
    let client = client(&scene);
    for runtime in runtimes() {
        runtime.block_on(async { assert_all_is_refused(&scene, &client) });

        let (scene, client) = (std::sync::Arc::clone(&scene), client.clone());
        runtime.block_on(async {
            let task = tokio::spawn(async move {
                // Also after the task has waited for something, and deep within it.
                tokio::task::yield_now().await;
                assert_all_is_refused(&scene, &client);
                let nested = async { assert_all_is_refused(&scene, &client) };
                nested.await;
            });
            task.await.unwrap();
        });
    }
    assert!(scene.gitlab.requests().is_empty());
    get_job(&scene, &client).unwrap();
}

/// Whoever looks at the output of a program takes a panic for a bug, also one that was caught.
#[test]
fn a_call_in_async_code_prints_no_panic() {
    let test = "blocking::a_call_in_async_code_is_refused_and_sends_nothing";
    let (passed, printed) = run_alone(test, &[]);
    assert!(passed && printed.contains("1 passed"), "{printed}");
    assert!(!printed.contains("panicked"), "{printed}");
}

#[test]
fn reading_in_async_code_what_was_opened_outside_is_refused() {
    let scene = Scene::with_log("a line\n");
    scene.gitlab.inject(
        Fault::new()
            .operation("get_job_log")
            .delay_body(MILLISECOND),
    );
    let client = client(&scene);
    for runtime in runtimes() {
        let log = client.get_job_log(scene.project, scene.job);
        let mut log = log.send().unwrap().into_inner();
        runtime.block_on(async {
            let error = log.read(&mut [0; 100]).unwrap_err();
            assert!(error.to_string().contains("async"), "{error}");
        });
        // Nothing is lost by it.
        let mut text = String::new();
        log.read_to_string(&mut text).unwrap();
        assert_eq!(text, "a line\n");
    }
}

#[test]
fn an_unconstrained_task_is_refused_too() {
    let scene = Scene::with_job("success");
    let client = client(&scene);
    for runtime in runtimes() {
        runtime.block_on(tokio::task::unconstrained(async {
            assert_refused(get_job(&scene, &client));
        }));
    }
    assert!(scene.gitlab.requests().is_empty());
    get_job(&scene, &client).unwrap();
}

/// What a future gives when it is polled on a thread without a runtime.
fn poll_here<T>(future: impl Future<Output = T>) -> T {
    let mut cx = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut cx) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits for a runtime that is not there"),
    }
}

#[test]
fn the_async_client_without_a_runtime_says_so() {
    let scene = Scene::with_job("success");
    let (project, job) = (scene.project, scene.job);
    let client = quick(&scene.gitlab).build().unwrap();
    let mut items = client.list_project_jobs(project).stream();
    let mut follow = client.follow_job_log(project, job);
    for error in [
        poll_here(client.get_job(project, job).send()).unwrap_err(),
        poll_here(client.get_job_log(project, job).send()).unwrap_err(),
        poll_here(items.try_next()).unwrap_err(),
        poll_here(follow.try_next()).unwrap_err(),
        poll_here(client.wait_for_job(project, job).send()).unwrap_err(),
        poll_here(
            client
                .follow_job_log(project, job)
                .deadline(SOON)
                .try_next(),
        )
        .unwrap_err(),
        poll_here(client.wait_for_job(project, job).deadline(SOON).send()).unwrap_err(),
    ] {
        assert!(error.is_invalid(), "{error:?}");
        assert!(
            error.to_string().contains("gitlab-jobs-blocking"),
            "{error}"
        );
    }
    assert_eq!(scene.gitlab.connections(), 0);
}

#[test]
fn it_works_where_async_code_may_block() {
    let scene = std::sync::Arc::new(Scene::with_job("success"));
    let client = client(&scene);
    for runtime in runtimes() {
        let (scene, client) = (std::sync::Arc::clone(&scene), client.clone());
        let job = scene.job;
        let got = runtime.block_on(async {
            tokio::task::spawn_blocking(move || get_job(&scene, &client)).await
        });
        assert_eq!(got.unwrap().unwrap(), job);
    }
    // In the multi-threaded runtime, a task may say that it blocks.
    let [runtime, _] = runtimes();
    let got = runtime.block_on(async {
        let (scene, client) = (std::sync::Arc::clone(&scene), client.clone());
        tokio::spawn(async move { tokio::task::block_in_place(|| get_job(&scene, &client)) }).await
    });
    assert_eq!(got.unwrap().unwrap(), scene.job);
    // A thread that merely knows the runtime does not belong to it.
    let _entered = runtime.enter();
    assert_eq!(get_job(&scene, &client).unwrap(), scene.job);
}

#[test]
fn dropping_it_in_async_code_is_fine() {
    let scene = Scene::with_log("a line\n".repeat(100_000));
    for runtime in runtimes() {
        let client = client(&scene);
        let mut items = client.list_project_jobs(scene.project).per_page(1).iter();
        items.next().unwrap().unwrap();
        let log = client.get_job_log(scene.project, scene.job);
        let log = log.send().unwrap();
        let mut follow = client.follow_job_log(scene.project, scene.job);
        follow.next().unwrap().unwrap();
        runtime.block_on(async move {
            drop(client);
            drop((items, log, follow));
            // Also one that was never used.
            drop(Client::builder().build().unwrap());
        });
    }
}

#[test]
fn what_was_handed_out_outlives_the_client() {
    let scene = Scene::with_log("a line\n".repeat(100_000));
    let client = client(&scene);
    let log = client.get_job_log(scene.project, scene.job);
    let mut log = log.send().unwrap().into_inner();
    let items = client.list_project_jobs(scene.project).iter();
    drop(client);
    assert_eq!(
        std::io::copy(&mut log, &mut std::io::sink()).unwrap(),
        700_000
    );
    assert_eq!(items.map(Result::unwrap).count(), 1);
}
