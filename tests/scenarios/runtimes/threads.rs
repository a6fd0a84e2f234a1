//! One blocking client, shared by many threads.

use std::sync::mpsc::channel;
use std::time::Duration;

use fake_gitlab::Fault;
use gitlab_jobs_blocking::{Client, Error};

use super::{SOON, client, get_job};
use crate::scene::{MILLISECOND, Scene, requests_of};

#[test]
fn eight_threads_share_a_client() {
    let scene = Scene::with_job("manual");
    let client = client(&scene);
    std::thread::scope(|threads| {
        for _ in 0..8 {
            threads.spawn(|| {
                for _ in 0..25 {
                    assert_eq!(get_job(&scene, &client).unwrap(), scene.job);
                    let list = client.list_project_jobs(scene.project).iter();
                    assert_eq!(list.map(Result::unwrap).count(), 1);
                }
            });
        }
    });
    assert_eq!(requests_of(&scene.gitlab, "get_job").len(), 200);
    assert_eq!(requests_of(&scene.gitlab, "list_project_jobs").len(), 200);
    // A request opens another connection if no earlier one has returned to the pool. Few do.
    assert!(scene.gitlab.connections() < 200);
}

#[test]
fn a_waiting_thread_does_not_block_the_others() {
    let scene = Scene::with_job("running");
    let client = client(&scene);
    let hang = Fault::new()
        .operation("play_job")
        .delay(Duration::from_secs(600));
    scene.gitlab.inject(hang);
    let (arrived, arrival) = channel();
    scene.gitlab.on_request(move |request, _| {
        // The test receives only the first.
        if request.operation == Some("play_job") {
            let _ = arrived.send(());
        }
    });
    let (done, is_done) = channel();
    let waiting = client.clone();
    let (project, job) = (scene.project, scene.job);
    // The thread outlives the test: the response never arrives.
    std::thread::spawn(move || {
        let _ = waiting.play_job(project, job).send();
    });
    arrival.recv_timeout(SOON).unwrap();

    // This must be the same client: a separate one would not show whether the waiting call blocks it.
    let scene = std::sync::Arc::new(scene);
    let other = std::sync::Arc::clone(&scene);
    std::thread::spawn(move || {
        for _ in 0..20 {
            get_job(&other, &client).unwrap();
        }
        done.send(()).unwrap();
    });

    is_done.recv_timeout(SOON).unwrap();
    assert_eq!(requests_of(&scene.gitlab, "get_job").len(), 20);
}

#[test]
fn one_thread_follows_a_log_while_another_lists() {
    let scene = Scene::with_job("running");
    let (project, job) = (scene.project, scene.job);
    scene.gitlab.with(|state| {
        state.seed_jobs(project, 50);
    });
    // The log grows with each page that is listed: the follower sees the lister's progress.
    scene.gitlab.on_request(move |request, state| {
        if request.operation == Some("list_project_jobs") {
            state.job_mut(job).append_log("a page\n");
        }
    });
    let client = client(&scene);
    std::thread::scope(|threads| {
        let follower = threads.spawn(|| {
            let follow = client.follow_job_log(project, job).interval(MILLISECOND);
            let chunks = follow
                .max_interval(5 * MILLISECOND)
                .map(|chunk| chunk.unwrap());
            chunks.flat_map(|chunk| chunk.to_vec()).collect::<Vec<_>>()
        });
        let list = client.list_project_jobs(project).per_page(3).iter();
        assert_eq!(list.map(Result::unwrap).count(), 51);
        scene.gitlab.with(|state| {
            state.job_mut(job).set_status("success");
        });
        let log = follower.join().unwrap();
        assert_eq!(String::from_utf8(log).unwrap(), "a page\n".repeat(17));
    });
}

#[test]
fn clients_lists_logs_and_errors_are_send_and_sync() {
    fn assert_shareable<T: Send + Sync + 'static>() {}

    assert_shareable::<Client>();
    assert_shareable::<gitlab_jobs_blocking::ClientBuilder>();
    assert_shareable::<gitlab_jobs_blocking::FollowJobLog>();
    assert_shareable::<gitlab_jobs_blocking::Items<gitlab_jobs::types::Job>>();
    assert_shareable::<gitlab_jobs_blocking::log::JobLog>();
    assert_shareable::<Error>();
}
