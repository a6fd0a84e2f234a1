//! The lint: one small spec for each thing it refuses.

use gitlab_jobs_codegen::lint;

use crate::edited;

/// Text of the minimal spec, what to write instead, and the one finding this leads to.
type Case<'a> = (&'a str, &'a str, &'a str);

/// Asserts that each edit leads to one finding, which holds the expected text and a remedy.
#[track_caller]
fn assert_findings(cases: &[Case<'_>]) {
    for (from, to, expected) in cases {
        let findings: Vec<_> = lint(&edited(&[(from, to)])).iter().map(ToString::to_string).collect();
        assert_eq!(findings.len(), 1, "{from:?} → {to:?} leads to {findings:#?}");
        assert!(findings[0].contains(expected), "expected {expected:?}, found {:?}", findings[0]);
    }
}

#[test]
fn the_minimal_spec_is_good() {
    assert_eq!(lint(&edited(&[])), []);
}

#[test]
fn a_finding_names_place_problem_remedy_and_rule() {
    let findings = lint(&edited(&[("archived: { type: boolean, nullable: true, description: Whether it is archived. }", "archived: { type: boolean }")]));
    assert_eq!(
        findings[0].to_string(),
        "spec/openapi.yaml:148: /components/schemas/Job/properties/archived: the property has no description. Tell \
         what it is, and when it is absent or null. [description]"
    );
}

#[test]
fn all_findings_are_reported_in_the_order_of_the_file() {
    let findings = lint(&edited(&[
        ("description: A user.", "description: ''"),
        ("openapi: 3.0.3", "openapi: 3.1.0"),
        ("description: Id of the job.", "minimum: 1"),
    ]));
    let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["openapi-version", "description", "description", "unknown-keyword"]);
}

#[test]
fn keys_that_nobody_reads() {
    assert_findings(&[
        ("openapi: 3.0.3", "openapi: 3.1.0", "[openapi-version]"),
        ("summary: Play a job", "summary: Play a job\n      x-retry: 3", "the extension `x-retry` means nothing here"),
        ("description: A user.", "description: A user.\n      x-pagination: [offset]", "[unknown-extension]"),
        ("summary: Play a job", "summary: Play a job\n      sumary: Play", "the key `sumary` means nothing here"),
        ("description: Id of the job.", "description: Id., minimum: 1", "`minimum` makes a NonZero type"),
        ("description: Its name.", "description: Its name., pattern: a", "/Variable/properties/key/pattern"),
        ("description: Its name.", "description: Its name., default: a", "`default` makes absence look like"),
        ("description: Tags.,", "description: Tags., uniqueItems: true,", "makes a set or an array"),
        ("description: A user.", "description: A user.\n      title: Person", "`title` renames the type"),
        ("description: A user.", "description: A user.\n      reuired: [id]", "the keyword `reuired`"),
    ]);
}

#[test]
fn references() {
    assert_findings(&[
        ("settings: { $ref: \"#/components/schemas/Settings\" }", "settings: { $ref: \"#/components/schemas/Setings\" }\n        other: { $ref: \"#/components/schemas/Settings\" }", "`#/components/schemas/Setings` leads nowhere"),
        ("status: { $ref: \"#/components/schemas/Status\" }", "status: { $ref: \"other.yaml#/Status\" }", "[external-ref]"),
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
        ("      operationId: play_job\n", "", "the operation has no operationId"),
        ("operationId: play_job", "operationId: playJob", "Write `play_job`"),
        ("operationId: play_job", "operationId: list_jobs", "is also the name of /paths/~1projects~1{id}~1jobs/get"),
        ("operationId: play_job", "operationId: from_env", "the client has a method `from_env` already"),
        ("operationId: play_job", "operationId: match", "[operation-id]"),
        ("ref: { type: string", "job-ref: { type: string, description: A. }\n        jobRef: { type: string", "both become the field `job_ref`"),
    ]);
    for (name, expected) in [
        ("Error", "`Error` hides a Rust type of that name. Say whose it is, as in `JobError` or `ApiError`"),
        ("Option", "`Option` hides"),
        ("Vec", "`Vec` hides"),
        ("Client", "`Client` hides"),
        ("Response", "`Response` hides"),
        ("api_user", "Write `ApiUser`"),
        ("APIUser", "Write `ApiUser`"),
    ] {
        let reference = format!("- $ref: \"#/components/schemas/{name}\"");
        let spec = edited(&[("    User:\n", &format!("    {name}:\n")), ("- $ref: \"#/components/schemas/User\"", &reference)]);
        let findings: Vec<_> = lint(&spec).iter().map(ToString::to_string).collect();
        assert!(findings.len() == 1 && findings[0].contains(expected), "{name}: {findings:#?}");
    }
}

#[test]
fn forms_of_schemas() {
    let user = "oneOf:
            - $ref: \"#/components/schemas/User\"
            - { type: object, nullable: true, enum: [null] }";
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
        (user, one_of, "this oneOf becomes an enum without names"),
        (user, &discriminator, "[discriminator]"),
        (ref_, "ref: { type: string, description: A., enum: [a, b] }", "[closed-enum]"),
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
        (ref_, "ref: { type: text, description: A. }", "`text` is no type of OpenAPI 3.0"),
        (ref_, "ref: { type: array, description: A. }", "the list does not say what it holds"),
        (ref_, "ref: { type: string, format: uuid, description: A. }", "`string` of format `uuid`"),
        ("pagination, in: query, description: Way of paging., schema: { type: string }", "pagination, in: query, description: Way of paging., schema: {}", "the schema has no type"),
        (id, "id: { type: integer, description: A. }", "the size of the integer is left to chance"),
        (id, "id: { type: integer, format: int32, description: A. }", "ids of GitLab are past 32 bits"),
        ("schema: { type: integer, format: int64 }", "schema: { type: integer, format: int32 }", "/components/parameters/JobId/schema: ids"),
        ("required: [id, status]", "required: [id, status, duration]", "`duration` can be null"),
        ("required: [id, status]", "required: [id, status, user]", "[example-mismatch]"),
        ("required: [id]", "required: [id, name]", "there is no property `name`"),
        ("description: A user.", "description: A user.\n      additionalProperties: false", "[additional-properties]"),
        ("description: A user.", "description: A user.\n      additionalProperties: { type: string }", "[additional-properties]"),
        ("description: A user.", "description: A user.\n      additionalProperties: true", "[additional-properties]"),
        ("description: A user.", "description: A user.\n      nullable: true", "[nullable-name]"),
        ("description: Tags.,", "description: Tags., nullable: true,", "[nullable-list]"),
        ("message: { description: The server's words. }", "message: { description: A., nullable: true }", "[nullable-any]"),
    ]);
}
