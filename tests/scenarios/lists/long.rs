//! Lists of several hundred entries: each is returned once, newest first, and no page is requested twice.

use fake_gitlab::{FakeGitlab, Keyset};
use gitlab_jobs::types::{JobScope, PaginationKind};

use super::ids;
use crate::flavour::{Flavour, for_both_clients, items, pages};
use crate::scene::quick;
use crate::wire::request_lines;

for_both_clients! {
    a_projects_jobs_are_read_by_keyset,
    a_projects_jobs_are_read_by_keyset_with_id_before,
    a_projects_jobs_are_read_by_offset_on_request,
    a_pipelines_jobs_are_read_by_offset,
    a_pipelines_bridges_are_read_by_offset,
    pages_have_their_headers,
    keyset_pages_are_complete,
    page_size_and_scope_apply_to_all_pages,
    reading_can_begin_in_the_middle,
    an_empty_list_has_one_empty_page_and_no_entries,
    a_missing_list_returns_its_error_once,
}

const COUNT: u64 = 345;

/// A project with many jobs in one pipeline; their ids, newest first.
struct Many {
    gitlab: FakeGitlab,
    project: u64,
    pipeline: u64,
    ids: Vec<u64>,
}

fn many() -> Many {
    let gitlab = FakeGitlab::start();
    let (project, pipeline, ids) = gitlab.with(|state| {
        let project = state.add_project("group/project");
        let ids = state.seed_jobs(project, COUNT);
        (
            project,
            state.job(*ids.start()).pipeline(),
            ids.rev().collect(),
        )
    });
    Many {
        gitlab,
        project,
        pipeline,
        ids,
    }
}

fn a_projects_jobs_are_read_by_keyset(flavour: Flavour) {
    let many = many();
    let client = flavour.build(quick(&many.gitlab));

    let jobs = items!(client, list_project_jobs(many.project));

    assert_eq!(ids(jobs), many.ids);
    let requests = many.gitlab.take_requests();
    assert_eq!(requests.len(), 4);
    let first = "per_page=100&pagination=keyset&order_by=id&sort=desc";
    assert_eq!(requests[0].query.as_deref(), Some(first));
    for request in &requests[1..] {
        assert_eq!(
            request.query_values("cursor").len(),
            1,
            "{}",
            request.line()
        );
        assert_eq!(request.query_values("per_page"), ["100"]);
        assert_eq!(request.query_values("pagination"), ["keyset"]);
        assert_eq!(request.query_values("page"), [""; 0]);
    }
}

fn a_projects_jobs_are_read_by_keyset_with_id_before(flavour: Flavour) {
    let many = many();
    many.gitlab
        .with(|state| state.settings.keyset = Keyset::IdBefore);
    let client = flavour.build(quick(&many.gitlab));

    let jobs = items!(client, list_project_jobs(many.project));

    assert_eq!(ids(jobs), many.ids);
    let requests = many.gitlab.take_requests();
    let before: Vec<_> = requests
        .iter()
        .flat_map(|request| request.query_values("id_before"))
        .collect();
    assert_eq!(
        before,
        [many.ids[99], many.ids[199], many.ids[299]].map(|id| id.to_string())
    );
}

fn a_projects_jobs_are_read_by_offset_on_request(flavour: Flavour) {
    let many = many();
    let client = flavour.build(quick(&many.gitlab));

    let jobs = items!(
        client,
        list_project_jobs(many.project).pagination(PaginationKind::Offset)
    );

    assert_eq!(ids(jobs), many.ids);
    assert_pages(&many.gitlab, &["", "2", "3", "4"]);
}

fn a_pipelines_jobs_are_read_by_offset(flavour: Flavour) {
    let many = many();
    let client = flavour.build(quick(&many.gitlab));

    let jobs = items!(client, list_pipeline_jobs(many.project, many.pipeline));

    assert_eq!(ids(jobs), many.ids);
    assert_pages(&many.gitlab, &["", "2", "3", "4"]);
}

fn a_pipelines_bridges_are_read_by_offset(flavour: Flavour) {
    let gitlab = FakeGitlab::start();
    let (project, pipeline, ids) = gitlab.with(|state| {
        let project = state.add_project("group/project");
        let pipeline = state.add_pipeline(project);
        let ids: Vec<_> = (0..250)
            .map(|_| state.add_bridge(pipeline, "trigger").id())
            .collect();
        (project, pipeline, ids)
    });
    let client = flavour.build(quick(&gitlab));

    let bridges = items!(client, list_pipeline_bridges(project, pipeline));

    let bridges: Vec<_> = bridges.map(|bridge| bridge.unwrap().id).collect();
    assert_eq!(bridges, ids.into_iter().rev().collect::<Vec<_>>());
    assert_pages(&gitlab, &["", "2", "3"]);
}

