//! A small spec for each name and form that is rejected.

use gitlab_jobs_codegen::{Finding, Spec};

use super::{examples, forms, names};

/// A small spec that the rules accept, except that it has no examples.
const MINIMAL: &str = include_str!("../../../../../codegen/tests/codegen/minimal.yaml");

/// The minimal spec with some of its text replaced.
fn edited(edits: &[(&str, &str)]) -> Spec {
    let mut yaml = MINIMAL.to_owned();
    for (from, to) in edits {
        assert!(
            yaml.contains(from),
            "the minimal spec does not contain {from:?}"
        );
        yaml = yaml.replacen(from, to, 1);
    }
    Spec::parse("spec/openapi.yaml", &yaml).unwrap_or_else(|error| panic!("{error}"))
}

/// What the rules find, except for missing examples.
fn check(spec: &Spec) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |pointer: &str, message: String| found.push(spec.finding(pointer, message));
    names::check(spec, &mut add);
    forms::check(spec, &mut add);
    found
}

/// Asserts that each edit results in one finding, which contains the expected text.
#[track_caller]
fn assert_findings(cases: &[(&str, &str, &str)]) {
    for (from, to, expected) in cases {
        let findings: Vec<_> = check(&edited(&[(from, to)]))
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(
            findings.len() == 1 && findings[0].contains(expected),
            "expected {expected:?}, found {findings:#?}"
        );
    }
}

#[test]
fn minimal_spec_has_no_findings() {
    assert_eq!(check(&edited(&[])), []);
}

#[test]
fn response_without_an_example() {
    let media =
        "              schema: { type: array, items: { $ref: \"#/components/schemas/Job\" } }\n";
    let with = format!("{media}              example: []\n");
    let found = |spec: &Spec| {
        let mut found = Vec::new();
        examples(spec, &mut |pointer: &str, message: String| {
            found.push(spec.finding(pointer, message))
        });
        found
            .retain(|finding| finding.pointer == "/paths/~1projects~1{id}~1jobs/get/responses/200");
        found
    };
    let [finding] = &found(&edited(&[]))[..] else {
        panic!("no finding")
    };
    assert!(
        finding
            .message
            .starts_with("the response has no example of application/json"),
        "{finding}"
    );
    assert_eq!(found(&edited(&[(media, &with)])), []);
}

/// The findings after the schema `User` is renamed.
fn renamed(name: &str) -> Vec<String> {
    let reference = format!("- $ref: \"#/components/schemas/{name}\"");
    let spec = edited(&[
        ("    User:\n", &format!("    {name}:\n")),
        ("- $ref: \"#/components/schemas/User\"", &reference),
    ]);
    check(&spec).iter().map(ToString::to_string).collect()
}

#[test]
fn schema_named_like_a_runtime_class() {
    for name in [
        "ApiError",
        "ErrorResponse",
        "Configuration",
        "Json",
        "Oauth",
        "File",
    ] {
        let findings = renamed(name);
        let expected = format!("`{name}` is a class of the runtime that some generators add");
        assert!(
            findings.len() == 1
                && findings[0].contains(&expected)
                && findings[0].contains("as `ErrorBody` does"),
            "{name}: {findings:#?}"
        );
    }
    assert_eq!(renamed("ErrorDetails"), Vec::<String>::new());
}

#[test]
fn schema_named_like_the_inline_schema_of_a_property() {
    for name in ["JobUser", "JobTrailers"] {
        let findings = renamed(name);
        assert!(
            findings.len() == 1
                && findings[0].contains("generators also call the inline schema of")
                && findings[0].contains("as `ProjectSettings` does"),
            "{name}: {findings:#?}"
        );
    }
    // References and plain values have no inline schema that needs a name.
    for name in ["JobStatus", "JobDuration", "JobTagList"] {
        assert_eq!(renamed(name), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn schema_named_like_a_type_of_an_operation() {
    for name in [
        "PlayJobRequest",
        "PlayJobParams",
        "GetLogResponse",
        "ListJobsOptions",
    ] {
        let findings = renamed(name);
        assert!(
            findings.len() == 1
                && findings[0].contains("generators call a type of their own for")
                && findings[0].contains("as `JobPlayOptions` does"),
            "{name}: {findings:#?}"
        );
    }
    assert_eq!(renamed("PlayOptions"), Vec::<String>::new());
}

#[test]
fn schema_named_like_its_own_property() {
    let findings: Vec<_> = check(&edited(&[("        rules: {", "        settings: {")]));
    assert!(
        findings.len() == 1
            && findings[0].pointer == "/components/schemas/Settings/properties/settings"
            && findings[0].message.contains("Rename the schema"),
        "{findings:#?}"
    );
}

#[test]
fn one_name_for_two_components() {
    let spec = edited(&[
        ("    JobId:\n", "    Job:\n"),
        ("parameters/JobId", "parameters/Job"),
    ]);

    let findings: Vec<_> = check(&spec).iter().map(ToString::to_string).collect();

    assert!(
        findings.len() == 1
            && findings[0]
                .contains("`Job` is also the name of /components/parameters/Job. Rename one of"),
        "{findings:#?}"
    );
}

#[test]
fn forms_that_other_generators_fail_on() {
    let success = "        \"201\":
          description: The same job.
          content:
            application/json:
              schema: { $ref: \"#/components/schemas/Job\" }
";
    let reference = "        \"201\": { $ref: \"#/components/responses/Unauthorized\" }\n";
    let error = "schema: { $ref: \"#/components/schemas/ErrorBody\" }";
    let spec = edited(&[
        (success, reference),
        (error, "schema: { $ref: \"#/components/schemas/Job\" }"),
    ]);
    let findings: Vec<_> = check(&spec).iter().map(ToString::to_string).collect();
    assert!(
        findings.len() == 1 && findings[0].contains("Write it out"),
        "{findings:#?}"
    );
    assert_findings(&[
        (
            "  - { url: https://gitlab.com/api/v4, description: GitLab.com. }\n",
            "",
            "/servers/0: some generators use the first server unchanged, braces included",
        ),
        (
            "      properties:\n        rules: { description: Rules of any kind. }\n",
            "      additionalProperties: true\n",
            "some generators drop the fields of a named object without properties",
        ),
        (
            "        \"401\": { $ref: \"#/components/responses/Unauthorized\" }\n",
            "        \"401\": { $ref: \"#/components/responses/Unauthorized\" }
        \"416\": { description: No such range., content: { text/plain: { schema: { type: string } } } }\n",
            "/responses/416: other errors of this operation have JSON",
        ),
        (
            "        \"401\": { $ref: \"#/components/responses/Unauthorized\" }\n",
            "        5XX: { $ref: \"#/components/responses/Unauthorized\" }\n",
            "/responses/5XX: some generators do not know ranges of statuses",
        ),
        (
            "            text/plain:\n",
            "            application/zip:\n",
            "/get/responses/200: some generators read `application/zip` as nothing",
        ),
        (
            "      example: 8\n",
            "      examples: { eight: { value: 8 } }\n",
            "/parameters/JobId: some tools send no value for a parameter that has only `examples`",
        ),
        (
            "      required: [id, status]",
            "      required: [id, status, ref, tag_list]",
            "/Job/properties/tag_list: some generators write the properties in this order",
        ),
    ]);
}
