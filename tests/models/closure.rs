//! The closure: the Rust models and the spec agree, schema by schema and keyword by keyword.
//!
//! Both sides are turned into facts (`Job.id: format` is `int64`). A fact that differs needs a reason in [`explained`],
//! and a reason that no longer applies is an error as well.

mod derived;
mod explained;
mod facts;
mod published;

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use self::explained::EXPLANATIONS;
use self::facts::{Difference, Facts, differences};
use crate::models::MODELS;
use crate::spec;

#[test]
fn exactly_the_schemas_that_are_sent_or_received_have_a_model() {
    let published: BTreeSet<_> = spec::models().map(|(name, _)| name).collect();
    let models: BTreeSet<_> = MODELS.iter().map(|model| model.name).collect();
    assert_eq!(models, published, "run `cargo xtask codegen`");
}

#[test]
fn models_read_as_specified() {
    let models = derived::facts(SchemaSettings::default().for_deserialize());
    assert_explained(&differences(published::facts(spec::models()), models));
}

#[test]
fn models_write_as_specified() {
    let models = derived::facts(SchemaSettings::default().for_serialize());
    assert_explained(&differences(published::facts(spec::models()), models));
}

fn assert_explained(differences: &[Difference]) {
    let unexplained = unexplained(differences);
    assert!(
        unexplained.is_empty(),
        "models and spec differ. Run `cargo xtask codegen`; if they differ on purpose, add the reason to \
         tests/models/closure/explained.rs:\n{}",
        unexplained.join("\n")
    );
    for explanation in EXPLANATIONS {
        assert!(
            differences.iter().any(explanation.holds),
            "remove the reason from tests/models/closure/explained.rs, since it no longer applies: {}",
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

/// Returns the unexplained differences after a value in the spec's schemas is replaced, or removed if `value` is null.
fn unexplained_after(place: &str, value: Value) -> Vec<String> {
    let mut schemas: Value = spec::models()
        .map(|(name, schema)| (name.to_owned(), schema.clone()))
        .collect();
    let (parent, key) = place.rsplit_once('/').unwrap();
    let parent = schemas.pointer_mut(parent).unwrap();
    if value.is_null() {
        parent.as_object_mut().unwrap().remove(key).unwrap();
    } else {
        parent[key] = value;
    }
    let schemas = schemas.as_object().unwrap();
    let published = published::facts(schemas.iter().map(|(name, schema)| (name.as_str(), schema)));
    let models = derived::facts(SchemaSettings::default());
    unexplained(&differences(published, models))
}

#[test]
fn change_to_the_spec_alone_is_found() {
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
#[should_panic(expected = "it no longer applies")]
fn reason_that_no_longer_applies_is_an_error() {
    assert_explained(&[]);
}

#[test]
fn difference_names_both_sides() {
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
