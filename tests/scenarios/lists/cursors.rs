//! Cursors: a list is resumed after an error, or where a program stopped reading.

use fake_gitlab::{Fault, Keyset};
use gitlab_jobs::{Cursor, Error};

use super::{ids, in_twos, project_with_jobs};
use crate::flavour::{Flavour, for_both_clients, items, pages};
use crate::scene::quick;

for_both_clients! {
    an_error_comes_after_all_entries_before_it_and_can_be_resumed,
    a_page_that_cannot_be_decoded_can_be_resumed,
    a_cursor_in_the_middle_of_a_page_resumes_exactly_there,
    a_list_that_fell_back_to_offset_is_resumed_by_offset,
    a_cursor_exists_only_between_the_first_and_the_last_page,
    text_that_is_not_a_cursor_is_rejected,
}

fn an_error_comes_after_all_entries_before_it_and_can_be_resumed(flavour: Flavour) {
    resume_after(flavour, Fault::bad_gateway, Error::is_server_error);
}

fn a_page_that_cannot_be_decoded_can_be_resumed(flavour: Flavour) {
    resume_after(flavour, |fault| fault.body("[{}]"), Error::is_decode);
}

fn resume_after(flavour: Flavour, fail: fn(Fault) -> Fault, is_expected: fn(&Error) -> bool) {
    for kind in ["keyset", "offset"] {
        for failing_page in 0..3_usize {
            let (scene, expected) = project_with_jobs(6);
            let (project, client) = (scene.project, scene.client_without_retries(flavour));
            let fault = Fault::new().skip(failing_page as u64).times(1);
            scene.gitlab.inject(fail(fault));
            let (before, rest) = expected.split_at(2 * failing_page);

            let mut list = items!(
                client,
                list_project_jobs(project).per_page(2).pagination(kind)
            );
            assert_eq!(ids(list.by_ref().take(before.len())), before);
            assert!(is_expected(&list.next().unwrap().unwrap_err()));
            let cursor = list.cursor().unwrap().to_string();
            assert!(list.next().is_none());

            // A later program has only the text, or the stored cursor.
            let cursor = cursor.parse::<Cursor>().unwrap();
            let stored = serde_json::to_string(&cursor).unwrap();
            assert_eq!(serde_json::from_str::<Cursor>(&stored).unwrap(), cursor);
            let list = items!(client, list_project_jobs(project)).resume(cursor.clone());
            assert_eq!(ids(list), rest, "{cursor}");
            let pages = pages!(client, list_project_jobs(project)).resume(cursor.clone());
            let listed = pages.flat_map(|page| page.unwrap().into_inner());
            assert_eq!(listed.map(|job| job.id).collect::<Vec<_>>(), rest);

            // Reading page by page yields the same cursor.
            let fault = Fault::new().skip(failing_page as u64).times(1);
            scene.gitlab.inject(fail(fault));
            let mut pages = pages!(
                client,
                list_project_jobs(project).per_page(2).pagination(kind)
            );
            assert!(pages.by_ref().take(failing_page).all(|page| page.is_ok()));
            assert!(is_expected(&pages.next().unwrap().unwrap_err()));
            assert_eq!(pages.cursor(), Some(cursor));
            assert!(pages.next().is_none());
        }
    }
}

fn a_cursor_in_the_middle_of_a_page_resumes_exactly_there(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(12);
    let client = scene.client(flavour);
    for kind in ["keyset", "offset"] {
        for taken in 1..12 {
            let list = items!(
                client,
                list_project_jobs(scene.project)
                    .per_page(5)
                    .pagination(kind)
            );
            let mut list = list.prefetch(taken % 2 == 0);
            assert_eq!(ids(list.by_ref().take(taken)), expected[..taken]);
            let cursor = list.cursor().unwrap().to_string();
            drop(list);

            let cursor = cursor.parse::<Cursor>().unwrap();
            let list = items!(client, list_project_jobs(scene.project));
            let mut list = list.resume(cursor);
            // Read one entry, and resume once more from there.
            assert_eq!(list.next().unwrap().unwrap().id, expected[taken]);
            let Some(cursor) = list.cursor() else {
                assert_eq!(taken, 11);
                continue;
            };
            let list = items!(client, list_project_jobs(scene.project));
            assert_eq!(ids(list.resume(cursor)), expected[taken + 1..], "{taken}");
        }
    }
}

fn a_list_that_fell_back_to_offset_is_resumed_by_offset(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(5);
    scene
        .gitlab
        .with(|state| state.settings.keyset = Keyset::Refused);
    scene
        .gitlab
        .inject(Fault::new().skip(1).times(1).status(503));
    let client = scene.client_without_retries(flavour);
    let list = || items!(client, list_project_jobs(scene.project).per_page(2));

    let mut failing = list();
    assert!(failing.next().unwrap().unwrap_err().is_server_error());
    let cursor = failing.cursor().unwrap();
    scene.gitlab.clear_requests();

    assert_eq!(ids(list().resume(cursor)), expected);
    for request in scene.gitlab.requests() {
        assert_eq!(request.query_values("pagination"), [""; 0]);
    }
}

fn a_cursor_exists_only_between_the_first_and_the_last_page(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(4);
    let mut list = in_twos(&scene, flavour);
    assert_eq!(list.cursor(), None);
    assert_eq!(ids(list.by_ref()), expected);
    assert_eq!(list.cursor(), None);

    let cursor = "1;per_page=2".parse::<Cursor>().unwrap();
    let list = in_twos(&scene, flavour).resume(cursor.clone());
    assert_eq!(list.cursor(), Some(cursor));
}

fn text_that_is_not_a_cursor_is_rejected(flavour: Flavour) {
    for text in ["", "page=2", "x;page=2", "-1;page=2"] {
        let error = text.parse::<Cursor>().unwrap_err();
        assert!(error.to_string().contains("not a cursor"), "{text}");
        let error = serde_json::from_value::<Cursor>(text.into()).unwrap_err();
        assert!(error.to_string().contains("not a cursor"), "{text}");
    }
    // The server rejects a cursor for another list.
    let (scene, _) = project_with_jobs(2);
    let cursor = "0;page=none".parse::<Cursor>().unwrap();
    let client = flavour.build(quick(&scene.gitlab));
    let mut list = items!(client, list_project_jobs(scene.project)).resume(cursor);
    assert_eq!(list.next().unwrap().unwrap_err().status().unwrap(), 400);
}
