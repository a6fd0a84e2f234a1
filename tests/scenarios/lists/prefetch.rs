//! The next page is requested while this one is read: one page ahead, unless prefetching is turned off, and only while
//! the list is in use.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use fake_gitlab::{FakeGitlab, Fault};

use crate::flavour::{Client, Flavour, for_both_clients, items, pages};
use crate::lists::{ids, project_with_jobs};
use crate::scene::{MILLISECOND, Scene, quick, requests_of};

for_both_clients! {
    the_next_page_is_requested_while_this_one_is_read,
    each_page_is_requested_once,
    nothing_is_requested_before_the_first_entry_is,
    without_prefetch_a_page_is_requested_when_it_is_needed,
    a_failed_prefetch_that_is_never_read_is_not_an_error,
    a_page_that_is_retried_decides_anew_what_follows_it,
    a_lost_page_without_a_next_link_is_not_the_end,
}

/// Reports each list request as it arrives.
fn arrivals(gitlab: &FakeGitlab) -> Receiver<()> {
    let (arrived, arrivals) = channel();
    gitlab.on_request(move |request, _| {
        if request.operation == Some("list_project_jobs") {
            // The test stops receiving once it has what it needs.
            let _ = arrived.send(());
        }
    });
    arrivals
}

/// Lets pending work finish, by sending a few requests that are handled after it.
fn let_pending_work_finish(scene: &Scene, client: &Client, requests: usize) {
    for _ in 0..requests {
        scene.get_job(client).unwrap();
    }
}

fn listed(scene: &Scene) -> usize {
    requests_of(&scene.gitlab, "list_project_jobs").len()
}

const SOON: Duration = Duration::from_secs(20);

fn the_next_page_is_requested_while_this_one_is_read(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(8);
    let arrivals = arrivals(&scene.gitlab);
    let client = scene.client(flavour);
    let mut list = items!(client, list_project_jobs(scene.project).per_page(2));
    for page in 0..4 {
        let first = list.next().unwrap().unwrap();
        assert_eq!(first.id, expected[2 * page]);
        if page == 0 {
            arrivals.recv_timeout(SOON).unwrap();
        }
        if page < 3 {
            // The list is not polled now.
            arrivals.recv_timeout(SOON).unwrap();
        }
        let_pending_work_finish(&scene, &client, 5);
        // The page after it is not requested before the next page is read.
        assert_eq!(listed(&scene), (page + 2).min(4));
        list.next().unwrap().unwrap();
    }
    assert!(list.next().is_none());
    assert_eq!(listed(&scene), 4);
}

#[test]
fn the_next_page_is_requested_before_this_one_is_complete() {
    let (scene, expected) = project_with_jobs(4);
    // The head arrives, with the link to the next page, but the body stalls until the client times out.
    scene.gitlab.inject(Fault::new().times(1).stall_after(10));
    let patience = 700 * MILLISECOND;
    let client = Flavour::Async.build(quick(&scene.gitlab).idle_timeout(patience));

    let list = items!(client, list_project_jobs(scene.project).per_page(2));
    assert_eq!(ids(list), expected);

    let requests = requests_of(&scene.gitlab, "list_project_jobs");
    assert!(requests[1].query.as_ref().unwrap().contains("cursor="));
}

#[test]
fn a_dropped_list_sends_no_more_requests() {
    let (scene, _) = project_with_jobs(8);
    let arrivals = arrivals(&scene.gitlab);
    let client = Flavour::Async.build(quick(&scene.gitlab).max_attempts(u32::MAX));
    let broken = Fault::new().operation("list_project_jobs").skip(1);
    scene.gitlab.inject(broken.bad_gateway());
    let mut list = items!(client, list_project_jobs(scene.project).per_page(2));
    list.next().unwrap().unwrap();
    // The request for the second page is retried repeatedly.
    for _ in 0..4 {
        arrivals.recv_timeout(SOON).unwrap();
    }

    drop(list);

    let_pending_work_finish(&scene, &client, 5);
    let then = listed(&scene);
    let_pending_work_finish(&scene, &client, 100);
    assert_eq!(listed(&scene), then);
}

