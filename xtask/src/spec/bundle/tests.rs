//! The files of the bundle.

use std::path::Path;

use gitlab_jobs_codegen::{Node, Spec, Value};
use serde_json::json;

use super::{document, edition, overlay, page, visit, yaml};

fn spec() -> Spec {
    Spec::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec")).unwrap()
}

pub(super) fn published() -> Node {
    document(&spec()).unwrap()
}

#[test]
fn the_bundle_refers_to_nothing_outside_itself() {
    let document = published();
    let mut references = 0;
    visit(&mut document.clone(), &mut |node| {
        assert!(node.get("externalValue").is_none(), "{node:?}");
        if let Some(reference) = node.text_at("$ref") {
            references += 1;
            let target = document.at(reference.strip_prefix('#').unwrap());
            assert!(target.is_some(), "{reference} leads nowhere");
        }
    });
    assert!(
        references > 100,
        "only {references} references were looked at"
    );
    let documented = document.at("/components/examples/GetJob/value").unwrap();
    assert_eq!(documented.text_at("name"), Some("rubocop"));
}

#[test]
fn an_example_file_that_is_missing_is_an_error() {
    let yaml = "components: {examples: {A: {externalValue: examples/a.json}}}";
    let spec = Spec::parse("spec/openapi.yaml", yaml).unwrap();
    assert_eq!(
        document(&spec).unwrap_err().to_string(),
        "cannot read examples/a.json"
    );
}

#[test]
fn the_yaml_says_what_the_json_says() {
    for document in [
        published(),
        edition::upgrade(&published()),
        overlay::derive(&published()),
    ] {
        let read = Spec::parse("openapi.yaml", &yaml::emit(&document).unwrap()).unwrap();
        assert_eq!(
            serde_json::to_string(read.root()).unwrap(),
            serde_json::to_string(&document).unwrap()
        );
    }
}

#[test]
fn texts_that_yaml_reads_as_something_else_are_quoted() {
    let json =
        r#"{"a": "2015-12-24T15:51:21Z", "b": "no", "c": "42", "d": "a\nb", "200": "plain"}"#;
    let spec = Spec::parse("test.json", json).unwrap();
    assert_eq!(
        yaml::emit(spec.root()).unwrap(),
        "a: \"2015-12-24T15:51:21Z\"\nb: \"no\"\nc: \"42\"\nd: |-\n  a\n  b\n\"200\": plain\n"
    );
}

#[test]
fn the_same_spec_gives_the_same_bytes() {
    assert_eq!(
        yaml::emit(&published()).unwrap(),
        yaml::emit(&published()).unwrap()
    );
    assert_eq!(
        page::render(&published()).unwrap(),
        page::render(&published()).unwrap()
    );
}

#[test]
fn the_3_1_edition_has_types_for_null_and_lists_of_examples() {
    let edition = edition::upgrade(&published());
    let at = |pointer: &str| edition.at(pointer).map(Node::to_json);
    assert_eq!(at("/openapi"), Some(json!("3.1.0")));
    let job = "/components/schemas/Job/properties";
    assert_eq!(
        at(&format!("{job}/tag/type")),
        Some(json!(["boolean", "null"]))
    );
    assert_eq!(at(&format!("{job}/id/examples")), Some(json!([8])));
    assert_eq!(
        at(&format!("{job}/user/oneOf/1")),
        Some(json!({ "type": "null", "description": "No user." }))
    );
    // A parameter keeps its example, and so does a header.
    assert_eq!(at("/components/parameters/JobId/example"), Some(json!(8)));
}

#[test]
fn nothing_of_3_0_is_left_in_the_schemas_of_the_3_1_edition() {
    let mut edition = edition::upgrade(&published());
    // Examples hold what they like.
    if let Value::Map(root) = &mut edition.value
        && let Some(Value::Map(components)) = root.get_mut("components").map(|it| &mut it.value)
    {
        components.shift_remove("examples");
    }
    let mut schemas = 0;
    visit(&mut edition, &mut |node| {
        assert!(node.get("nullable").is_none(), "{node:?}");
        if node.get("type").is_some() && node.get("in").is_none() {
            schemas += 1;
            assert!(node.get("example").is_none(), "{node:?}");
        }
    });
    assert!(schemas > 100, "only {schemas} schemas were looked at");
}

#[test]
fn a_property_called_example_stays_one() {
    let yaml = "components: {schemas: {A: {type: object, properties: {example: {type: string, example: a}}}}}";
    let spec = Spec::parse("a.yaml", yaml).unwrap();
    let upgraded = edition::upgrade(spec.root()).to_json();
    assert_eq!(
        upgraded.pointer("/components/schemas/A/properties"),
        Some(&json!({ "example": { "type": "string", "examples": ["a"] } }))
    );
}

#[test]
fn the_overlay_removes_operations_and_tags_before_it_adds_ours() {
    let document = published();
    let overlay = overlay::derive(&document).to_json();
    let actions = overlay["actions"].as_array().unwrap();
    let (last, removals) = actions.split_last().unwrap();
    assert_eq!(last["target"], "$");
    let mut added = 0;
    for (path, item) in last["update"]["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let removal =
                json!({ "target": format!("$.paths['{path}'].{method}"), "remove": true });
            assert!(removals.contains(&removal), "{removal}");
            added += 1;
        }
    }
    for tag in last["update"]["tags"].as_array().unwrap() {
        let name = tag["name"].as_str().unwrap();
        let target = format!("$.tags[?(@.name=='{name}')]");
        assert!(
            removals.contains(&json!({ "target": target, "remove": true })),
            "{name}"
        );
        added += 1;
    }
    assert_eq!(removals.len(), added);
    for part in ["tags", "components"] {
        assert_eq!(last["update"][part], document.to_json()[part]);
    }
}

#[test]
fn the_paths_of_the_overlay_begin_with_the_path_of_the_servers() {
    let overlay = overlay::derive(&published());
    let update = overlay.items_at("actions").last().unwrap().get("update");
    let paths = update.unwrap().get("paths").unwrap();
    assert!(paths.get("/api/v4/projects/{id}/jobs/{job_id}").is_some());
    for server in published().items_at("servers") {
        let url = server.text_at("url").unwrap();
        assert!(url.ends_with(overlay::PREFIX), "{url}");
    }
}

#[test]
fn each_operation_of_the_overlay_names_its_security() {
    let yaml = "security: [{a: []}]\npaths: {/a: {get: {}}, /b: {get: {security: [{b: []}]}}}";
    let overlay = overlay::derive(Spec::parse("a.yaml", yaml).unwrap().root()).to_json();
    assert_eq!(
        overlay["actions"][2]["update"]["paths"],
        json!({
            "/api/v4/a": { "get": { "security": [{ "a": [] }] } },
            "/api/v4/b": { "get": { "security": [{ "b": [] }] } },
        })
    );
}
