//! Lists over many pages: how they are asked for, where they end, and how they go on after an error.

use fake_gitlab::{FakeGitlab, Fault, Keyset};
use gitlab_jobs::types::Job;
use gitlab_jobs::{Cursor, Error};

use crate::flavour::{Flavour, Items, for_both_clients, items, pages, send};
use crate::scene::{Scene, asked, quick};

for_both_clients! {
    project_jobs_are_asked_for_by_keyset,
    other_lists_are_asked_for_by_offset,
    offset_is_to_be_had_on_demand,
    a_server_that_refuses_keyset_is_asked_by_offset,
    a_server_that_ignores_keyset_is_followed_all_the_same,
    a_kind_that_was_chosen_is_not_exchanged,
    keyset_is_not_given_up_after_the_first_page,
    the_limit_of_the_offset_is_told_after_the_entries_before_it,
    a_short_page_is_not_the_end,
    an_empty_page_is_not_the_end,
    the_next_page_is_found_however_the_link_is_written,
    the_next_page_is_found_without_a_link,
    a_page_that_leads_to_itself_is_an_error_after_its_entries,
    pages_that_lead_in_a_circle_are_an_error_after_their_entries,
    an_error_comes_after_all_entries_before_it_and_can_be_resumed,
    a_cursor_in_the_middle_of_a_page_gives_exactly_the_rest,
    a_cursor_is_there_only_between_the_first_and_the_last_page,
    pages_tell_where_they_stand,
    a_text_that_is_no_cursor_is_refused,
}

/// A server with a project of so many jobs, and their ids as they are listed.
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

/// What the server was asked for, as `name=value` of the parameters named.
fn queries(gitlab: &FakeGitlab, operation: &str, names: &[&str]) -> Vec<String> {
    let requests = asked(gitlab, operation).into_iter();
    let query = requests.map(|request| {
        let pairs = request.query_pairs().into_iter();
        let pairs = pairs.filter(|(name, _)| names.contains(&name.as_str()));
        let pairs = pairs.map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join(" ")
    });
    query.collect()
}

fn project_jobs_are_asked_for_by_keyset(flavour: Flavour) {
    for keyset in [Keyset::Cursor, Keyset::IdBefore] {
        let (scene, expected) = project_with_jobs(230);
        scene.gitlab.with(|state| state.settings.keyset = keyset);

        let jobs = items!(scene.client(flavour), list_project_jobs().id(scene.project));

        assert_eq!(ids(jobs), expected);
        let names = ["pagination", "order_by", "sort", "per_page", "page"];
        let mut queries = queries(&scene.gitlab, "list_project_jobs", &names);
        assert_eq!(queries.len(), 3);
        // The order is ours on the first page, and the server's on the others.
        for query in &mut queries {
            let mut pairs = query.split(' ').collect::<Vec<_>>();
            pairs.sort_unstable();
            assert_eq!(
                pairs,
                [
                    "order_by=id",
                    "pagination=keyset",
                    "per_page=100",
                    "sort=desc"
                ]
            );
        }
    }
}

fn other_lists_are_asked_for_by_offset(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(25);
    let bridges = scene.gitlab.with(|state| {
        let mut ids = vec![];
        for number in 0..25 {
            ids.insert(
                0,
                state
                    .add_bridge(scene.pipeline, &format!("bridge {number}"))
                    .id(),
            );
        }
        ids
    });
    let client = scene.client(flavour);
    let (project, pipeline) = (scene.project, scene.pipeline);

    let list = items!(
        client,
        list_pipeline_jobs()
            .id(project)
            .pipeline_id(pipeline)
            .per_page(10)
    );
    assert_eq!(ids(list), expected);
    let list = items!(
        client,
        list_pipeline_bridges()
            .id(project)
            .pipeline_id(pipeline)
            .per_page(10)
    );
    let listed = list.map(|bridge| bridge.unwrap().id).collect::<Vec<_>>();
    assert_eq!(listed, bridges);

    for operation in ["list_pipeline_jobs", "list_pipeline_bridges"] {
        let pages = queries(&scene.gitlab, operation, &["page", "pagination"]);
        assert_eq!(pages, ["", "page=2", "page=3"]);
    }
}

