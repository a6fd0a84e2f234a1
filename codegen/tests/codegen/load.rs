//! Loading: what is no spec at all, and what a reader would misread.

use gitlab_jobs_codegen::Spec;

fn refusal(yaml: &str, examples: &[(&str, &str)]) -> String {
    let examples = examples
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Spec::parse("spec/openapi.yaml", yaml, examples)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_duplicate_key_is_refused_with_both_lines() {
    assert_eq!(
        refusal("paths:\n  /job:\n    get: {}\n    get: {}\n", &[]),
        "spec/openapi.yaml:4: the key `get` is here a second time, after line 3. Remove one of the two."
    );
}

#[test]
fn a_duplicate_key_of_a_mapping_is_refused_at_the_key() {
    let error = refusal(
        "components:\n  schemas:\n    Job:\n      type: object\n    Job:\n      type: string\n",
        &[],
    );
    assert!(
        error.starts_with("spec/openapi.yaml:5: the key `Job`"),
        "{error}"
    );
}

#[test]
fn anchors_tags_and_broken_yaml_are_refused_with_a_line() {
    for (yaml, expected) in [
        (
            "a: 1\nb: &anchor 2\n",
            "spec/openapi.yaml:2: this is a YAML anchor",
        ),
        ("a: 1\nb: &anchor\n  c: 1\n", "this is a YAML anchor"),
        ("a: !!str 1\n", "spec/openapi.yaml:1: this is a YAML tag"),
        ("a: 1\nb: *nowhere\n", "spec/openapi.yaml:2:"),
        ("a: [1\nb: 2\n", "Mend the YAML"),
        ("- a\n", "spec/openapi.yaml:1: this is no OpenAPI document"),
    ] {
        let error = refusal(yaml, &[]);
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn an_example_with_a_duplicate_key_is_refused_with_its_line() {
    let error = refusal(
        "openapi: 3.0.3",
        &[("examples/job.json", "{\n  \"id\": 1,\n  \"id\": 2\n}")],
    );
    assert!(
        error.starts_with("spec/examples/job.json:3: the key `id` is here a second time"),
        "{error}"
    );
}

#[test]
fn a_directory_without_a_spec_is_refused_by_name() {
    let error = Spec::load(std::path::Path::new("/nowhere/spec")).unwrap_err();
    assert_eq!(error.to_string(), "cannot read /nowhere/spec/openapi.yaml");
}
