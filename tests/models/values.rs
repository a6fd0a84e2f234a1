//! Values generated from the schemas: with every property, or with only the required ones.

use serde_json::{Map, Value, json};

use crate::spec;

/// Returns a value with every property of the schema and of nested schemas.
pub(crate) fn full(schema: &Value) -> Value {
    value(schema, DEPTH)
}

/// Returns a value with only the required properties, as empty as possible.
pub(crate) fn minimal(schema: &Value) -> Value {
    value(schema, 0)
}

/// The levels of optional properties. A schema may contain itself, so there must be a limit.
const DEPTH: usize = 8;

fn value(schema: &Value, depth: usize) -> Value {
    let (schema, _) = spec::nullable(spec::resolve(schema));
    let schema = spec::resolve(schema);
    if let Some(values) = schema["x-extensible-enum"].as_array() {
        return values[0].clone();
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("object"), _) => object(schema, depth),
        (Some("array"), _) if depth > 0 => json!([value(&schema["items"], depth - 1)]),
        (Some("array"), _) => json!([]),
        (Some("string"), Some("date-time")) => json!("2026-11-20T15:06:02.221Z"),
        (Some("string"), Some("date")) => json!("2026-11-20"),
        (Some("string"), _) => json!("text"),
        (Some("integer"), Some("int32")) => json!(2_147_483_647),
        (Some("integer"), _) => json!(6_747_393_391_u64),
        (Some("number"), _) => json!(97.25),
        (Some("boolean"), _) => json!(true),
        (None, _) => json!({ "any": ["thing"] }),
        (Some(other), _) => {
            panic!("no value for the type {other}: add one to tests/models/values.rs")
        }
    }
}

fn object(schema: &Value, depth: usize) -> Value {
    if schema["properties"].is_null() {
        return if depth > 0 {
            json!({ "any": ["thing"] })
        } else {
            json!({})
        };
    }
    let is_wanted =
        |name: &str| depth > 0 || spec::required(schema).any(|required| required == name);
    let wanted = spec::properties(schema).filter(|(name, _)| is_wanted(name));
    let fields: Map<_, _> = wanted
        .map(|(name, property)| (name.to_owned(), value(property, depth.saturating_sub(1))))
        .collect();
    Value::Object(fields)
}
