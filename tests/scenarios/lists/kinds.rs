//! Keyset and offset pagination: which is requested first, and the fallback if the server refuses it.

use fake_gitlab::{FakeGitlab, Fault, Keyset};

use super::{ids, project_with_jobs};
use crate::flavour::{Flavour, for_both_clients, items};
use crate::scene::requests_of;

for_both_clients! {
    project_jobs_use_keyset_pagination,
    other_lists_use_offset_pagination,
    offset_pagination_can_be_requested,
    refused_keyset_pagination_falls_back_to_offset,
    a_server_that_ignores_keyset_pagination_is_supported,
    an_explicit_kind_does_not_fall_back,
    keyset_pagination_does_not_fall_back_after_the_first_page,
    the_offset_limit_is_reported_after_the_entries_before_it,
}

/// The given query parameters of each request, as `name=value`.
fn queries(gitlab: &FakeGitlab, operation: &str, names: &[&str]) -> Vec<String> {
    let requests = requests_of(gitlab, operation).into_iter();
    let query = requests.map(|request| {
        let pairs = request.query_pairs().into_iter();
        let pairs = pairs.filter(|(name, _)| names.contains(&name.as_str()));
        let pairs = pairs.map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join(" ")
    });
    query.collect()
}

fn project_jobs_use_keyset_pagination(flavour: Flavour) {
    for keyset in [Keyset::Cursor, Keyset::IdBefore] {
        let (scene, expected) = project_with_jobs(230);
        scene.gitlab.with(|state| state.settings.keyset = keyset);

        let jobs = items!(scene.client(flavour), list_project_jobs(scene.project));

        assert_eq!(ids(jobs), expected);
        let names = ["pagination", "order_by", "sort", "per_page", "page"];
        let mut queries = queries(&scene.gitlab, "list_project_jobs", &names);
        assert_eq!(queries.len(), 3);
        // The client orders the parameters of the first page, the server those of the others.
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

fn other_lists_use_offset_pagination(flavour: Flavour) {
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

    let list = items!(client, list_pipeline_jobs(project, pipeline).per_page(10));
    assert_eq!(ids(list), expected);
    let list = items!(
        client,
        list_pipeline_bridges(project, pipeline).per_page(10)
    );
    let listed = list.map(|bridge| bridge.unwrap().id).collect::<Vec<_>>();
    assert_eq!(listed, bridges);

    for operation in ["list_pipeline_jobs", "list_pipeline_bridges"] {
        let pages = queries(&scene.gitlab, operation, &["page", "pagination"]);
        assert_eq!(pages, ["", "page=2", "page=3"]);
    }
}

fn offset_pagination_can_be_requested(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(10);
    let client = scene.client(flavour);

    let list = items!(
        client,
        list_project_jobs(scene.project)
            .per_page(4)
            .pagination("offset")
    );
    assert_eq!(ids(list), expected);
    let list = items!(client, list_project_jobs(scene.project).per_page(4).page(2));
    assert_eq!(ids(list), expected[4..]);

    let pages = queries(&scene.gitlab, "list_project_jobs", &["page", "order_by"]);
    assert_eq!(pages, ["", "page=2", "page=3", "page=2", "page=3"]);
}

fn refused_keyset_pagination_falls_back_to_offset(flavour: Flavour) {
    for refusal in [Keyset::Refused, Keyset::Invalid] {
        let (scene, expected) = project_with_jobs(5);
        scene.gitlab.with(|state| state.settings.keyset = refusal);

        let list = items!(
            scene.client(flavour),
            list_project_jobs(scene.project)
                .per_page(2)
                .scope("running")
        );
        assert_eq!(ids(list), [expected[4]]);
        let list = items!(
            scene.client(flavour),
            list_project_jobs(scene.project).per_page(2)
        );
        assert_eq!(ids(list), expected);

        let queries = queries(
            &scene.gitlab,
            "list_project_jobs",
            &["pagination", "order_by", "sort", "page", "scope[]"],
        );
        let keyset = "pagination=keyset order_by=id sort=desc";
        let scoped = format!("scope[]=running {keyset}");
        assert_eq!(
            queries,
            [&scoped, "scope[]=running", keyset, "", "page=2", "page=3"]
        );
    }
}

fn a_server_that_ignores_keyset_pagination_is_supported(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(7);
    scene
        .gitlab
        .with(|state| state.settings.keyset = Keyset::Ignored);

    let list = items!(
        scene.client(flavour),
        list_project_jobs(scene.project).per_page(3)
    );

    assert_eq!(ids(list), expected);
    assert_eq!(scene.gitlab.requests().len(), 3);
}

fn an_explicit_kind_does_not_fall_back(flavour: Flavour) {
    for (refusal, status) in [(Keyset::Refused, 405), (Keyset::Invalid, 400)] {
        let (scene, _) = project_with_jobs(5);
        scene.gitlab.with(|state| state.settings.keyset = refusal);

        let mut list = items!(
            scene.client(flavour),
            list_project_jobs(scene.project).pagination("keyset")
        );

        assert_eq!(list.next().unwrap().unwrap_err().status().unwrap(), status);
        assert!(list.next().is_none());
        assert_eq!(scene.gitlab.requests().len(), 1);
    }
}

fn keyset_pagination_does_not_fall_back_after_the_first_page(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(5);
    scene.gitlab.inject(Fault::new().skip(1).status(405));

    let mut list = items!(
        scene.client(flavour),
        list_project_jobs(scene.project).per_page(2)
    );

    assert_eq!(ids(list.by_ref().take(2)), expected[..2]);
    assert_eq!(list.next().unwrap().unwrap_err().status().unwrap(), 405);
    assert_eq!(scene.gitlab.requests().len(), 2);
}

fn the_offset_limit_is_reported_after_the_entries_before_it(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(9);
    scene
        .gitlab
        .with(|state| state.settings.max_offset = Some(4));

    let mut list = items!(
        scene.client(flavour),
        list_project_jobs(scene.project)
            .per_page(3)
            .pagination("offset")
    );

    assert_eq!(ids(list.by_ref().take(6)), expected[..6]);
    let error = list.next().unwrap().unwrap_err();
    assert_eq!(error.status().unwrap(), 405);
    assert!(error.message().unwrap().contains("keyset"), "{error}");
}
