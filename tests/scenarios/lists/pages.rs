//! One page of each list: its scope in every form, its other parameters, and its position in the list.

use fake_gitlab::{DEMO_PIPELINE, FakeGitlab};
use gitlab_jobs::types::{JobOrder, JobScope, JobStatus, PaginationKind, SortDirection};

use crate::flavour::{Flavour, for_both_clients, send};
use crate::scene::{demo, quick};
use crate::wire::only_request;

for_both_clients! {
    one_scope_can_be_given_in_every_form,
    several_scopes_can_be_given_in_every_form,
    an_empty_scope_is_not_sent,
    an_unknown_scope_is_sent_unchanged,
    every_list_returns_only_jobs_in_its_scope,
    retried_jobs_are_returned_on_request,
    every_parameter_of_a_list_is_sent,
    an_offset_page_reports_its_position,
    a_page_of_project_jobs_has_no_totals,
    a_keyset_page_reports_only_its_successor,
}

/// The query of the project's jobs with a scope, and how many jobs of the demo project it returns.
macro_rules! with_scope {
    ($flavour:expr, $($scope:expr,)+) => {{
        let gitlab = demo();
        let client = $flavour.build(quick(&gitlab));
        vec![$({
            let page = send!(client, list_project_jobs(42).scope($scope)).unwrap();
            (only_request(&gitlab).query.unwrap_or_default(), page.len())
        }),+]
    }};
}

fn one_scope_can_be_given_in_every_form(flavour: Flavour) {
    let sent = with_scope![
        flavour,
        JobScope::Failed,
        [JobScope::Failed],
        vec![JobScope::Failed],
        &[JobScope::Failed][..],
        Some(JobScope::Failed),
        JobStatus::Failed,
        [JobStatus::Failed],
        vec![JobStatus::Failed],
        "failed",
        "failed".to_owned(),
        ["failed"],
        vec!["failed"],
        vec!["failed".to_owned()],
    ];
    assert_eq!(sent, vec![("scope%5B%5D=failed".to_owned(), 1); 13]);
}

fn several_scopes_can_be_given_in_every_form(flavour: Flavour) {
    let sent = with_scope![
        flavour,
        [JobScope::Failed, JobScope::Manual],
        vec![JobScope::Failed, JobScope::Manual],
        &[JobScope::Failed, JobScope::Manual][..],
        [JobStatus::Failed, JobStatus::Manual],
        vec![JobStatus::Failed, JobStatus::Manual],
        ["failed", "manual"],
        vec!["failed", "manual"],
        vec!["failed".to_owned(), "manual".to_owned()],
        Some(["failed", "manual"]),
    ];
    assert_eq!(
        sent,
        vec![("scope%5B%5D=failed&scope%5B%5D=manual".to_owned(), 2); 9]
    );
}

fn an_empty_scope_is_not_sent(flavour: Flavour) {
    let sent = with_scope![flavour, Vec::<JobScope>::new(), None::<JobScope>,];
    assert_eq!(sent, vec![(String::new(), 4); 2]);
}

fn an_unknown_scope_is_sent_unchanged(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let call = send!(client, list_project_jobs(42).scope("half done & more"));

    let error = call.unwrap_err();
    assert_eq!(error.status().unwrap(), 400);
    assert_eq!(error.message(), Some("scope does not have a valid value"));
    let request = only_request(&gitlab);
    assert_eq!(
        request.query.as_deref(),
        Some("scope%5B%5D=half+done+%26+more")
    );
    assert_eq!(request.query_values("scope[]"), ["half done & more"]);
}

fn every_list_returns_only_jobs_in_its_scope(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));
    let path = "/api/v4/projects/42/pipelines/420";

    let jobs = send!(
        client,
        list_pipeline_jobs(42, DEMO_PIPELINE).scope([JobScope::Running, JobScope::Success])
    );
    let ids: Vec<_> = jobs.unwrap().iter().map(|job| job.id).collect();
    assert_eq!(ids, [4203, 4201]);
    let query = "scope%5B%5D=running&scope%5B%5D=success";
    assert_eq!(only_request(&gitlab).target, format!("{path}/jobs?{query}"));

    let bridges = send!(
        client,
        list_pipeline_bridges(42, DEMO_PIPELINE).scope(JobStatus::Manual)
    );
    let bridges = bridges.unwrap();
    assert_eq!((bridges.len(), bridges[0].id), (1, 4206));
    assert_eq!(
        only_request(&gitlab).target,
        format!("{path}/bridges?scope%5B%5D=manual")
    );
}

