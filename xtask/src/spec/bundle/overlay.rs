//! The overlay, which puts our operations in the place of those in GitLab's own OpenAPI file. It is derived from the
//! bundled document and needs nothing of that file but its paths.

use gitlab_jobs_codegen::{Node, Value};

use super::{list, made, text};

/// The beginning of GitLab's paths. In our spec it is the end of the server's URL.
pub(in crate::spec) const PREFIX: &str = "/api/v4";

/// The file that the overlay is for.
const EXTENDS: &str =
    "https://gitlab.com/gitlab-org/gitlab/-/raw/master/doc/api/openapi/openapi_v3.yaml";

/// Returns the overlay of a bundled document.
pub(super) fn derive(document: &Node) -> Node {
    let mut actions = Vec::new();
    let mut paths = Vec::new();
    for (path, item) in document.entries_at("paths") {
        let path = format!("{PREFIX}{path}");
        let mut operations = Vec::new();
        for (method, operation) in item.entries() {
            // An update merges, and would keep what only GitLab's operation has.
            actions.push(map([
                ("target", text(&format!("$.paths['{path}'].{method}"))),
                ("remove", made(Value::Bool(true))),
            ]));
            operations.push((method, with_security(operation, document)));
        }
        paths.push((path, map(operations)));
    }
    // An update appends to a list, and no two tags may have one name.
    for tag in document.items_at("tags") {
        let name = tag.text_at("name").unwrap_or_default();
        actions.push(map([
            ("target", text(&format!("$.tags[?(@.name=='{name}')]"))),
            ("remove", made(Value::Bool(true))),
        ]));
    }
    // Components need no removal: none of GitLab's has the name of one of ours.
    let components = document.get("components").cloned();
    let update = map([
        (
            "tags",
            list(document.items_at("tags").cloned().collect::<Vec<_>>()),
        ),
        ("paths", map(paths)),
        ("components", components.unwrap_or_else(|| map::<&str>([]))),
    ]);
    actions.push(map([("target", text("$")), ("update", update)]));

    let info = |key| {
        let text = document.get("info").and_then(|info| info.text_at(key));
        text.unwrap_or_default()
    };
    let title = format!("{} for GitLab's OpenAPI file", info("title"));
    map([
        ("overlay", text("1.0.0")),
        (
            "info",
            map([("title", text(&title)), ("version", text(info("version")))]),
        ),
        ("extends", text(EXTENDS)),
        ("actions", list(actions)),
    ])
}

/// Returns an operation that does not depend on the security of its document, which is another one in GitLab's file.
pub(in crate::spec) fn with_security(operation: &Node, document: &Node) -> Node {
    let mut operation = operation.clone();
    if let (Value::Map(map), Some(security)) = (&mut operation.value, document.get("security")) {
        map.entry("security".to_owned())
            .or_insert_with(|| security.clone());
    }
    operation
}

fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Node)>) -> Node {
    made(Value::Map(
        entries
            .into_iter()
            .map(|(key, value)| (key.into(), value))
            .collect(),
    ))
}
