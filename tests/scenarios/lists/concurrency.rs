//! Several pages at once: requests overlap, and each entry is returned once, in order.

use std::time::Duration;

use fake_gitlab::{FakeGitlab, Fault, RecordedRequest};

use crate::flavour::{Flavour, for_both_clients, items, pages};
use crate::lists::{ids, in_twos, project_with_jobs};
use crate::scene::requests_of;

for_both_clients! {
    concurrent_requests_are_limited,
    each_entry_is_returned_once_and_in_order,
    few_pages_beyond_the_end_are_requested,
    concurrent_project_jobs_use_offset_pagination,
    concurrent_keyset_pages_are_rejected_before_sending,
    an_error_comes_after_the_entries_before_it_and_can_be_resumed,
    a_page_that_is_retried_keeps_those_after_it,
    pages_that_are_not_numbered_consecutively_are_an_error,
    pages_that_link_back_are_an_error,
}

/// The numbers of the requested pages, in the order of the requests.
fn requested_pages(gitlab: &FakeGitlab) -> Vec<u64> {
    let number = |request: &RecordedRequest| {
        let page = request.query_values("page");
        page.first().map_or(1, |page| page.parse().unwrap())
    };
    let operations = ["list_project_jobs", "list_pipeline_jobs"];
    let requests = operations.map(|operation| requests_of(gitlab, operation));
    requests.iter().flatten().map(number).collect()
}

fn concurrent_requests_are_limited(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(12);
    let delay = Duration::from_secs(1);
    let is_first = |request: &RecordedRequest| request.query_values("page").is_empty();
    scene
        .gitlab
        .inject(Fault::new().matching(is_first).delay(delay));

    let list = in_twos(&scene, flavour).concurrency(4);
    assert_eq!(ids(list), expected);

    let requests = scene.gitlab.requests();
    let first = requests.iter().find(|request| is_first(request)).unwrap();
    let responded = first.arrived + delay;
    // While the first page is pending, three more may be requested, and no others.
    let early = requests
        .iter()
        .filter(|request| request.arrived < responded);
    assert_eq!(early.count(), 4);
}

fn each_entry_is_returned_once_and_in_order(flavour: Flavour) {
    for concurrency in [0, 1, 2, 3, 20] {
        for count in [1, 2, 3, 11, 12] {
            let (scene, expected) = project_with_jobs(count);
            let list = in_twos(&scene, flavour).concurrency(concurrency);
            assert_eq!(ids(list), expected, "{concurrency}");
            let mut pages = requested_pages(&scene.gitlab);
            let requests = pages.len();
            pages.sort_unstable();
            pages.dedup();
            assert_eq!(pages.len(), requests, "{concurrency} {pages:?}");
        }
    }
}

fn few_pages_beyond_the_end_are_requested(flavour: Flavour) {
    // A project's list has no totals, so a few requests go beyond the end. A pipeline's list has them.
    for concurrency in [2_u64, 3, 5] {
        let (scene, expected) = project_with_jobs(20);
        let (project, client) = (scene.project, scene.client(flavour));
        let list = items!(client, list_project_jobs(project).per_page(2));
        assert_eq!(ids(list.concurrency(concurrency as usize)), expected);
        let last = requested_pages(&scene.gitlab).into_iter().max().unwrap();
        assert!(last < 10 + concurrency, "{last}");

        let list = in_twos(&scene, flavour).concurrency(concurrency as usize);
        assert_eq!(ids(list), expected);
        assert_eq!(requests_of(&scene.gitlab, "list_pipeline_jobs").len(), 10);
    }
}

fn concurrent_project_jobs_use_offset_pagination(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(7);
    let client = scene.client(flavour);
    let list = items!(client, list_project_jobs(scene.project).per_page(3));
    assert_eq!(ids(list.concurrency(2)), expected);
    for request in scene.gitlab.take_requests() {
        assert_eq!(request.query_values("pagination"), [""; 0]);
    }
    let list = items!(client, list_project_jobs(scene.project).per_page(3).page(2));
    assert_eq!(ids(list.concurrency(2)), expected[3..]);
    let pages = pages!(client, list_project_jobs(scene.project).per_page(3));
    let lengths = pages.concurrency(2).map(|page| page.unwrap().len());
    assert_eq!(lengths.collect::<Vec<_>>(), [3, 3, 1]);
}