fn retried_jobs_are_returned_on_request(flavour: Flavour) {
    let gitlab = FakeGitlab::start();
    let (project, pipeline) = gitlab.with(|state| {
        let project = state.add_project("group/project");
        let pipeline = state.add_pipeline(project);
        state
            .add_job(pipeline, "build")
            .set_status("failed")
            .set_retried(true);
        state.add_job(pipeline, "build").set_status("success");
        (project, pipeline)
    });
    let client = flavour.build(quick(&gitlab));

    for (include_retried, query, count) in [
        (None, None, 1),
        (Some(false), Some("include_retried=false"), 1),
        (Some(true), Some("include_retried=true"), 2),
    ] {
        let jobs = send!(
            client,
            list_pipeline_jobs(project, pipeline).include_retried(include_retried)
        );
        assert_eq!(jobs.unwrap().len(), count);
        assert_eq!(only_request(&gitlab).query.as_deref(), query);
    }
}

fn every_parameter_of_a_list_is_sent(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    send!(
        client,
        list_project_jobs(42)
            .scope(["failed", "running"])
            .page(3)
            .per_page(50)
            .pagination(PaginationKind::Offset)
            .order_by(JobOrder::Id)
            .sort(SortDirection::Desc)
            .cursor("eyJ/+=&")
            .id_before(6_747_393_391)
    )
    .unwrap();
    assert_eq!(
        only_request(&gitlab).query.unwrap(),
        "scope%5B%5D=failed&scope%5B%5D=running&page=3&per_page=50&pagination=offset&order_by=id&sort=desc\
         &cursor=eyJ%2F%2B%3D%26&id_before=6747393391"
    );

    send!(
        client,
        list_pipeline_jobs(42, 420)
            .include_retried(true)
            .scope("failed")
            .page(1)
            .per_page(7)
    )
    .unwrap();
    let query = "include_retried=true&scope%5B%5D=failed&page=1&per_page=7";
    assert_eq!(only_request(&gitlab).query.unwrap(), query);

    send!(
        client,
        list_pipeline_bridges(42, 420)
            .scope("manual")
            .page(1)
            .per_page(7)
    )
    .unwrap();
    let query = "scope%5B%5D=manual&page=1&per_page=7";
    assert_eq!(only_request(&gitlab).query.unwrap(), query);
}

fn an_offset_page_reports_its_position(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let page = send!(client, list_pipeline_jobs(42, 420).page(2).per_page(1)).unwrap();

    let info = page.page_info();
    assert_eq!((info.page, info.per_page), (Some(2), Some(1)));
    assert_eq!((info.prev_page, info.next_page), (Some(1), Some(3)));
    assert_eq!((info.total, info.total_pages), (Some(4), Some(4)));
    let next = "id=42&page=3&per_page=1&pipeline_id=420";
    assert_eq!(info.next_query.as_deref(), Some(next));
    assert!(info.has_next());

    let last = send!(client, list_pipeline_jobs(42, 420).page(4).per_page(1)).unwrap();
    assert_eq!(
        (last.page_info().next_page, last.page_info().has_next()),
        (None, false)
    );
}

fn a_page_of_project_jobs_has_no_totals(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let page = send!(client, list_project_jobs(42).per_page(3)).unwrap();

    let info = page.page_info();
    assert_eq!(
        (page.len(), info.page, info.next_page),
        (3, Some(1), Some(2))
    );
    assert_eq!((info.total, info.total_pages), (None, None));
}

fn a_keyset_page_reports_only_its_successor(flavour: Flavour) {
    let gitlab = demo();
    let client = flavour.build(quick(&gitlab));

    let page = send!(
        client,
        list_project_jobs(42)
            .per_page(3)
            .pagination(PaginationKind::Keyset)
            .order_by(JobOrder::Id)
            .sort(SortDirection::Desc)
    );

    let info = page.unwrap().page_info();
    assert!(
        info.next_query
            .as_deref()
            .is_some_and(|query| query.contains("cursor="))
    );
    assert!(info.has_next());
    let numbers = [
        info.page,
        info.per_page,
        info.prev_page,
        info.next_page,
        info.total,
        info.total_pages,
    ];
    assert_eq!(numbers, [None; 6]);
}
