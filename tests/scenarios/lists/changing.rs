//! Lists that change while they are read: no item that was there throughout is missed.

use std::collections::HashSet;

use fake_gitlab::Fault;

use crate::flavour::{Flavour, for_both_clients, items, send};
use crate::lists::{ids, project_with_jobs};
use crate::scene::{Scene, requests_of};

for_both_clients! {
    jobs_added_while_pages_are_requested_at_once_hide_no_other,
    a_list_that_grows_all_the_time_is_read_page_by_page,
    jobs_that_are_retried_while_the_list_is_read_hide_no_other,
    a_list_that_only_shrinks_ends,
}

/// Page 2 fails at first and is handled after those behind it, when a job was added.
fn jobs_added_while_pages_are_requested_at_once_hide_no_other(flavour: Flavour) {
    for of_project in [true, false] {
        let (scene, expected) = project_with_jobs(24);
        let is_second =
            |request: &fake_gitlab::RecordedRequest| request.query_values("page") == ["2"];
        scene
            .gitlab
            .inject(Fault::new().matching(is_second).times(1).status(503));
        let (pipeline, mut attempts) = (scene.pipeline, 0);
        scene.gitlab.on_request(move |request, state| {
            attempts += u32::from(is_second(request));
            if is_second(request) && attempts == 2 {
                state.add_job(pipeline, "added");
            }
        });
        let client = scene.client(flavour);

        let (project, pipeline) = (scene.project, scene.pipeline);
        let listed = if of_project {
            ids(items!(client, list_project_jobs(project).per_page(3)).concurrency(4))
        } else {
            ids(items!(client, list_pipeline_jobs(project, pipeline).per_page(3)).concurrency(4))
        };

        let found: HashSet<u64> = listed.iter().copied().collect();
        for id in expected {
            assert!(found.contains(&id), "{id} of {listed:?}, {of_project}");
        }
    }
}

fn a_list_that_grows_all_the_time_is_read_page_by_page(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(24);
    let pipeline = scene.pipeline;
    let mut left = 40;
    scene.gitlab.on_request(move |_, state| {
        if left > 0 {
            left -= 1;
            state.add_job(pipeline, "added");
        }
    });
    let client = scene.client(flavour);

    let list = items!(client, list_project_jobs(scene.project).per_page(3));
    let found: HashSet<u64> = ids(list.concurrency(3)).into_iter().collect();

    for id in expected {
        assert!(found.contains(&id), "{id} of {found:?}");
    }
    let requests = requests_of(&scene.gitlab, "list_project_jobs");
    assert!(requests.len() < 120, "{}", requests.len());
}

/// A pipeline lists only the latest run of a job, so each retry takes a job out of the list of failed ones.
fn jobs_that_are_retried_while_the_list_is_read_hide_no_other(flavour: Flavour) {
    for prefetch in [true, false] {
        let scene = Scene::with_job("success");
        let expected = scene.gitlab.with(|state| {
            let mut failed = Vec::new();
            for number in 0..35 {
                let job = state.add_job(scene.pipeline, &format!("job {number}"));
                failed.push(job.set_status("failed").id());
            }
            failed.reverse();
            failed
        });
        let client = scene.client(flavour);
        let failed = list_of_failed(&scene, &client).prefetch(prefetch);

        let mut listed = Vec::new();
        for job in failed {
            let id = job.unwrap().id;
            send!(client, retry_job(scene.project, id)).unwrap();
            listed.push(id);
        }

        assert_eq!(listed, expected, "{prefetch}");
    }
}

fn list_of_failed(
    scene: &Scene,
    client: &crate::flavour::Client,
) -> crate::flavour::Items<gitlab_jobs::types::Job> {
    items!(
        client,
        list_pipeline_jobs(scene.project, scene.pipeline)
            .scope("failed")
            .per_page(4)
    )
}

/// A hostile server whose total is lower with each response.
fn a_list_that_only_shrinks_ends(flavour: Flavour) {
    let scene = Scene::with_job("success");
    let next = r#"<https://gitlab.com/x?page=2>; rel="next""#;
    for total in (1..1000).rev() {
        let page = Fault::new().times(1).body("[]").link(next);
        scene
            .gitlab
            .inject(page.header("x-total", total.to_string()));
    }
    let client = scene.client(flavour);
    let mut list = list_of_failed(&scene, &client);
    let error = list.next().unwrap().unwrap_err();
    assert!(error.to_string().contains("faster"), "{error}");
    assert!(list.next().is_none());
    assert!(scene.gitlab.requests().len() < 60);
}
