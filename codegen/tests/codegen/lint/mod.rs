//! The lint: one small spec for each thing it refuses.

mod collisions;
mod names;
mod operations;
mod schemas;
mod spellings;
mod words;

use gitlab_jobs_codegen::lint;

use crate::edited;

/// Text of the minimal spec, what to write instead, and the one finding this leads to.
type Case<'a> = (&'a str, &'a str, &'a str);

/// Asserts that each edit leads to one finding, which holds the expected text and a remedy.
#[track_caller]
fn assert_findings(cases: &[Case<'_>]) {
    for (from, to, expected) in cases {
        let findings: Vec<_> = lint(&edited(&[(from, to)]))
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            findings.len(),
            1,
            "{from:?} → {to:?} leads to {findings:#?}"
        );
        assert!(
            findings[0].contains(expected),
            "expected {expected:?}, found {:?}",
            findings[0]
        );
    }
}

#[test]
fn the_minimal_spec_is_good() {
    assert_eq!(lint(&edited(&[])), []);
}

#[test]
fn a_finding_names_place_problem_remedy_and_rule() {
    let findings = lint(&edited(&[(
        "archived: { type: boolean, nullable: true, description: Whether it is archived. }",
        "archived: { type: boolean }",
    )]));
    assert_eq!(
        findings[0].to_string(),
        "spec/openapi.yaml:155: /components/schemas/Job/properties/archived: the property has no description. Tell \
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
    assert_eq!(
        rules,
        [
            "openapi-version",
            "description",
            "description",
            "unknown-keyword"
        ]
    );
}
