//! Both kinds of pagination, and the forms of `Link`.

use fake_gitlab::{FakeGitlab, Keyset, Settings};

use crate::wire::{project, request};

const KEYSET: &str = "pagination=keyset&order_by=id&sort=desc";

fn seeded(count: u64, configure: impl FnOnce(&mut Settings)) -> (FakeGitlab, String, Vec<u64>) {
    let gitlab = FakeGitlab::builder().configure(configure).start();
    let (project, _) = project(&gitlab);
    let ids = gitlab
        .with(|state| state.seed_jobs(project, count))
        .rev()
        .collect();
    (gitlab, format!("/api/v4/projects/{project}/jobs"), ids)
}

/// The pages from `target` on, by the links.
fn walk(gitlab: &FakeGitlab, target: &str) -> Vec<Vec<u64>> {
    let mut pages = Vec::new();
    let mut next = Some(target.to_owned());
    while let Some(target) = next {
        let response = request(gitlab, "GET", &target);
        pages.push(response.ids());
        next = response.link("next");
    }
    pages
}

#[test]
fn every_kind_of_page_returns_each_job_once() {
    let changes: [fn(&mut Settings); 6] = [
        |_| {},
        |settings| settings.keyset = Keyset::IdBefore,
        |settings| settings.keyset = Keyset::Ignored,
        |settings| settings.short_pages = Some(2),
        |settings| settings.relative_links = true,
        |settings| settings.split_links = true,
    ];
    for change in changes {
        let (gitlab, list, ids) = seeded(11, change);
        for query in ["per_page=5", &format!("per_page=5&{KEYSET}")] {
            let pages = walk(&gitlab, &format!("{list}?{query}"));
            assert_eq!(pages.concat(), ids, "{query}");
            assert!(pages.len() > 2, "{query}");
        }
    }
}

#[test]
fn offset_pages_have_totals_only_where_gitlab_sends_them() {
    let (gitlab, list, ids) = seeded(11, |_| {});
    let page = request(&gitlab, "GET", &format!("{list}?per_page=5&page=2"));
    let headers = [
        "x-page",
        "x-per-page",
        "x-prev-page",
        "x-next-page",
        "x-total",
    ]
    .map(|name| page.header(name));
    assert_eq!(headers, [Some("2"), Some("5"), Some("1"), Some("3"), None]);
    assert_eq!((page.ids(), page.link("last")), (ids[5..10].to_vec(), None));
    assert!(page.link("prev").unwrap().contains("page=1") && page.link("first").is_some());

    let pipeline = gitlab.job(ids[0]).pipeline();
    let list = list.replace("/jobs", &format!("/pipelines/{pipeline}/jobs"));
    let page = request(&gitlab, "GET", &format!("{list}?per_page=5&page=3"));
    assert_eq!(
        ["x-next-page", "x-total", "x-total-pages"].map(|name| page.header(name)),
        [Some(""), Some("11"), Some("3")]
    );
    assert!(page.link("last").unwrap().contains("page=3"));
}

#[test]
fn keyset_pages_are_rejected_where_gitlab_refuses_them() {
    let (gitlab, list, _) = seeded(3, |_| {});
    let status = |target: &str| request(&gitlab, "GET", target).status;
    let page = request(&gitlab, "GET", &format!("{list}?{KEYSET}"));
    assert_eq!((page.header("link"), page.header("x-page")), (None, None));
    for refused in ["order_by=name", "sort=asc", "order_by=id&sort=asc"] {
        assert_eq!(status(&format!("{list}?pagination=keyset&{refused}")), 405);
    }
    assert_eq!(status(&format!("{list}?{KEYSET}&cursor=nonsense")), 400);
    gitlab.with(|state| state.settings.keyset = Keyset::Refused);
    assert_eq!(status(&format!("{list}?{KEYSET}")), 405);
    gitlab.with(|state| state.settings.max_offset = Some(1));
    let beyond = request(&gitlab, "GET", &format!("{list}?per_page=1&page=3"));
    assert!(beyond.status == 405 && beyond.json()["error"].as_str().unwrap().contains("keyset"));
}

#[test]
fn keyset_needs_no_order_and_a_pipelines_list_ignores_it() {
    let (gitlab, list, ids) = seeded(3, |_| {});
    let page = request(
        &gitlab,
        "GET",
        &format!("{list}?pagination=keyset&per_page=2"),
    );
    assert_eq!((page.status, page.ids()), (200, ids[..2].to_vec()));
    assert!(page.link("next").unwrap().contains("cursor="));
    let pipeline = gitlab.job(ids[0]).pipeline();
    let list = list.replace("/jobs", &format!("/pipelines/{pipeline}/jobs"));
    let page = request(
        &gitlab,
        "GET",
        &format!("{list}?{KEYSET}&per_page=2&page=2"),
    );
    assert_eq!(
        (page.header("x-page"), page.ids()),
        (Some("2"), ids[2..].to_vec())
    );
}

#[test]
fn a_link_has_the_external_url() {
    let (gitlab, list, _) = seeded(3, |settings| {
        settings.external_url = Some("https://inner.example".to_owned())
    });
    let page = request(&gitlab, "GET", &format!("{list}?per_page=1&scope=success"));
    assert!(
        page.header("link")
            .unwrap()
            .starts_with("<https://inner.example/api/v4/projects/")
    );
    assert!(page.link("next").unwrap().contains("scope%5B%5D=success"));
}

#[test]
fn lists_of_twenty_thousand_jobs_have_pages_and_no_totals() {
    let (gitlab, list, ids) = seeded(20_000, |_| {});
    let last = request(&gitlab, "GET", &format!("{list}?per_page=100&page=200"));
    assert_eq!(
        (last.ids(), last.link("next")),
        (ids[19_900..].to_vec(), None)
    );
    let pipeline = gitlab.job(ids[0]).pipeline();
    let list = list.replace("/jobs", &format!("/pipelines/{pipeline}/jobs"));
    let page = request(&gitlab, "GET", &format!("{list}?per_page=2"));
    assert_eq!((page.header("x-total"), page.link("last")), (None, None));
}

#[test]
fn a_link_is_as_long_on_the_last_page_as_on_the_first() {
    let (gitlab, list, ids) = seeded(40, |_| {});
    let pipeline = gitlab.job(ids[0]).pipeline();
    let of_pipeline = list.replace("/jobs", &format!("/pipelines/{pipeline}/jobs"));
    for target in [
        format!("{list}?per_page=2"),
        format!("{list}?per_page=2&scope[]=success&{KEYSET}"),
        format!("{of_pipeline}?per_page=2&include_retried=true"),
    ] {
        let (mut lengths, mut next) = (Vec::new(), Some(target));
        while let Some(target) = next {
            next = request(&gitlab, "GET", &target).link("next");
            lengths.extend(next.as_ref().map(String::len));
        }
        let (first, last) = (lengths[0], lengths[lengths.len() - 1]);
        assert!(lengths.len() == 19 && last <= first + 1, "{lengths:?}");
    }
}
