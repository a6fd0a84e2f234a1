//! Keywords, references and names.

use super::assert_findings;
use crate::{check, edited};

#[test]
fn keywords_that_would_be_lost() {
    let summary = "summary: Play a job";
    let user = "description: A user.";
    let key = "description: Its name.";
    assert_findings(&[
        (
            "openapi: 3.0.3",
            "openapi: 3.1.0",
            "progenitor reads OpenAPI 3.0 only. Write `openapi: 3.0.3`",
        ),
        (
            summary,
            "summary: A\n      x-retry: 3",
            "/post/x-retry: `x-retry` is not known here. A schema takes",
        ),
        (
            "x-aliases: [run, start]",
            "x-aliases: run",
            "/post/x-aliases: `x-aliases` is not a list",
        ),
        (
            user,
            "description: A.\n      x-pagination: [offset]",
            "/User/x-pagination: `x-pagination` is not known here",
        ),
        (
            "openapi: 3.0.3\n",
            "openapi: 3.0.3\nx-internal: true\n",
            "`x-internal` is not known here",
        ),
        (
            "description: Id of the job.",
            "description: Id., minimum: 1",
            "`minimum` becomes a NonZero type",
        ),
        (
            key,
            "description: A., pattern: a",
            "/Variable/properties/key/pattern: `pattern` becomes a type that rejects",
        ),
        (
            key,
            "description: A., default: a",
            "`default` makes an absent value look like one that was sent",
        ),
        (
            "description: Tags.,",
            "description: A., uniqueItems: true,",
            "`uniqueItems` becomes a set or an array",
        ),
        (
            user,
            "description: A.\n      title: Person",
            "`title` renames the type",
        ),
        (
            user,
            "description: A.\n      not: {}",
            "`not` has no Rust type",
        ),
        (
            user,
            "description: A.\n      reuired: [id]",
            "`reuired` is not supported. Correct its spelling, or remove it",
        ),
    ]);
}

#[test]
fn references_without_a_target_or_with_siblings() {
    let settings = "settings: { $ref: \"#/components/schemas/Settings\" }";
    let status = "status: { $ref: \"#/components/schemas/Status\" }";
    let unauthorized = "\"401\": { $ref: \"#/components/responses/Unauthorized\" }";
    let get_log = "    get:\n      operationId: get_log";
    assert_findings(&[
        (
            unauthorized,
            "\"401\": { $ref: \"#/components/schemas/ErrorBody\" }",
            "`#/components/schemas/ErrorBody` does not belong here. Refer to something in #/components/responses/",
        ),
        (
            status,
            "status: { $ref: \"#/components/schemas/User/properties/id\" }",
            "`#/components/schemas/User/properties/id` is only a part of a component",
        ),
        (
            get_log,
            &format!("    $ref: '#/paths/~1job'\n{get_log}"),
            "references are not supported here. Write the object itself",
        ),
        (
            settings,
            "settings: { $ref: \"#/components/schemas/Setings\" }\n        \
             other: { $ref: \"#/components/schemas/Settings\" }",
            "`#/components/schemas/Setings` does not exist",
        ),
        (
            status,
            "status: { $ref: \"other.yaml#/Status\" }",
            "`other.yaml#/Status` does not exist",
        ),
        (
            settings,
            "settings: { $ref: \"#/components/schemas/Settings\", nullable: true }",
            "`nullable` is ignored beside `$ref`. For a null, write `oneOf:",
        ),
        (
            settings,
            "settings: { $ref: \"#/components/schemas/Settings\", description: Its. }",
            "`description` is ignored beside `$ref`. Move it to the target",
        ),
    ]);
}

