//! Loading: what is not YAML, and what people would misread.

use gitlab_jobs_codegen::Spec;

fn refusal(yaml: &str) -> String {
    Spec::parse("spec/openapi.yaml", yaml)
        .unwrap_err()
        .to_string()
}

#[test]
fn duplicate_key_is_reported_with_both_lines() {
    assert_eq!(
        refusal("paths:\n  /job:\n    get: {}\n    get: {}\n"),
        "spec/openapi.yaml:4: `get` is a duplicate of the key on line 3. Remove one of the two.\n1 finding in the spec"
    );
}

#[test]
fn duplicate_key_of_a_mapping_is_reported_at_the_key() {
    let error = refusal(
        "components:\n  schemas:\n    Job:\n      type: object\n    Job:\n      type: string\n",
    );
    assert!(
        error.starts_with("spec/openapi.yaml:5: `Job` is a duplicate"),
        "{error}"
    );
}

#[test]
fn anchors_tags_and_broken_yaml_are_reported_with_a_line() {
    for (yaml, expected) in [
        (
            "a: 1\nb: &anchor 2\n",
            "spec/openapi.yaml:2: anchors are not supported",
        ),
        ("a: 1\nb: &anchor\n  c: 1\n", "anchors are not supported"),
        (
            "a: !!str 1\n",
            "spec/openapi.yaml:1: tags are not supported",
        ),
        ("a: 1\nb: *nowhere\n", "spec/openapi.yaml:2:"),
        ("a: 1\n{b: 2}: 3\n", "the key is not a string"),
        ("a: [1\nb: 2\n", "Fix the YAML"),
        ("a:\n\tb: 1\n", "spec/openapi.yaml:2:"),
        ("a:\n  b: 1\n\tc: 1\n", "spec/openapi.yaml:3:"),
        (
            "- a\n",
            "spec/openapi.yaml:1: this is not an OpenAPI document",
        ),
    ] {
        let error = refusal(yaml);
        assert!(error.contains(expected), "{yaml:?} leads to {error}");
    }
}

#[test]
fn directory_without_a_spec_is_named() {
    let error = Spec::load(std::path::Path::new("/nowhere/spec")).unwrap_err();
    assert_eq!(error.to_string(), "cannot read /nowhere/spec/openapi.yaml");
}