fn offset_is_to_be_had_on_demand(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(10);
    let client = scene.client(flavour);

    let list = items!(
        client,
        list_project_jobs()
            .id(scene.project)
            .per_page(4)
            .pagination("offset")
    );
    assert_eq!(ids(list), expected);
    let list = items!(
        client,
        list_project_jobs().id(scene.project).per_page(4).page(2)
    );
    assert_eq!(ids(list), expected[4..]);

    let pages = queries(&scene.gitlab, "list_project_jobs", &["page", "order_by"]);
    assert_eq!(pages, ["", "page=2", "page=3", "page=2", "page=3"]);
}

fn a_server_that_refuses_keyset_is_asked_by_offset(flavour: Flavour) {
    for refusal in [Keyset::Refused, Keyset::Invalid] {
        let (scene, expected) = project_with_jobs(5);
        scene.gitlab.with(|state| state.settings.keyset = refusal);

        let list = items!(
            scene.client(flavour),
            list_project_jobs()
                .id(scene.project)
                .per_page(2)
                .scope("running")
        );
        assert_eq!(ids(list), [expected[4]]);
        let list = items!(
            scene.client(flavour),
            list_project_jobs().id(scene.project).per_page(2)
        );
        assert_eq!(ids(list), expected);

        let asked = queries(
            &scene.gitlab,
            "list_project_jobs",
            &["pagination", "order_by", "sort", "page", "scope[]"],
        );
        let keyset = "pagination=keyset order_by=id sort=desc";
        let scoped = format!("scope[]=running {keyset}");
        assert_eq!(
            asked,
            [&scoped, "scope[]=running", keyset, "", "page=2", "page=3"]
        );
    }
}

fn a_server_that_ignores_keyset_is_followed_all_the_same(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(7);
    scene
        .gitlab
        .with(|state| state.settings.keyset = Keyset::Ignored);

    let list = items!(
        scene.client(flavour),
        list_project_jobs().id(scene.project).per_page(3)
    );

    assert_eq!(ids(list), expected);
    assert_eq!(scene.gitlab.requests().len(), 3);
}

fn a_kind_that_was_chosen_is_not_exchanged(flavour: Flavour) {
    for (refusal, status) in [(Keyset::Refused, 405), (Keyset::Invalid, 400)] {
        let (scene, _) = project_with_jobs(5);
        scene.gitlab.with(|state| state.settings.keyset = refusal);

        let mut list = items!(
            scene.client(flavour),
            list_project_jobs().id(scene.project).pagination("keyset")
        );

        assert_eq!(list.next().unwrap().unwrap_err().status().unwrap(), status);
        assert!(list.next().is_none());
        assert_eq!(scene.gitlab.requests().len(), 1);
    }
}

fn keyset_is_not_given_up_after_the_first_page(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(5);
    scene.gitlab.inject(Fault::new().skip(1).status(405));

    let mut list = items!(
        scene.client(flavour),
        list_project_jobs().id(scene.project).per_page(2)
    );

    assert_eq!(ids(list.by_ref().take(2)), expected[..2]);
    assert_eq!(list.next().unwrap().unwrap_err().status().unwrap(), 405);
    assert_eq!(scene.gitlab.requests().len(), 2);
}

fn the_limit_of_the_offset_is_told_after_the_entries_before_it(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(9);
    scene
        .gitlab
        .with(|state| state.settings.max_offset = Some(4));

    let mut list = items!(
        scene.client(flavour),
        list_project_jobs()
            .id(scene.project)
            .per_page(3)
            .pagination("offset")
    );

    assert_eq!(ids(list.by_ref().take(6)), expected[..6]);
    let error = list.next().unwrap().unwrap_err();
    assert_eq!(error.status().unwrap(), 405);
    assert!(error.message().unwrap().contains("keyset"), "{error}");
}

