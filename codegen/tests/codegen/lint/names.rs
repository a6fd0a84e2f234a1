//! Keys, references and names.

use gitlab_jobs_codegen::lint;

use super::assert_findings;
use crate::edited;

#[test]
fn keys_that_nobody_reads() {
    assert_findings(&[
        ("openapi: 3.0.3", "openapi: 3.1.0", "[openapi-version]"),
        (
            "summary: Play a job",
            "summary: Play a job\n      x-retry: 3",
            "the extension `x-retry` means nothing here",
        ),
        (
            "description: A user.",
            "description: A user.\n      x-pagination: [offset]",
            "[unknown-extension]",
        ),
        (
            "summary: Play a job",
            "summary: Play a job\n      sumary: Play",
            "the key `sumary` means nothing here",
        ),
        (
            "description: Id of the job.",
            "description: Id., minimum: 1",
            "`minimum` makes a NonZero type",
        ),
        (
            "description: Its name.",
            "description: Its name., pattern: a",
            "/Variable/properties/key/pattern",
        ),
        (
            "description: Its name.",
            "description: Its name., default: a",
            "`default` makes absence look like",
        ),
        (
            "description: Tags.,",
            "description: Tags., uniqueItems: true,",
            "makes a set or an array",
        ),
        (
            "description: A user.",
            "description: A user.\n      title: Person",
            "`title` renames the type",
        ),
        (
            "description: A user.",
            "description: A user.\n      reuired: [id]",
            "the keyword `reuired`",
        ),
    ]);
}

#[test]
fn values_of_the_wrong_kind() {
    assert_findings(&[
        ("  version: 0.1.0\n", "", "/info: there is no `version`"),
        (
            "  version: 0.1.0",
            "  version: 1",
            "`version` holds something else than it should. Write a text",
        ),
        (
            "required: [id, status]",
            "required: id",
            "`required` holds something else than it should. Write a list",
        ),
        (
            "archived: { type: boolean, nullable: true,",
            "archived: { type: boolean, nullable: yes,",
            "Write true or false",
        ),
        (
            "      schema: { type: integer, format: int64 }",
            "      schema: integer",
            "`schema` holds something else than it should. Write a mapping",
        ),
        (
            "tag_list: { type: array, description: Tags., items: { type: string } }",
            "tag_list: []",
            "/Job/properties/tag_list: this should be a mapping",
        ),
        (
            "schema: { type: string }, example: <x>",
            "example: <x>",
            "there is no `schema`",
        ),
    ]);
}

#[test]
fn references() {
    assert_findings(&[
        (
            "\"401\": { $ref: \"#/components/responses/Unauthorized\" }",
            "\"401\": { $ref: \"#/components/schemas/ErrorBody\" }",
            "leads to something of another kind. Refer to something below #/components/responses/",
        ),
        (
            "    get:\n      operationId: get_log",
            "    $ref: '#/paths/~1job'\n    get:\n      operationId: get_log",
            "a reference means nothing here",
        ),
        (
            "settings: { $ref: \"#/components/schemas/Settings\" }",
            "settings: { $ref: \"#/components/schemas/Setings\" }\n        other: { $ref: \"#/components/schemas/Settings\" }",
            "`#/components/schemas/Setings` leads nowhere",
        ),
        (
            "status: { $ref: \"#/components/schemas/Status\" }",
            "status: { $ref: \"other.yaml#/Status\" }",
            "[external-ref]",
        ),
        (
            "settings: { $ref: \"#/components/schemas/Settings\" }",
            "settings: { $ref: \"#/components/schemas/Settings\", nullable: true }",
            "here `nullable`. For a null beside it, write `oneOf:",
        ),
        (
            "settings: { $ref: \"#/components/schemas/Settings\" }",
            "settings: { $ref: \"#/components/schemas/Settings\", description: Its. }",
            "here `description`. Move it to the target",
        ),
    ]);
}

#[test]
fn names() {
    assert_findings(&[
        (
            "      operationId: play_job\n",
            "",
            "the operation has no operationId",
        ),
        (
            "operationId: play_job",
            "operationId: playJob",
            "Write `play_job`",
        ),
        (
            "operationId: play_job",
            "operationId: list_jobs",
            "is also the name of /paths/~1projects~1{id}~1jobs/get",
        ),
        (
            "operationId: play_job",
            "operationId: from_env",
            "the client has a method `from_env` already",
        ),
        (
            "operationId: play_job",
            "operationId: match",
            "[operation-id]",
        ),
        (
            "ref: { type: string",
            "job-ref: { type: string, description: A. }\n        jobRef: { type: string",
            "both become the field `job_ref`",
        ),
    ]);
    for (name, expected) in [
        (
            "Error",
            "`Error` hides a Rust type of that name. Say whose it is, as in `JobError` or `GitlabError`",
        ),
        ("Option", "`Option` hides"),
        ("Vec", "`Vec` hides"),
        ("Client", "`Client` hides"),
        ("Response", "`Response` hides"),
        ("api_user", "Write `ApiUser`"),
        ("APIUser", "Write `ApiUser`"),
    ] {
        let reference = format!("- $ref: \"#/components/schemas/{name}\"");
        let spec = edited(&[
            ("    User:\n", &format!("    {name}:\n")),
            ("- $ref: \"#/components/schemas/User\"", &reference),
        ]);
        let findings: Vec<_> = lint(&spec).iter().map(ToString::to_string).collect();
        assert!(
            findings.len() == 1 && findings[0].contains(expected),
            "{name}: {findings:#?}"
        );
    }
}
