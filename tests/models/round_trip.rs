//! Round trips of samples through their models lose nothing and add nothing.

use serde_json::{Value, json};

use crate::meaning::differences;
use crate::samples::{sample, samples};

#[test]
fn every_sample_means_the_same_after_a_round_trip_through_its_model() {
    for (file, model, value) in samples() {
        let decoded = model.decode(value);
        assert_eq!(differences(value, &decoded.encoded), [""; 0], "{file}");
    }
}

#[test]
fn second_round_trip_changes_nothing() {
    for (file, model, value) in samples() {
        let once = model.decode(value);
        assert_eq!(model.decode(&once.encoded), once, "{file}");
    }
}

/// A round trip is meaningful only if the model keeps each value, so any change must be visible.
#[test]
fn change_to_any_leaf_of_a_documented_sample_shows_in_the_model() {
    for name in [
        "get_job",
        "list_pipeline_bridges",
        "get_allowed_agents",
        "erase_job",
    ] {
        let (model, value) = sample(&format!("examples/documented/{name}.json"));
        let before = model.decode(value);
        for pointer in leaves("", value) {
            let mut changed = value.clone();
            let leaf = changed.pointer_mut(&pointer).unwrap();
            *leaf = other(leaf);
            assert_ne!(
                model.decode(&changed).shown,
                before.shown,
                "{name} {pointer}"
            );
        }
    }
}

/// Returns the JSON pointers of all values that are neither null nor contain others.
fn leaves(pointer: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items
                .flat_map(|(index, item)| leaves(&format!("{pointer}/{index}"), item))
                .collect()
        }
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| leaves(&format!("{pointer}/{key}"), value))
            .collect(),
        _ => vec![pointer.to_owned()],
    }
}

/// Returns a different value of the same kind.
fn other(value: &Value) -> Value {
    match value {
        Value::Bool(value) => json!(!value),
        Value::Number(number) if number.is_u64() => json!(number.as_u64().unwrap() + 1),
        Value::Number(number) => json!(number.as_f64().unwrap() + 1.0),
        Value::String(text) if text.contains("T1") => json!("1999-12-31T23:59:59Z"),
        Value::String(text) => json!(format!("{text}, changed")),
        other => panic!("not a leaf: {other}"),
    }
}
