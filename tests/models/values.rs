//! Values of a schema, made from the spec: with every property, or with the required ones alone.

use serde_json::{Map, Value, json};

use crate::spec;

/// A value with every property of the schema, and of those within it.
pub(crate) fn full(schema: &Value) -> Value {
    value(schema, true)
}

/// A value with the required properties alone, as empty as may be.
pub(crate) fn minimal(schema: &Value) -> Value {
    value(schema, false)
}

fn value(schema: &Value, full: bool) -> Value {
    let (schema, _) = spec::nullable(spec::resolve(schema));
    let schema = spec::resolve(schema);
    if let Some(values) = schema["x-extensible-enum"].as_array() {
        return values[0].clone();
    }
    match schema["type"].as_str() {
        Some("object") => object(schema, full),
        Some("array") if full => json!([value(&schema["items"], full)]),
        Some("array") => json!([]),
        Some("string") if schema["format"] == "date-time" => json!("2026-11-20T15:06:02.221Z"),
        Some("string") => json!("text"),
        Some("integer") => json!(6_747_393_391_u64),
        Some("number") => json!(97.25),
        Some("boolean") => json!(true),
        None => json!({ "any": ["thing"] }),
        Some(other) => panic!("no value is known for the type {other}"),
    }
}

fn object(schema: &Value, full: bool) -> Value {
    if schema["properties"].is_null() {
        return if full {
            json!({ "any": ["thing"] })
        } else {
            json!({})
        };
    }
    let is_wanted = |name: &str| full || spec::required(schema).any(|required| required == name);
    let wanted = spec::properties(schema).filter(|(name, _)| is_wanted(name));
    let fields: Map<_, _> = wanted
        .map(|(name, property)| (name.to_owned(), value(property, full)))
        .collect();
    Value::Object(fields)
}