fn a_short_page_is_not_the_end(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(10);
    scene
        .gitlab
        .with(|state| state.settings.short_pages = Some(3));
    for kind in ["keyset", "offset"] {
        let list = items!(
            scene.client(flavour),
            list_project_jobs().id(scene.project).pagination(kind)
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

    let list = items!(scene.client(flavour), list_project_jobs().id(scene.project));

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

            let keyset = items!(client, list_project_jobs().id(project).per_page(2));
            let offset = items!(
                client,
                list_pipeline_jobs()
                    .id(project)
                    .pipeline_id(pipeline)
                    .per_page(2)
            );

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
            list_pipeline_jobs()
                .id(scene.project)
                .pipeline_id(scene.pipeline)
                .per_page(2)
        );
        assert_eq!(ids(list), expected);
        assert_eq!(scene.gitlab.take_requests().len(), 3, "{link}");
    }
}

/// A list of pipeline jobs, two a page.
fn in_twos(scene: &Scene, flavour: Flavour) -> Items<Job> {
    items!(
        scene.client_without_retries(flavour),
        list_pipeline_jobs()
            .id(scene.project)
            .pipeline_id(scene.pipeline)
            .per_page(2)
    )
}

fn a_page_that_leads_to_itself_is_an_error_after_its_entries(flavour: Flavour) {
    let next = |query: &str| format!(r#"<https://gitlab.com/jobs?{query}>; rel="next""#);
    for (links, requests) in [
        (["per_page=2", "per_page=2"], 1),
        (["page=2&per_page=2", "page=2&per_page=2"], 2),
        // The parameters in another order, or written otherwise, are the same page all the same.
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

fn pages_that_lead_in_a_circle_are_an_error_after_their_entries(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(6);
    let back = r#"<https://gitlab.com/jobs?per_page=2>; rel="next""#;
    scene.gitlab.inject(Fault::new().skip(1).link(back));

    let mut list = in_twos(&scene, flavour);

    assert_eq!(ids(list.by_ref().take(4)), expected[..4]);
    let error = list.next().unwrap().unwrap_err();
    assert!(error.to_string().contains("lead back"), "{error}");
    assert!(list.next().is_none());
    assert_eq!(scene.gitlab.requests().len(), 2);
}

fn an_error_comes_after_all_entries_before_it_and_can_be_resumed(flavour: Flavour) {
    for kind in ["keyset", "offset"] {
        for failing_page in 0..3_usize {
            let (scene, expected) = project_with_jobs(6);
            let (project, client) = (scene.project, scene.client_without_retries(flavour));
            let fault = Fault::new().skip(failing_page as u64).times(1);
            scene.gitlab.inject(fault.bad_gateway());
            let (before, rest) = expected.split_at(2 * failing_page);

            let mut list = items!(
                client,
                list_project_jobs().id(project).per_page(2).pagination(kind)
            );
            assert_eq!(ids(list.by_ref().take(before.len())), before);
            assert!(list.next().unwrap().unwrap_err().is_server_error());
            let cursor = list.cursor().unwrap().to_string();
            assert!(list.next().is_none());

            // Another program, later: all that it has is the text.
            let cursor = cursor.parse::<Cursor>().unwrap();
            let list = items!(client, list_project_jobs().id(project)).resume(cursor.clone());
            assert_eq!(ids(list), rest, "{cursor}");
            let pages = pages!(client, list_project_jobs().id(project)).resume(cursor.clone());
            let listed = pages.flat_map(|page| page.unwrap().into_inner());
            assert_eq!(listed.map(|job| job.id).collect::<Vec<_>>(), rest);

            // By the page it is the same place.
            let fault = Fault::new().skip(failing_page as u64).times(1);
            scene.gitlab.inject(fault.bad_gateway());
            let mut pages = pages!(
                client,
                list_project_jobs().id(project).per_page(2).pagination(kind)
            );
            assert!(pages.by_ref().take(failing_page).all(|page| page.is_ok()));
            assert!(pages.next().unwrap().unwrap_err().is_server_error());
            assert_eq!(pages.cursor(), Some(cursor));
            assert!(pages.next().is_none());
        }
    }
}

fn a_cursor_in_the_middle_of_a_page_gives_exactly_the_rest(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(12);
    let client = scene.client(flavour);
    for kind in ["keyset", "offset"] {
        for taken in 1..12 {
            let list = items!(
                client,
                list_project_jobs()
                    .id(scene.project)
                    .per_page(5)
                    .pagination(kind)
            );
            let mut list = list.prefetch(taken % 2 == 0);
            assert_eq!(ids(list.by_ref().take(taken)), expected[..taken]);
            let cursor = list.cursor().unwrap().to_string();
            drop(list);

            let cursor = cursor.parse::<Cursor>().unwrap();
            let list = items!(client, list_project_jobs().id(scene.project));
            let mut list = list.resume(cursor);
            // One more, and once more from there.
            assert_eq!(list.next().unwrap().unwrap().id, expected[taken]);
            let Some(cursor) = list.cursor() else {
                assert_eq!(taken, 11);
                continue;
            };
            let list = items!(client, list_project_jobs().id(scene.project));
            assert_eq!(ids(list.resume(cursor)), expected[taken + 1..], "{taken}");
        }
    }
}

fn a_cursor_is_there_only_between_the_first_and_the_last_page(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(4);
    let mut list = in_twos(&scene, flavour);
    assert_eq!(list.cursor(), None);
    assert_eq!(ids(list.by_ref()), expected);
    assert_eq!(list.cursor(), None);

    let cursor = "1;per_page=2".parse::<Cursor>().unwrap();
    let list = in_twos(&scene, flavour).resume(cursor.clone());
    assert_eq!(list.cursor(), Some(cursor));
}

fn pages_tell_where_they_stand(flavour: Flavour) {
    let (scene, _) = project_with_jobs(5);
    let client = scene.client(flavour);
    let (project, pipeline) = (scene.project, scene.pipeline);

    let offset = pages!(
        client,
        list_pipeline_jobs()
            .id(project)
            .pipeline_id(pipeline)
            .per_page(2)
    );
    let offset = offset.map(Result::unwrap).collect::<Vec<_>>();
    let lengths = offset.iter().map(|page| page.len()).collect::<Vec<_>>();
    assert_eq!(lengths, [2, 2, 1]);
    let info = offset[1].page_info();
    assert_eq!((info.page, info.per_page), (Some(2), Some(2)));
    assert_eq!((info.prev_page, info.next_page), (Some(1), Some(3)));
    assert_eq!((info.total, info.total_pages), (Some(5), Some(3)));
    let info = offset[2].page_info();
    assert_eq!((info.next_page, info.has_next()), (None, false));

    let keyset = pages!(client, list_project_jobs().id(project).per_page(3));
    let keyset = keyset.map(Result::unwrap).collect::<Vec<_>>();
    let info = keyset[0].page_info();
    assert_eq!((info.page, info.total), (None, None));
    assert!(info.next_query.unwrap().contains("cursor="));
    assert!(!keyset[1].page_info().has_next());

    let job = send!(client, get_job().id(project).job_id(scene.job)).unwrap();
    assert_eq!(job.page_info(), gitlab_jobs::PageInfo::default());
}

fn a_text_that_is_no_cursor_is_refused(flavour: Flavour) {
    for text in ["", "page=2", "x;page=2", "-1;page=2"] {
        let error = text.parse::<Cursor>().unwrap_err();
        assert!(error.to_string().contains("not a cursor"), "{text}");
    }
    // One for another list is the server's to refuse.
    let (scene, _) = project_with_jobs(2);
    let cursor = "0;page=none".parse::<Cursor>().unwrap();
    let client = flavour.build(quick(&scene.gitlab));
    let mut list = items!(client, list_project_jobs().id(scene.project)).resume(cursor);
    assert_eq!(list.next().unwrap().unwrap_err().status().unwrap(), 400);
}
