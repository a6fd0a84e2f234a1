//! Forms of schemas.

use gitlab_jobs_codegen::lint;

use super::assert_findings;
use crate::edited;

#[test]
fn forms_of_schemas() {
    let user = "oneOf:
            - $ref: \"#/components/schemas/User\"
            - { type: boolean, nullable: true, enum: [null] }";
    let any_of = "anyOf:
            - $ref: \"#/components/schemas/User\"
            - { type: string }";
    let all_of = "nullable: true
          type: object
          allOf:
            - $ref: \"#/components/schemas/User\"";
    let one_of = "oneOf:
            - $ref: \"#/components/schemas/User\"
            - { type: string }";
    let discriminator = format!("{user}\n          discriminator: {{ propertyName: kind }}");
    let ref_ = "ref: { type: string, description: \"Its branch, see https://example.com/[ref].\" }";
    let id = "id: { type: integer, format: int64, description: Id of the user. }";
    assert_findings(&[
        (user, any_of, "[any-of]"),
        (user, all_of, "[all-of]"),
        (user, &user.replace("enum: [null]", "enum: []"), "[one-of]"),
        (user, one_of, "this oneOf becomes an enum without names"),
        (user, &discriminator, "[discriminator]"),
        (
            ref_,
            "ref: { type: string, description: A., enum: [a, b] }",
            "[closed-enum]",
        ),
        (
            ref_,
            "ref: { type: string, description: A., x-extensible-enum: [a], x-enumDescriptions: { a: B. } }",
            "/components/schemas/Job/properties/ref: the enum stands where it has no name",
        ),
        (
            ref_,
            "ref: { type: object, description: A., properties: { a: { type: string, description: B. } } }",
            "the object stands where it has no name",
        ),
        (
            "schema: { $ref: \"#/components/schemas/Scopes\" }",
            "schema: { type: array, items: { type: string } }\n        - { name: also, in: query, description: A., schema: { $ref: \"#/components/schemas/Scopes\" } }",
            "[inline-list]",
        ),
        (
            ref_,
            "ref: { type: text, description: A. }",
            "`text` is no type of OpenAPI 3.0",
        ),
        (
            ref_,
            "ref: { type: array, description: A. }",
            "the list does not say what it holds",
        ),
        (
            ref_,
            "ref: { type: string, format: uuid, description: A. }",
            "`string` of format `uuid`",
        ),
        (
            "pagination, in: query, description: Way of paging., schema: { type: string }",
            "pagination, in: query, description: Way of paging., schema: {}",
            "the schema has no type",
        ),
        (
            id,
            "id: { type: integer, description: A. }",
            "the size of the integer is left to chance",
        ),
        (
            id,
            "id: { type: integer, format: int32, description: A. }",
            "ids of GitLab are past 32 bits",
        ),
        (
            "schema: { type: integer, format: int64 }",
            "schema: { type: integer, format: int32 }",
            "/components/parameters/JobId/schema: ids",
        ),
        (
            id,
            "id: { type: integer, format: int64, description: A., nullable: true }",
            "`id` can be null",
        ),
        (
            "required: [id, status]",
            "required: [id, status, user]",
            "`user` can be null",
        ),
        (
            "description: Settings of any kind.",
            "description: Any.\n      required: [name]",
            "there is no property `name`",
        ),
        (
            "description: A user.",
            "description: A user.\n      additionalProperties: false",
            "[additional-properties]",
        ),
        (
            "description: A user.",
            "description: A user.\n      additionalProperties: { type: string }",
            "[additional-properties]",
        ),
        (
            "description: A user.",
            "description: A user.\n      additionalProperties: true",
            "[additional-properties]",
        ),
        (
            "description: A user.",
            "description: A user.\n      nullable: true",
            "[nullable-name]",
        ),
        (
            "{ type: boolean, nullable: true, enum: [null] }",
            "{ type: object, nullable: true, enum: [null] }",
            "[one-of]",
        ),
        (
            "message: { description: The server's words. }",
            "message: { description: A., nullable: true }",
            "/ErrorBody/properties/message: the schema has no type",
        ),
    ]);
}

#[test]
fn a_second_name_for_a_schema() {
    let spec = edited(&[
        (
            "- $ref: \"#/components/schemas/User\"",
            "- $ref: \"#/components/schemas/Person\"",
        ),
        (
            "    User:\n",
            "    Person: { $ref: '#/components/schemas/User' }\n    User:\n",
        ),
    ]);
    let rules: Vec<_> = lint(&spec).iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["alias"]);
}

#[test]
fn open_enums() {
    let values = "x-extensible-enum: [running, web_ide, unknown]";
    let running = "        running: It runs.\n";
    assert_findings(&[
        (
            values,
            "x-extensible-enum: [running, web_ide, unknown, running]",
            "`running` is listed twice",
        ),
        (running, "", "`running` has no description"),
        (
            running,
            "        running: It runs.\n        paused: It waits.\n",
            "`paused` is described and not listed",
        ),
        (
            "      x-extensible-enum: [running, web_ide, unknown]
      x-enumDescriptions:
        running: It runs.
",
            "      x-extensible-enum: [running, web_ide, unknown, Running]
      x-enumDescriptions:
        running: It runs.
        Running: It runs.
",
            "`Running` and `running` would both become the variant `Running`",
        ),
        (
            "x-extensible-enum: [running, web_ide, unknown]
      x-enumDescriptions:
",
            "x-extensible-enum: [running, web_ide, unknown, UNKNOWN]
      x-enumDescriptions:
        UNKNOWN: Nobody knows.
",
            "`UNKNOWN` and any other value would both become the variant `Unknown`",
        ),
        (
            "x-extensible-enum: [running, web_ide, unknown]
      x-enumDescriptions:
",
            "x-extensible-enum: [running, web_ide, unknown, '!']
      x-enumDescriptions:
        '!': Hurry.
",
            "`!` makes no Rust name",
        ),
        (
            values,
            "x-extensible-enum: [running, web_ide, unknown, 3]",
            "the value is no text",
        ),
        (
            "description: A variable.",
            "description: A variable.\n      x-enumDescriptions: {}",
            "there are no values to describe",
        ),
    ]);
}
