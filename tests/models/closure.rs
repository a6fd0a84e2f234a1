//! The closure: what the Rust models say of themselves is what the spec says, schema by schema and keyword by keyword.
//!
//! Both sides become facts (`Job.id: format` is `int64`). Where a fact differs, [`explained`] must have the reason, and
//! a reason that nothing needs any more is an error as well.

mod derived;
mod explained;
mod facts;
mod published;

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use self::explained::EXPLANATIONS;
use self::facts::{Difference, Facts, differences};
use crate::spec;

#[test]
fn the_models_read_what_the_spec_says() {
    let models = derived::facts(SchemaSettings::default().for_deserialize());
    assert_explained(&differences(published::facts(spec::schemas()), models));
}

#[test]
fn the_models_write_what_the_spec_says() {
    let models = derived::facts(SchemaSettings::default().for_serialize());
    assert_explained(&differences(published::facts(spec::schemas()), models));
}

fn assert_explained(differences: &[Difference]) {
    let unexplained = unexplained(differences);
    assert!(
        unexplained.is_empty(),
        "no reason is known for:\n{}",
        unexplained.join("\n")
    );
    for explanation in EXPLANATIONS {
        assert!(
            differences.iter().any(explanation.holds),
            "nothing differs any more because {}",
            explanation.reason
        );
    }
}

fn unexplained(differences: &[Difference]) -> Vec<String> {
    let is_explained = |difference: &Difference| {
        EXPLANATIONS
            .iter()
            .any(|explanation| (explanation.holds)(difference))
    };
    let unexplained = differences
        .iter()
        .filter(|difference| !is_explained(difference));
    unexplained.map(Difference::to_string).collect()
}

/// What is unexplained after one place in the schemas of the spec was set to another value, or to null for none.
fn unexplained_after(place: &str, value: Value) -> Vec<String> {
    let mut schemas = Value::Object(spec::schemas().clone());
    let (parent, key) = place.rsplit_once('/').unwrap();
    let parent = schemas.pointer_mut(parent).unwrap();
    if value.is_null() {
        parent.as_object_mut().unwrap().remove(key).unwrap();
    } else {
        parent[key] = value;
    }
    let published = published::facts(schemas.as_object().unwrap());
    let models = derived::facts(SchemaSettings::default());
    unexplained(&differences(published, models))
}

#[test]
fn whatever_changes_in_the_spec_alone_is_found() {
    let text = json!({ "type": "string" });
    let status = json!({ "$ref": "#/components/schemas/PipelineStatus" });
    let statuses = json!(["created", "pending"]);
    for (place, value, expected) in [
        ("/Job/required", json!(["id"]), "Job.name: required: false"),
        ("/Job/properties/id/type", json!("string"), "Job.id: type: "),
        (
            "/Job/properties/id/format",
            json!("int32"),
            "Job.id: format: ",
        ),
        ("/Job/properties/id/minimum", json!(1), "Job.id: minimum: 1"),
        (
            "/Job/properties/name/nullable",
            json!(true),
            "Job.name: nullable: true",
        ),
        ("/Job/properties/status", status, "Job.status: $ref: "),
        ("/Job/properties/tag", Value::Null, "Job.tag: type: absent"),
        ("/Job/properties/new", text.clone(), "Job.new: type: "),
        (
            "/Job/properties/tag_list/items/type",
            json!("integer"),
            "Job.tag_list[]: type: ",
        ),
        (
            "/JobStatus/x-extensible-enum",
            statuses,
            "JobStatus: x-extensible-enum: ",
        ),
        (
            "/JobStatus/x-extensible-enum",
            Value::Null,
            "JobStatus: x-extensible-enum: absent",
        ),
        (
            "/Commit/properties/trailers/additionalProperties",
            text.clone(),
            "Commit.trailers: ",
        ),
        ("/New", text, "New: type: "),
        ("/Runner", Value::Null, "Runner: type: absent"),
    ] {
        let found = unexplained_after(place, value);
        assert!(
            found
                .iter()
                .any(|difference| difference.starts_with(expected)),
            "{place}: {expected:?} is not among {found:#?}"
        );
    }
}

#[test]
#[should_panic(expected = "nothing differs any more because")]
fn a_reason_that_explains_nothing_is_refused() {
    assert_explained(&[]);
}

#[test]
fn a_difference_names_both_sides() {
    let side = |value: Option<Value>| {
        let mut facts = Facts::new();
        facts.extend(value.map(|value| (("Job.id".to_owned(), "format".to_owned()), value)));
        facts
    };
    let found = differences(side(Some(json!("int64"))), side(None));
    assert_eq!(
        found[0].to_string(),
        r#"Job.id: format: "int64" in the spec, absent in the model"#
    );
}
