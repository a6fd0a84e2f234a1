//! The streams of the async client: each has a `try_next` of its own, so that a program needs no other crate.

use fake_gitlab::Fault;
use gitlab_jobs::Method;

use crate::flavour::RUNTIME;
use crate::lists::project_with_jobs;
use crate::scene::{Scene, quick};

/// Reads a stream to its end with its own `try_next`. No extension trait is in scope here.
macro_rules! all {
    ($stream:expr) => {{
        let mut stream = $stream;
        let mut all = Vec::new();
        while let Some(item) = stream.try_next().await.unwrap() {
            all.push(item);
        }
        // Once it has ended, it stays so.
        assert!(stream.try_next().await.unwrap().is_none());
        all
    }};
}

#[test]
fn lists_are_read_to_their_end() {
    let (scene, expected) = project_with_jobs(5);
    let client = quick(&scene.gitlab).build().unwrap();
    let list = || client.list_project_jobs(scene.project).per_page(2);
    RUNTIME.block_on(async {
        let items = all!(list().stream());
        assert_eq!(items.iter().map(|job| job.id).collect::<Vec<_>>(), expected);

        let pages = all!(list().pages());
        let lengths = pages.iter().map(|page| page.len()).collect::<Vec<_>>();
        assert_eq!(lengths, [2, 2, 1]);
    });
}

#[test]
fn a_failed_page_is_an_error_after_the_pages_before_it() {
    let (scene, _) = project_with_jobs(5);
    let client = quick(&scene.gitlab).build().unwrap();
    scene.gitlab.inject(Fault::new().skip(1).status(404));
    RUNTIME.block_on(async {
        let mut pages = client.list_project_jobs(scene.project).per_page(2).pages();
        assert_eq!(pages.try_next().await.unwrap().unwrap().len(), 2);
        assert!(pages.try_next().await.unwrap_err().is_not_found());
        assert!(pages.try_next().await.unwrap().is_none());
    });
}

#[test]
fn logs_and_downloads_are_read_to_their_end() {
    let scene = Scene::with_log("one\ntwo\n");
    let client = quick(&scene.gitlab).build().unwrap();
    let (project, job) = (scene.project, scene.job);
    RUNTIME.block_on(async {
        let log = client.get_job_log(project, job).await.unwrap();
        assert_eq!(all!(log.into_inner()).concat(), b"one\ntwo\n");

        let log = client.get_job_log(project, job).await.unwrap();
        assert_eq!(all!(log.into_inner().lines()), ["one", "two"]);

        let followed = all!(client.follow_job_log(project, job));
        let followed = followed.iter().flat_map(|chunk| chunk.to_vec());
        assert_eq!(followed.collect::<Vec<_>>(), b"one\ntwo\n");

        let path = format!("/projects/{project}/jobs/{job}/trace");
        let download = client.request(Method::GET, path).send_bytes().await;
        assert_eq!(all!(download.unwrap().into_inner()).concat(), b"one\ntwo\n");
    });
}

#[test]
fn the_changes_of_a_finished_pipeline_are_read_to_their_end() {
    let scene = Scene::with_job("success");
    let client = quick(&scene.gitlab).build().unwrap();
    RUNTIME.block_on(async {
        let changes = all!(client.watch_pipeline(scene.project, scene.pipeline));
        assert_eq!(changes.len(), 1);
        assert_eq!(changes[0].job.id(), scene.job);
    });
}
