//! Lists of many pages: how the next page is found, and where a list ends.

mod asked;
mod changing;
mod concurrency;
mod cursors;
mod kinds;
mod long;
mod pages;
mod prefetch;

use fake_gitlab::{Fault, Keyset};
use gitlab_jobs::Error;
use gitlab_jobs::types::Job;

use crate::flavour::{Flavour, Items, for_both_clients, items};
use crate::scene::Scene;

for_both_clients! {
    a_short_page_is_not_the_end,
    an_empty_page_is_not_the_end,
    the_next_page_is_found_however_the_link_is_written,
    the_next_page_is_found_without_a_link,
    a_page_that_links_to_itself_is_an_error_after_its_entries,
    pages_that_form_a_cycle_are_an_error_after_their_entries,
}

/// A server with a project of `count` jobs, and their ids in the order of the list.
pub(crate) fn project_with_jobs(count: u64) -> (Scene, Vec<u64>) {
    let scene = Scene::with_job("running");
    let project = scene.project;
    let ids = scene.gitlab.with(|state| {
        let job = scene.job;
        let pipeline = scene.pipeline;
        for number in 1..count {
            state.add_job(pipeline, &format!("job {number}"));
        }
        let ids = state.jobs(project).map(fake_gitlab::Job::id);
        let ids = ids.collect::<Vec<_>>();
        assert!(ids.contains(&job));
        ids
    });
    (scene, ids)
}

pub(crate) fn ids(jobs: impl Iterator<Item = Result<Job, Error>>) -> Vec<u64> {
    jobs.map(|job| job.unwrap().id).collect()
}

fn a_short_page_is_not_the_end(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(10);
    scene
        .gitlab
        .with(|state| state.settings.short_pages = Some(3));
    for kind in ["keyset", "offset"] {
        let list = items!(
            scene.client(flavour),
            list_project_jobs(scene.project).pagination(kind)
        );
        assert_eq!(ids(list), expected, "{kind}");
        assert_eq!(scene.gitlab.take_requests().len(), 4, "{kind}");
    }
}

fn an_empty_page_is_not_the_end(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(3);
    let empty = Fault::new().times(1).body("[]");
    scene
        .gitlab
        .inject(empty.link(r#"<https://gitlab.com/x?per_page=2>; rel="next""#));

    let list = items!(scene.client(flavour), list_project_jobs(scene.project));

    assert_eq!(ids(list), expected);
    assert_eq!(scene.gitlab.requests().len(), 3);
}

fn the_next_page_is_found_however_the_link_is_written(flavour: Flavour) {
    for (relative, split) in [(false, false), (true, false), (false, true), (true, true)] {
        for external_url in [
            None,
            Some("https://gitlab.internal:8443"),
            Some("http://127.0.0.1:1/gitlab"),
        ] {
            let (scene, expected) = project_with_jobs(5);
            scene.gitlab.with(|state| {
                state.settings.relative_links = relative;
                state.settings.split_links = split;
                state.settings.external_url = external_url.map(str::to_owned);
            });
            let client = scene.client(flavour);
            let (project, pipeline) = (scene.project, scene.pipeline);

            let keyset = items!(client, list_project_jobs(project).per_page(2));
            let offset = items!(client, list_pipeline_jobs(project, pipeline).per_page(2));

            assert_eq!((ids(keyset), ids(offset)), (expected.clone(), expected));
            assert_eq!(scene.gitlab.requests().len(), 6);
        }
    }
}

fn the_next_page_is_found_without_a_link(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(5);
    for link in [
        "",
        "<nonsense",
        r#"<https://gitlab.com/?page=9>; rel="last""#,
    ] {
        scene.gitlab.inject(Fault::new().times(3).link(link));
        let list = items!(
            scene.client(flavour),
            list_pipeline_jobs(scene.project, scene.pipeline).per_page(2)
        );
        assert_eq!(ids(list), expected);
        assert_eq!(scene.gitlab.take_requests().len(), 3, "{link}");
    }
}

/// Lists the pipeline's jobs, two per page.
pub(crate) fn in_twos(scene: &Scene, flavour: Flavour) -> Items<Job> {
    items!(
        scene.client_without_retries(flavour),
        list_pipeline_jobs(scene.project, scene.pipeline).per_page(2)
    )
}

fn a_page_that_links_to_itself_is_an_error_after_its_entries(flavour: Flavour) {
    let next = |query: &str| format!(r#"<https://gitlab.com/jobs?{query}>; rel="next""#);
    for (links, requests) in [
        (["per_page=2", "per_page=2"], 1),
        (["page=2&per_page=2", "page=2&per_page=2"], 2),
        // Parameters in another order, or encoded differently, still mean the same page.
        (["page=2&per_page=2", "per_page=%32&page=2"], 2),
    ] {
        let (scene, expected) = project_with_jobs(6);
        let first = Fault::new().times(1).link(&next(links[0]));
        scene.gitlab.inject(first);
        scene.gitlab.inject(Fault::new().link(&next(links[1])));

        let mut list = in_twos(&scene, flavour);

        let entries = 2 * requests;
        assert_eq!(ids(list.by_ref().take(entries)), expected[..entries]);
        let error = list.next().unwrap().unwrap_err();
        assert!(error.to_string().contains("lead back"), "{error}");
        assert!(list.next().is_none());
        assert!(list.cursor().is_none());
        assert_eq!(scene.gitlab.requests().len(), requests);
    }
}

fn pages_that_form_a_cycle_are_an_error_after_their_entries(flavour: Flavour) {
    let back = r#"<https://gitlab.com/jobs?per_page=2>; rel="next""#;
    // Also if the first page was requested again because keyset pagination was refused.
    for refused in [0, 1] {
        let (scene, expected) = project_with_jobs(6);
        scene
            .gitlab
            .with(|state| state.settings.keyset = Keyset::Refused);
        scene
            .gitlab
            .inject(Fault::new().skip(1 + refused).link(back));

        let client = scene.client(flavour);
        let mut list = if refused == 0 {
            in_twos(&scene, flavour)
        } else {
            items!(client, list_project_jobs(scene.project).per_page(2))
        };

        assert_eq!(ids(list.by_ref().take(4)), expected[..4]);
        let error = list.next().unwrap().unwrap_err();
        assert!(error.to_string().contains("lead back"), "{error}");
        assert!(list.next().is_none());
        assert_eq!(scene.gitlab.requests().len() as u64, 2 + refused);
    }
}