/// Asserts that these pages were requested, in this order and once each.
fn assert_pages(gitlab: &FakeGitlab, pages: &[&str]) {
    let requests = gitlab.take_requests();
    let asked: Vec<_> = requests
        .iter()
        .map(|request| request.query_values("page").concat())
        .collect();
    assert_eq!(asked, pages);
    for request in requests {
        assert_eq!(request.query_values("per_page"), ["100"]);
    }
}

fn pages_have_their_headers(flavour: Flavour) {
    let many = many();
    let client = flavour.build(quick(&many.gitlab));

    let pages: Vec<_> = pages!(client, list_pipeline_jobs(many.project, many.pipeline)).collect();

    assert_eq!(pages.len(), 4);
    let mut read = Vec::new();
    for (page, (number, length)) in pages
        .into_iter()
        .zip([(1, 100), (2, 100), (3, 100), (4, 45)])
    {
        let page = page.unwrap();
        let info = page.page_info();
        assert_eq!((info.page, page.len()), (Some(number), length));
        assert_eq!((info.total, info.total_pages), (Some(COUNT), Some(4)));
        assert_eq!(info.prev_page, (number > 1).then_some(number - 1));
        assert_eq!(info.next_page, (number < 4).then_some(number + 1));
        assert_eq!(info.has_next(), number < 4);
        assert_eq!(page.status(), 200);
        assert!(page.request_id().is_some());
        read.extend(page.iter().map(|job| job.id));
    }
    assert_eq!(read, many.ids);
}

fn keyset_pages_are_complete(flavour: Flavour) {
    let many = many();
    let client = flavour.build(quick(&many.gitlab));

    let pages = pages!(client, list_project_jobs(many.project));

    let pages: Vec<_> = pages.map(Result::unwrap).collect();
    let shape: Vec<_> = pages
        .iter()
        .map(|page| (page.len(), page.page_info().has_next()))
        .collect();
    assert_eq!(shape, [(100, true), (100, true), (100, true), (45, false)]);
    let read = pages.iter().flat_map(|page| page.iter().map(|job| job.id));
    assert_eq!(read.collect::<Vec<_>>(), many.ids);
}

fn page_size_and_scope_apply_to_all_pages(flavour: Flavour) {
    let many = many();
    many.gitlab.with(|state| {
        for id in many.ids.iter().filter(|id| *id % 5 == 0) {
            state.job_mut(*id).set_status("failed");
        }
    });
    let client = flavour.build(quick(&many.gitlab));

    let jobs = items!(
        client,
        list_project_jobs(many.project)
            .scope(JobScope::Failed)
            .per_page(20)
    );

    let failed: Vec<_> = many.ids.into_iter().filter(|id| id % 5 == 0).collect();
    assert_eq!(ids(jobs), failed);
    let requests = many.gitlab.take_requests();
    assert_eq!(requests.len(), failed.len().div_ceil(20));
    for request in requests {
        assert_eq!(request.query_values("scope[]"), ["failed"]);
        assert_eq!(request.query_values("per_page"), ["20"]);
    }
}

fn reading_can_begin_in_the_middle(flavour: Flavour) {
    let many = many();
    let client = flavour.build(quick(&many.gitlab));

    let jobs = items!(
        client,
        list_pipeline_jobs(many.project, many.pipeline).page(3)
    );
    assert_eq!(ids(jobs), many.ids[200..]);
    assert_pages(&many.gitlab, &["3", "4"]);

    let jobs = items!(
        client,
        list_project_jobs(many.project).id_before(many.ids[299])
    );
    assert_eq!(ids(jobs), many.ids[300..]);
}

fn an_empty_list_has_one_empty_page_and_no_entries(flavour: Flavour) {
    let gitlab = FakeGitlab::start();
    let project = gitlab.with(|state| state.add_project("group/project"));
    let client = flavour.build(quick(&gitlab));

    let mut jobs = items!(client, list_project_jobs(project));
    assert!(jobs.next().is_none());
    assert_eq!(gitlab.take_requests().len(), 1);

    let pages = pages!(client, list_project_jobs(project));
    let lengths: Vec<_> = pages.map(|page| page.unwrap().len()).collect();
    assert_eq!(lengths, [0]);
    assert_eq!(gitlab.take_requests().len(), 1);
}

fn a_missing_list_returns_its_error_once(flavour: Flavour) {
    let gitlab = FakeGitlab::start();
    let client = flavour.build(quick(&gitlab));

    let jobs: Vec<_> = items!(client, list_pipeline_jobs("no/project", 6)).collect();
    assert_eq!(jobs.len(), 1);
    assert!(jobs[0].as_ref().unwrap_err().is_not_found());
    let line = "GET /api/v4/projects/no%2Fproject/pipelines/6/jobs?per_page=100";
    assert_eq!(request_lines(&gitlab), [line]);
}
