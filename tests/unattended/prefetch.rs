//! The next page is asked for while this one is read: one page ahead, unless it is switched off, and no longer than
//! somebody wants it.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use fake_gitlab::{FakeGitlab, Fault};

use crate::flavour::{Client, Flavour, for_both_clients, items, pages};
use crate::pagination::{ids, project_with_jobs};
use crate::scene::{MILLISECOND, Scene, asked, quick};

for_both_clients! {
    the_next_page_is_asked_for_while_this_one_is_read,
    each_page_is_asked_for_once,
    nothing_is_asked_before_the_first_entry_is,
    without_prefetch_a_page_is_asked_for_when_it_is_needed,
    what_was_prefetched_in_vain_is_no_error,
}

/// Tells of each request to a list as it arrives.
fn arrivals(gitlab: &FakeGitlab) -> Receiver<()> {
    let (arrived, arrivals) = channel();
    gitlab.on_request(move |request, _| {
        if request.operation == Some("list_project_jobs") {
            // The test takes no more than it needs.
            let _ = arrived.send(());
        }
    });
    arrivals
}

/// Lets client and server do what they have to do, by a few requests that take their turn after it.
fn let_work_be_done(scene: &Scene, client: &Client, requests: usize) {
    for _ in 0..requests {
        scene.get_job(client).unwrap();
    }
}

fn listed(scene: &Scene) -> usize {
    asked(&scene.gitlab, "list_project_jobs").len()
}

const SOON: Duration = Duration::from_secs(20);

fn the_next_page_is_asked_for_while_this_one_is_read(flavour: Flavour) {
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
            // Nobody polls the list now.
            arrivals.recv_timeout(SOON).unwrap();
        }
        let_work_be_done(&scene, &client, 5);
        // The one after it is not asked for before somebody reads the next page.
        assert_eq!(listed(&scene), (page + 2).min(4));
        list.next().unwrap().unwrap();
    }
    assert!(list.next().is_none());
    assert_eq!(listed(&scene), 4);
}

#[test]
fn the_next_page_is_asked_for_before_this_one_has_arrived_as_a_whole() {
    let (scene, expected) = project_with_jobs(4);
    // The head comes, and names the next page; the body does not, until the client loses its patience.
    scene.gitlab.inject(Fault::new().times(1).stall_after(10));
    let patience = 700 * MILLISECOND;
    let client = Flavour::Async.build(quick(&scene.gitlab).idle_timeout(patience));

    let list = items!(client, list_project_jobs(scene.project).per_page(2));
    assert_eq!(ids(list), expected);

    let requests = asked(&scene.gitlab, "list_project_jobs");
    assert!(requests[1].query.as_ref().unwrap().contains("cursor="));
}

#[test]
fn a_list_that_is_dropped_asks_for_nothing_more() {
    let (scene, _) = project_with_jobs(8);
    let arrivals = arrivals(&scene.gitlab);
    let client = Flavour::Async.build(quick(&scene.gitlab).max_attempts(u32::MAX));
    let broken = Fault::new().operation("list_project_jobs").skip(1);
    scene.gitlab.inject(broken.bad_gateway());
    let mut list = items!(client, list_project_jobs(scene.project).per_page(2));
    list.next().unwrap().unwrap();
    // The second page is sent for again and again.
    for _ in 0..4 {
        arrivals.recv_timeout(SOON).unwrap();
    }

    drop(list);

    let_work_be_done(&scene, &client, 5);
    let then = listed(&scene);
    let_work_be_done(&scene, &client, 100);
    assert_eq!(listed(&scene), then);
}

fn each_page_is_asked_for_once(flavour: Flavour) {
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

fn nothing_is_asked_before_the_first_entry_is(flavour: Flavour) {
    let (scene, _) = project_with_jobs(4);
    let client = scene.client(flavour);
    let list = items!(client, list_project_jobs(scene.project));
    let pages = pages!(client, list_project_jobs(scene.project)).concurrency(3);
    let_work_be_done(&scene, &client, 5);
    drop((list, pages));
    assert_eq!(listed(&scene), 0);
}

fn without_prefetch_a_page_is_asked_for_when_it_is_needed(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(6);
    let client = scene.client(flavour);
    let list = items!(client, list_project_jobs(scene.project).per_page(2));
    let mut list = list.prefetch(false);
    for (place, id) in expected.iter().enumerate() {
        assert_eq!(list.next().unwrap().unwrap().id, *id);
        let_work_be_done(&scene, &client, 5);
        assert_eq!(listed(&scene), place / 2 + 1);
    }
}

fn what_was_prefetched_in_vain_is_no_error(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(6);
    let client = scene.client_without_retries(flavour);
    let broken = Fault::new().operation("list_project_jobs").skip(1);
    scene.gitlab.inject(broken.status(500));

    let mut list = items!(client, list_project_jobs(scene.project).per_page(2));

    for id in &expected[..2] {
        assert_eq!(list.next().unwrap().unwrap().id, *id);
        let_work_be_done(&scene, &client, 5);
    }
    drop(list);
}
