//! The checks: a small spec for each form that they reject.

mod names;
mod operations;
mod schemas;

use crate::{check, edited};

/// A text in the minimal spec, its replacement, and the only finding that results.
type Case<'a> = (&'a str, &'a str, &'a str);

/// Asserts that each edit results in one finding, which contains the expected text and a remedy.
#[track_caller]
fn assert_findings(cases: &[Case<'_>]) {
    for (from, to, expected) in cases {
        let findings: Vec<_> = check(&edited(&[(from, to)]))
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            findings.len(),
            1,
            "{from:?} → {to:?} leads to {findings:#?}"
        );
        let finding = &findings[0];
        assert!(
            finding.contains(expected),
            "expected {expected:?}, found {finding:?}"
        );
        assert!(
            finding.matches(". ").count() >= 1 && finding.ends_with('.'),
            "no remedy: {finding:?}"
        );
    }
}

#[test]
fn minimal_spec_has_no_findings() {
    assert_eq!(check(&edited(&[])), []);
}

#[test]
fn finding_names_file_line_pointer_problem_and_remedy() {
    let findings = check(&edited(&[(
        "archived: { type: boolean, nullable: true, description: Whether it is archived. }",
        "archived: { type: boolean }",
    )]));
    assert_eq!(
        findings[0].to_string(),
        "spec/openapi.yaml:134: /components/schemas/Job/properties/archived: the property has no description. Say what it \
         is, and when it is absent or null."
    );
}

#[test]
fn all_findings_are_reported_in_the_order_of_the_file() {
    let findings = check(&edited(&[
        ("description: A user.", "description: ''"),
        ("openapi: 3.0.3", "openapi: 3.1.0"),
        ("description: Id of the job.", "minimum: 1"),
    ]));
    let messages: Vec<_> = findings
        .iter()
        .map(|finding| finding.message.split(". ").next().unwrap())
        .collect();
    assert_eq!(
        messages,
        [
            "progenitor reads OpenAPI 3.0 only",
            "the schema has no description",
            "the property has no description",
            "`minimum` becomes a NonZero type, or has no effect",
        ]
    );
}

#[test]
fn missing_descriptions() {
    assert_findings(&[
        (
            "      description: Starts a job.\n",
            "",
            "the operation has no description",
        ),
        (
            "      description: The project.\n",
            "",
            "the parameter has no description",
        ),
        (
            "        description: Variables for the job.\n",
            "",
            "the request body has no description",
        ),
        (
            "description: A user.",
            "description: '  '",
            "the schema has no description",
        ),
        (
            ", description: Its name. ",
            "",
            "Say what it is, and when it is absent or null",
        ),
    ]);
}
