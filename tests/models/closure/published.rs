//! The facts of the published spec.

use serde_json::Value;

use super::facts::{Facts, NULLABLE, REQUIRED, add_keywords};
use crate::spec;

pub(super) fn facts<'a>(schemas: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Facts {
    let mut facts = Facts::new();
    for (name, schema) in schemas {
        add(&mut facts, name, schema);
    }
    facts
}

fn add(facts: &mut Facts, place: &str, schema: &Value) {
    let schema = typed(schema);
    add_keywords(facts, place, &written_out(schema));
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
    let (kind, nullable) = spec::nullable(schema);
    // Without a type, null is a value like any other.
    let any = kind.get("type").is_none() && kind.get("$ref").is_none();
    facts.insert(
        (place.to_owned(), NULLABLE.to_owned()),
        (nullable || any).into(),
    );
    add(facts, place, kind);
}

/// Replaces a reference to a schema that has no Rust type by that schema.
fn typed(schema: &Value) -> &Value {
    if schema["$ref"].is_null() || spec::is_model(spec::resolve(schema)) {
        schema
    } else {
        spec::resolve(schema)
    }
}

/// Adapts the formats to those of the models: integers are unsigned, a number is a double by default, and a UUID is a
/// string.
fn written_out(schema: &Value) -> Value {
    let mut schema = schema.clone();
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("integer"), Some(format)) => schema["format"] = format!("u{format}").into(),
        (Some("number"), None) => schema["format"] = "double".into(),
        (Some("string"), Some("uuid")) => schema["format"] = Value::Null,
        _ => {}
    }
    schema
}