#[test]
fn operation_ids_and_properties_without_a_rust_name() {
    let play_job = "operationId: play_job";
    let ref_ = "ref: { type: string";
    assert_findings(&[
        (
            "      operationId: play_job\n",
            "",
            "the operation has no operationId. Add one, such as `get_job`",
        ),
        (
            play_job,
            "operationId: playJob",
            "`playJob` is not a name in snake_case",
        ),
        (
            play_job,
            "operationId: play_job_2",
            "`play_job_2` is not a name in snake_case",
        ),
        (
            play_job,
            "operationId: match",
            "`match` is not a name in snake_case",
        ),
        (
            play_job,
            "operationId: list_jobs",
            "`list_jobs` is a duplicate. Remove or rename one of the two",
        ),
        (
            play_job,
            "operationId: user",
            "`User` would become `User`, the name of `user`",
        ),
        (
            play_job,
            "operationId: job_log",
            "`job_log` would become `JobLog`, the name of a type that generated code or the SDK uses",
        ),
        (
            play_job,
            "operationId: from_env",
            "the client already has a method `from_env`. Choose another operationId",
        ),
        (
            ref_,
            "job-ref: { type: string, description: A. }\n        jobRef: { type: string",
            "`jobRef` would become `job_ref`, the name of `job-ref`",
        ),
        (
            ref_,
            "1st: { type: string",
            "`1st` would become `1st_`, which is not an identifier",
        ),
    ]);
}

#[test]
fn aliases_that_are_not_identifiers_or_not_new() {
    let aliases = "x-aliases: [run, start]";
    assert_findings(&[
        (
            aliases,
            "x-aliases: [run, start it]",
            "/post/x-aliases/1: `start it` is not an identifier",
        ),
        (
            aliases,
            "x-aliases: [play_job]",
            "/post/x-aliases/0: `play_job` is not an identifier, or is already a name of the operation",
        ),
        (
            aliases,
            "x-aliases: [run, run]",
            "/post/x-aliases/1: `run` is not an identifier, or is already a name of the operation",
        ),
    ]);
}

#[test]
fn schema_names_that_hide_others() {
    for (name, expected) in [
        (
            "Error",
            "`Error` would become `Error`, the name of a type that generated code or the SDK uses",
        ),
        (
            "Option",
            "the name of a type that generated code or the SDK uses",
        ),
        (
            "Vec",
            "the name of a type that generated code or the SDK uses",
        ),
        (
            "Client",
            "the name of a type that generated code or the SDK uses",
        ),
        (
            "Response",
            "the name of a type that generated code or the SDK uses",
        ),
        (
            "Type",
            "`Type` cannot have a module of its name. Rename it, for instance to `JobType`",
        ),
        (
            "api_user",
            "progenitor would rename `api_user`. Write `ApiUser`",
        ),
        ("APIUser", "Write `ApiUser`"),
    ] {
        let reference = format!("- $ref: \"#/components/schemas/{name}\"");
        let spec = edited(&[
            ("    User:\n", &format!("    {name}:\n")),
            ("- $ref: \"#/components/schemas/User\"", &reference),
        ]);
        let findings: Vec<_> = check(&spec).iter().map(ToString::to_string).collect();
        assert!(
            findings.len() == 1 && findings[0].contains(expected),
            "{name}: {findings:#?}"
        );
    }
}

#[test]
fn names_that_hand_written_code_has_taken() {
    let play_job = "operationId: play_job";
    for name in [
        "with_token",
        "with_timeout",
        "with_header",
        "with_retry_policy",
        "from_env",
        "fmt",
        "clone",
        "into",
    ] {
        let findings = check(&edited(&[(play_job, &format!("operationId: {name}"))]));
        let expected =
            format!("the client already has a method `{name}`. Choose another operationId");
        assert!(
            findings.len() == 1 && findings[0].message == expected,
            "{findings:#?}"
        );
    }
    // Only one builder has this method, which is written by hand.
    let job_id = "        - $ref: \"#/components/parameters/JobId\"\n";
    let variable =
        "        - { name: variable, in: query, description: A., schema: { type: string } }\n";
    let findings = check(&edited(&[(job_id, &format!("{job_id}{variable}"))]));
    assert!(
        findings.len() == 1
            && findings[0]
                .message
                .contains("the name of something that every builder has"),
        "{findings:#?}"
    );
    let sort =
        "        - { name: sort, in: query, description: Direction., schema: { type: string } }\n";
    assert_eq!(check(&edited(&[(sort, &format!("{sort}{variable}"))])), []);
}
