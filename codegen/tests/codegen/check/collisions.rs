//! Names that collide in other generators, and forms that they fail on.

use gitlab_jobs_codegen::check;

use super::assert_findings;
use crate::edited;

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
            "        5xx: { $ref: \"#/components/responses/Unauthorized\" }\n",
            "/responses/5xx: some generators do not know ranges of statuses",
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
