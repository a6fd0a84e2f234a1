//! The facts of the Rust models, from the JSON Schema that `schemars` derives.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::facts::{Facts, NULLABLE, REQUIRED, add_keywords};
use crate::models::MODELS;
use crate::spec;

/// Returns the facts about what the models read, or about what they write.
pub(super) fn facts(contract: SchemaSettings) -> Facts {
    let mut generator = contract.into_generator();
    let mut facts = Facts::new();
    for model in MODELS {
        // A schema that others refer to is among the definitions. Any other is here in full.
        let schema = (model.schema)(&mut generator).to_value();
        let schema = generator.definitions().get(model.name).unwrap_or(&schema);
        add(&mut facts, model.name, schema);
    }
    facts
}

fn add(facts: &mut Facts, place: &str, schema: &Value) {
    add_keywords(facts, place, schema);
    if let Some(items) = schema.get("items") {
        add_nullable(facts, &format!("{place}[]"), items);
    }
    for (name, property) in spec::properties(schema) {
        let place = format!("{place}.{name}");
        let required = spec::required(schema).any(|required| required == name);
        facts.insert((place.clone(), REQUIRED.to_owned()), required.into());
        add_nullable(facts, &place, property);
    }
}

fn add_nullable(facts: &mut Facts, place: &str, schema: &Value) {
    let (kind, nullable) = nullable(schema);
    facts.insert((place.to_owned(), NULLABLE.to_owned()), nullable.into());
    add(facts, place, &kind);
}

/// Returns the schema of a property, and whether it may be null, which JSON Schema expresses as a list of types or as
/// `anyOf`.
fn nullable(property: &Value) -> (Value, bool) {
    let is_any = property.as_bool() == Some(true) || !has_kind(property);
    if is_any {
        return (property.clone(), true);
    }
    if let Some([kind, null]) = property["anyOf"].as_array().map(Vec::as_slice)
        && *null == json!({ "type": "null" })
    {
        return (kind.clone(), true);
    }
    if let Some([kind, null]) = property["type"].as_array().map(Vec::as_slice)
        && null == "null"
    {
        let mut property = property.clone();
        property["type"] = kind.clone();
        return (property, true);
    }
    (property.clone(), false)
}

/// Returns whether a schema restricts the kind of its values.
fn has_kind(property: &Value) -> bool {
    ["type", "$ref", "anyOf"]
        .iter()
        .any(|keyword| property.get(keyword).is_some())
}
