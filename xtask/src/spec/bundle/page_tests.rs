//! The page in a real browser, Debian's Chromium, without any network.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use gitlab_jobs_codegen::Node;

use super::page;
use super::tests::published;
use crate::spec::tool;

fn operations(document: &Node) -> BTreeSet<String> {
    let paths = document.entries_at("paths");
    paths
        .flat_map(|(path, item)| {
            let verbs = ["get", "post", "put", "delete"]
                .into_iter()
                .filter(|verb| item.get(verb).is_some());
            verbs.map(move |verb| format!("{}{path}", verb.to_uppercase()))
        })
        .collect()
}

/// The page as Chromium shows it. `None`, with a word on standard error, where there is no Chromium.
fn visit(name: &str, page: &str) -> Option<String> {
    if !tool::is_there("chromium") {
        eprintln!("skipped: chromium is not there (Debian: chromium)");
        return None;
    }
    let directory: PathBuf =
        std::env::temp_dir().join(format!("page-{name}-{}", std::process::id()));
    tool::empty(&directory).unwrap();
    let file = directory.join("index.html");
    tool::write(&file, page).unwrap();
    let dom = tool::run(
        Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
            ])
            .arg(format!(
                "--user-data-dir={}",
                directory.join("profile").display()
            ))
            // Nobody listens on the port of "discard".
            .args([
                "--proxy-server=http://127.0.0.1:9",
                "--proxy-bypass-list=<-loopback>",
            ])
            .args(["--virtual-time-budget=15000", "--dump-dom"])
            .arg(format!("file://{}", file.display())),
    );
    std::fs::remove_dir_all(&directory).unwrap();
    Some(dom.unwrap())
}

/// The page with a script before all others that notes what the page's policy stops.
fn watched(page: &str) -> String {
    let script = "<script>document.addEventListener('securitypolicyviolation', event => \
                  document.documentElement.setAttribute('stopped', event.blockedURI))</script>";
    page.replacen("</head>", &format!("{script}</head>"), 1)
}

#[test]
fn the_page_shows_all_operations_without_any_network() {
    let document = published();
    let expected = operations(&document);
    assert!(!expected.is_empty());
    let Some(dom) = visit("operations", &page::render(&document).unwrap()) else {
        return;
    };
    // What is in the scripts is not on the page.
    let shown: Vec<&str> = dom
        .split("</script>")
        .filter_map(|part| part.split("<script").next())
        .collect();
    let shown = shown.join("\n");
    let on_page: BTreeSet<String> = shown
        .split("id=\"")
        .filter_map(|rest| {
            let (_, place) = rest.split('"').next()?.split_once("/tag/")?;
            let (_, operation) = place.split_once('/')?;
            (!operation.contains('.')).then(|| operation.to_owned())
        })
        .collect();
    assert_eq!(on_page, expected);
    assert!(
        shown.contains("Get the job of a job token"),
        "the page shows the summaries"
    );
    assert!(
        shown.contains("FailureReason"),
        "the page shows the schemas"
    );
}

#[test]
fn the_page_asks_for_nothing() {
    let page = watched(&page::render(&published()).unwrap());
    let Some(dom) = visit("requests", &page) else {
        return;
    };
    assert!(dom.contains("List project jobs"));
    assert!(
        !dom.contains(" stopped=\""),
        "{}",
        dom.chars().take(500).collect::<String>()
    );
}

#[test]
fn a_page_that_asked_for_something_would_be_noticed() {
    let page = page::render(&published()).unwrap();
    let page = page.replacen(
        "<div id=\"app\">",
        "<img src=\"https://fonts.example/a.png\"><div id=\"app\">",
        1,
    );
    let Some(dom) = visit("control", &watched(&page)) else {
        return;
    };
    assert!(
        dom.contains(" stopped=\"https://fonts.example/a.png\""),
        "{}",
        dom.chars().take(500).collect::<String>()
    );
}