fn concurrent_keyset_pages_are_rejected_before_sending(flavour: Flavour) {
    let (scene, _) = project_with_jobs(7);
    let client = scene.client(flavour);
    let list = items!(
        client,
        list_project_jobs(scene.project).pagination("keyset")
    );
    let id_before = items!(client, list_project_jobs(scene.project).id_before(9));
    let cursor = "0;pagination=keyset&order_by=id&sort=desc".parse().unwrap();
    let resumed = items!(client, list_project_jobs(scene.project)).resume(cursor);
    for list in [list, id_before, resumed] {
        let mut list = list.concurrency(2);
        let error = list.next().unwrap().unwrap_err();
        assert!(error.is_invalid(), "{error}");
        assert!(error.to_string().contains("choose offset"), "{error}");
        assert!(list.next().is_none());
    }
    assert!(scene.gitlab.requests().is_empty());
}

fn is_page(number: usize) -> impl Fn(&RecordedRequest) -> bool {
    move |request| {
        let page = request.query_values("page");
        page.first().map_or("1", String::as_str) == number.to_string()
    }
}

fn an_error_comes_after_the_entries_before_it_and_can_be_resumed(flavour: Flavour) {
    for failing_page in 1..=4_usize {
        let (scene, expected) = project_with_jobs(8);
        let fault = Fault::new().matching(is_page(failing_page)).times(1);
        scene.gitlab.inject(fault.status(500));
        let (before, rest) = expected.split_at(2 * (failing_page - 1));

        let mut list = in_twos(&scene, flavour).concurrency(3);
        assert_eq!(ids(list.by_ref().take(before.len())), before);
        assert!(list.next().unwrap().unwrap_err().is_server_error());
        let cursor = list.cursor().unwrap();
        assert!(list.next().is_none());

        let list = in_twos(&scene, flavour).concurrency(2).resume(cursor);
        assert_eq!(ids(list), rest, "{failing_page}");
    }
}

/// The body of a page is incomplete while those after it are in flight.
fn a_page_that_is_retried_keeps_those_after_it(flavour: Flavour) {
    for broken_page in 1..=6 {
        let (scene, expected) = project_with_jobs(12);
        let fault = Fault::new().matching(is_page(broken_page)).times(1);
        scene.gitlab.inject(fault.cut_after(10));

        let list = items!(
            scene.client(flavour),
            list_pipeline_jobs(scene.project, scene.pipeline).per_page(2)
        );

        assert_eq!(ids(list.concurrency(3)), expected, "{broken_page}");
        assert_eq!(scene.gitlab.requests().len(), 7, "{broken_page}");
    }
}

fn pages_that_are_not_numbered_consecutively_are_an_error(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(8);
    scene.gitlab.inject(Fault::new().header("x-next-page", "7"));

    let mut list = in_twos(&scene, flavour).concurrency(2);

    assert_eq!(ids(list.by_ref().take(2)), expected[..2]);
    let error = list.next().unwrap().unwrap_err();
    assert!(error.to_string().contains("consecutively"), "{error}");
    assert!(list.next().is_none());
}

/// A server, or a cache in front of it, that returns the first page whichever is requested.
fn pages_that_link_back_are_an_error(flavour: Flavour) {
    let (scene, _) = project_with_jobs(8);
    let page = Fault::new()
        .body("[]")
        .link(r#"<https://gitlab.com/jobs?page=2&per_page=2>; rel="next""#);
    scene.gitlab.inject(page);

    let list = pages!(
        scene.client(flavour),
        list_pipeline_jobs(scene.project, scene.pipeline).per_page(2)
    );
    let mut list = list.concurrency(2).take(20);

    assert!(list.by_ref().any(|page| page.is_err()));
    assert!(scene.gitlab.requests().len() < 10);
}
