//! Lowering: what progenitor sees of the minimal spec.

use gitlab_jobs_codegen::lower;
use serde_json::{Value, json};

use crate::edited;

fn lowered(pointer: &str) -> Value {
    let document = serde_json::to_value(lower(&edited(&[])).unwrap()).unwrap();
    document
        .pointer(pointer)
        .unwrap_or_else(|| panic!("nothing at {pointer}"))
        .clone()
}

#[test]
fn integers_become_unsigned() {
    assert_eq!(
        lowered("/components/schemas/User/properties/id/format"),
        "uint64"
    );
    assert_eq!(
        lowered("/paths/~1projects~1{id}~1jobs/get/parameters/2/schema/format"),
        "uint32"
    );
}

#[test]
fn open_enums_are_closed() {
    assert_eq!(
        lowered("/components/schemas/Status/enum"),
        json!(["running", "web_ide", "unknown"])
    );
}

#[test]
fn a_nullable_reference_becomes_all_of() {
    assert_eq!(
        lowered("/components/schemas/Job/properties/user"),
        json!({
            "description": "Who started it.",
            "nullable": true,
            "allOf": [{ "$ref": "#/components/schemas/User" }],
        })
    );
}

#[test]
fn a_nullable_list_becomes_a_plain_list() {
    let spec = edited(&[("description: Tags.,", "description: Tags., nullable: true,")]);

    let document = serde_json::to_value(lower(&spec).unwrap()).unwrap();

    assert_eq!(
        document.pointer("/components/schemas/Job/properties/tag_list"),
        Some(&json!({ "type": "array", "description": "Tags.", "items": { "type": "string" } }))
    );
}

#[test]
fn one_success_is_left_and_no_error() {
    let schema = json!({ "$ref": "#/components/schemas/Job" });
    assert_eq!(
        lowered("/paths/~1projects~1{id}~1jobs~1{job_id}~1play/post/responses"),
        json!({ "200": { "description": "", "content": { "application/json": { "schema": schema } } } })
    );
}

#[test]
fn examples_extensions_and_security_are_gone() {
    let document = lowered("").to_string();
    for gone in ["example", "x-", "security", "tags", "servers"] {
        assert!(
            !document.contains(&format!("\"{gone}")),
            "{gone} is still there"
        );
    }
}

#[test]
fn a_list_without_a_parameter_and_a_plain_string_lose_their_names() {
    let spec = edited(&[
        (
            "schema: { type: array, items: { $ref: \"#/components/schemas/Job\" } }",
            "schema: { $ref: \"#/components/schemas/JobList\" }",
        ),
        (
            "ref: { type: string, description",
            "ref: { $ref: \"#/components/schemas/Ref\" }\n        old: { type: string, description",
        ),
        (
            "    Settings:\n",
            "    Ref: { type: string, description: A branch. }
    JobList: { type: array, description: Jobs., items: { $ref: \"#/components/schemas/Job\" } }
    Settings:\n",
        ),
    ]);

    let document = serde_json::to_value(lower(&spec).unwrap()).unwrap();

    assert!(document.pointer("/components/schemas/JobList").is_none());
    assert_eq!(
        document
            .pointer("/components/schemas/Job/properties/ref/type")
            .unwrap(),
        "string"
    );
    let schema =
        "/paths/~1projects~1{id}~1jobs/get/responses/200/content/application~1json/schema/type";
    assert_eq!(document.pointer(schema).unwrap(), "array");
    assert_eq!(
        document.pointer("/components/schemas/Scopes/type").unwrap(),
        "array"
    );
}

#[test]
fn what_the_lint_should_have_refused_fails_loudly() {
    for (edit, expected) in [
        (
            ("format: double, nullable: true", "oneOf: []"),
            "nullable: line",
        ),
        (
            (
                "id: { type: integer, format: int64, description: Id of the user. }",
                "id: { type: integer }",
            ),
            "formats: line",
        ),
        (
            (
                "x-extensible-enum: [running, web_ide, unknown]",
                "x-extensible-enum: [1]",
            ),
            "open enums: line",
        ),
        (
            (
                "        \"200\":\n          description: The job.",
                "        \"202\": { $ref: \"#/nowhere\" }\n        \"200\":\n          description: The job.",
            ),
            "answers: play_job",
        ),
        (
            (
                "        \"200\":\n          description: The job.",
                "        \"202\": { $ref: \"#/components/responses/Unauthorized\" }\n        \"200\":\n          description: The job.",
            ),
            "answers: play_job: success responses of several kinds",
        ),
    ] {
        let error = lower(&edited(&[edit])).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
