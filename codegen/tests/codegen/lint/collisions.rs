//! Names that other generators cannot keep apart.

use gitlab_jobs_codegen::lint;

use crate::edited;

/// The findings after the schema `User` got another name.
fn renamed(name: &str) -> Vec<String> {
    let reference = format!("- $ref: \"#/components/schemas/{name}\"");
    let spec = edited(&[
        ("    User:\n", &format!("    {name}:\n")),
        ("- $ref: \"#/components/schemas/User\"", &reference),
    ]);
    lint(&spec).iter().map(ToString::to_string).collect()
}

#[test]
fn a_schema_named_like_a_runtime_class_is_refused() {
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
fn a_schema_named_like_the_inline_schema_of_a_property_is_refused() {
    for name in ["JobUser", "JobTrailers"] {
        let findings = renamed(name);
        assert!(
            findings.len() == 1
                && findings[0].contains("generators also call the inline schema of")
                && findings[0].contains("as `ProjectSettings` does"),
            "{name}: {findings:#?}"
        );
    }
    // A reference and a plain value have no schema of their own to be named.
    for name in ["JobStatus", "JobDuration", "JobTagList"] {
        assert_eq!(renamed(name), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn one_name_for_two_components_is_refused() {
    let spec = edited(&[
        ("    JobId:\n", "    Job:\n"),
        ("parameters/JobId", "parameters/Job"),
    ]);

    let findings: Vec<_> = lint(&spec).iter().map(ToString::to_string).collect();

    assert!(
        findings.len() == 1
            && findings[0]
                .contains("`Job` is also the name of /components/parameters/Job. Give one of"),
        "{findings:#?}"
    );
}