fn each_page_is_requested_once(flavour: Flavour) {
    for prefetch in [true, false] {
        let (scene, expected) = project_with_jobs(9);
        let client = scene.client(flavour);
        let list = items!(client, list_project_jobs(scene.project).per_page(2));
        let mut list = list.prefetch(prefetch);
        for (place, id) in expected.iter().enumerate() {
            assert_eq!(list.next().unwrap().unwrap().id, *id);
            let pages_read = place / 2 + 1;
            assert!(listed(&scene) <= (pages_read + usize::from(prefetch)).min(5));
        }
        assert!(list.next().is_none());
        assert_eq!(listed(&scene), 5);

        scene.gitlab.clear_requests();
        let pages = pages!(client, list_project_jobs(scene.project).per_page(2));
        let pages = pages.prefetch(prefetch).map(|page| page.unwrap().len());
        assert_eq!(pages.collect::<Vec<_>>(), [2, 2, 2, 2, 1]);
        assert_eq!(listed(&scene), 5);
    }
}

fn nothing_is_requested_before_the_first_entry_is(flavour: Flavour) {
    let (scene, _) = project_with_jobs(4);
    let client = scene.client(flavour);
    let list = items!(client, list_project_jobs(scene.project));
    let pages = pages!(client, list_project_jobs(scene.project)).concurrency(3);
    let_pending_work_finish(&scene, &client, 5);
    drop((list, pages));
    assert_eq!(listed(&scene), 0);
}

fn without_prefetch_a_page_is_requested_when_it_is_needed(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(6);
    let client = scene.client(flavour);
    let list = items!(client, list_project_jobs(scene.project).per_page(2));
    let mut list = list.prefetch(false);
    for (place, id) in expected.iter().enumerate() {
        assert_eq!(list.next().unwrap().unwrap().id, *id);
        let_pending_work_finish(&scene, &client, 5);
        assert_eq!(listed(&scene), place / 2 + 1);
    }
}

fn a_failed_prefetch_that_is_never_read_is_not_an_error(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(6);
    let client = scene.client_without_retries(flavour);
    let broken = Fault::new().operation("list_project_jobs").skip(1);
    scene.gitlab.inject(broken.status(500));

    let mut list = items!(client, list_project_jobs(scene.project).per_page(2));

    for id in &expected[..2] {
        assert_eq!(list.next().unwrap().unwrap().id, *id);
        let_pending_work_finish(&scene, &client, 5);
    }
    drop(list);
}

/// A client that abandons a stalled page soon.
fn impatient(scene: &Scene, flavour: Flavour) -> Client {
    flavour.build(quick(&scene.gitlab).idle_timeout(200 * MILLISECOND))
}

fn a_page_that_is_retried_decides_anew_what_follows_it(flavour: Flavour) {
    for kind in ["keyset", "offset"] {
        let (scene, _) = project_with_jobs(6);
        let pipeline = scene.pipeline;
        // The page after the first one is requested while the first one stalls. Its retry finds new jobs.
        scene.gitlab.inject(Fault::new().times(1).stall_after(10));
        let mut attempts = 0;
        scene.gitlab.on_request(move |request, state| {
            let page = request.query_values("page");
            let is_first_page =
                request.query_values("cursor").is_empty() && page.iter().all(|page| page == "1");
            attempts += u32::from(is_first_page);
            if is_first_page && attempts == 2 {
                for name in ["new 1", "new 2", "new 3"] {
                    state.add_job(pipeline, name);
                }
            }
        });
        let client = impatient(&scene, flavour);
        let jobs = || {
            items!(
                client,
                list_project_jobs(scene.project)
                    .per_page(2)
                    .pagination(kind)
            )
        };

        let mut list = jobs();
        let mut listed = ids(list.by_ref().take(2));
        let cursor = list.cursor().unwrap();
        let resumed = ids(jobs().resume(cursor));
        listed.extend(ids(list));

        let expected = scene.gitlab.with(|state| {
            let jobs = state.jobs(scene.project);
            jobs.map(fake_gitlab::Job::id).collect::<Vec<_>>()
        });
        assert_eq!(expected.len(), 9);
        assert_eq!(listed, expected, "{kind}");
        assert_eq!(resumed, expected[2..], "{kind}");
    }
}

fn a_lost_page_without_a_next_link_is_not_the_end(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(6);
    let lost = Fault::new().times(1).link("").stall_after(10);
    scene.gitlab.inject(lost);
    let client = impatient(&scene, flavour);

    let list = items!(client, list_project_jobs(scene.project).per_page(2));

    assert_eq!(ids(list), expected);
}
