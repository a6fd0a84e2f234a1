//! The blocking client in async code, where it works, and the async client without a runtime, which is an error.

mod streams;
mod threads;
mod unpolled;

use std::io::Read;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use gitlab_jobs_blocking::{Client, Error};
use tokio::runtime::{Builder, Runtime};

use crate::options::environment::run_alone;
use crate::scene::{Scene, quick};

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

/// Makes every kind of call with the client.
fn make_every_kind_of_call(scene: &Scene, client: &Client) {
    let (project, job) = (scene.project, scene.job);
    assert_eq!(get_job(scene, client).unwrap(), job);
    let log = client.get_job_log(project, job).send();
    let mut text = String::new();
    log.unwrap().into_inner().read_to_string(&mut text).unwrap();
    assert_eq!(text, "a line\n");
    let items = client.list_project_jobs(project).iter();
    assert_eq!(items.map(Result::unwrap).count(), 1);
    let pages = client.list_project_jobs(project).pages();
    assert_eq!(pages.map(Result::unwrap).count(), 1);
    let lines = client.follow_job_log(project, job).lines();
    assert_eq!(lines.map(Result::unwrap).collect::<Vec<_>>(), ["a line"]);
    assert_eq!(client.wait_for_job(project, job).send().unwrap().id, job);
}

#[test]
fn a_call_in_async_code_blocks_its_thread_and_works() {
    let scene = std::sync::Arc::new(Scene::with_log("a line\n"));
    let client = client(&scene);
    for runtime in runtimes() {
        runtime.block_on(async { make_every_kind_of_call(&scene, &client) });

        let (scene, client) = (std::sync::Arc::clone(&scene), client.clone());
        runtime.block_on(async {
            let task = tokio::spawn(async move {
                // Also after the task has yielded, and without a budget.
                tokio::task::yield_now().await;
                make_every_kind_of_call(&scene, &client);
                let free = async { make_every_kind_of_call(&scene, &client) };
                tokio::task::unconstrained(free).await;
            });
            task.await.unwrap();
        });
    }
}

/// A panic in a program's output looks like a bug, even if it was caught.
#[test]
fn a_call_in_async_code_does_not_print_a_panic() {
    let test = "runtimes::a_call_in_async_code_blocks_its_thread_and_works";
    let (passed, printed) = run_alone(test, &[]);
    assert!(passed && printed.contains("1 passed"), "{printed}");
    assert!(!printed.contains("panicked"), "{printed}");
}

#[test]
fn a_log_can_be_read_partly_inside_async_code() {
    let scene = Scene::with_log("a line\n".repeat(100_000));
    let client = client(&scene);
    for runtime in runtimes() {
        let log = client.get_job_log(scene.project, scene.job);
        let mut log = log.send().unwrap().into_inner();
        let mut text = vec![0; 70_000];
        log.read_exact(&mut text).unwrap();
        runtime.block_on(async { log.read_exact(&mut text).unwrap() });
        log.read_to_end(&mut text).unwrap();
        assert_eq!(text.len(), 70_000 + 560_000);
    }
}

#[test]
fn a_panic_while_decoding_reaches_the_caller_in_async_code_too() {
    #[derive(Debug)]
    struct Panicking;

    impl<'de> serde::Deserialize<'de> for Panicking {
        fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            panic!("decoded")
        }
    }

    let scene = Scene::with_job("success");
    let client = client(&scene);
    let call = || {
        let job = client.get_job(scene.project, scene.job);
        job.send_as::<Panicking>().unwrap();
    };
    let [runtime, _] = runtimes();
    for panic in [
        std::panic::catch_unwind(AssertUnwindSafe(call)),
        std::panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(async { call() }))),
    ] {
        assert_eq!(panic.unwrap_err().downcast_ref(), Some(&"decoded"));
    }
    get_job(&scene, &client).unwrap();
}

/// Polls a future once, on a thread without a runtime.
fn poll_here<T>(future: impl Future<Output = T>) -> T {
    let mut cx = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut cx) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("pending without a runtime"),
    }
}

#[test]
fn the_async_client_without_a_runtime_returns_an_error() {
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
fn blocking_calls_work_where_async_code_may_block() {
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
    // In the multi-threaded runtime, a task may announce that it blocks.
    let [runtime, _] = runtimes();
    let got = runtime.block_on(async {
        let (scene, client) = (std::sync::Arc::clone(&scene), client.clone());
        tokio::spawn(async move { tokio::task::block_in_place(|| get_job(&scene, &client)) }).await
    });
    assert_eq!(got.unwrap().unwrap(), scene.job);
    // A thread that has only entered the runtime is not one of its workers.
    let _entered = runtime.enter();
    assert_eq!(get_job(&scene, &client).unwrap(), scene.job);
}

#[test]
fn the_blocking_client_can_be_dropped_in_async_code() {
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
fn logs_and_lists_outlive_the_client() {
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
