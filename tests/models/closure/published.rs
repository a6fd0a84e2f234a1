//! The facts of the published spec.

use serde_json::{Map, Value};

use super::facts::{Facts, NULLABLE, REQUIRED, add_keywords};
use crate::spec;

pub(super) fn facts(schemas: &Map<String, Value>) -> Facts {
    let mut facts = Facts::new();
    for (name, schema) in schemas {
        add(&mut facts, name, schema);
    }
    facts
}

fn add(facts: &mut Facts, place: &str, schema: &Value) {
    add_keywords(facts, place, schema);
    if let Some(items) = schema.get("items") {
        add(facts, &format!("{place}[]"), items);
    }
    for (name, property) in spec::properties(schema) {
        let place = format!("{place}.{name}");
        let (kind, nullable) = spec::nullable(property);
        let required = spec::required(schema).any(|required| required == name);
        // Without a type, null is a value like any other.
        let any = kind.get("type").is_none() && kind.get("$ref").is_none();
        facts.insert(
            (place.clone(), NULLABLE.to_owned()),
            (nullable || any).into(),
        );
        facts.insert((place.clone(), REQUIRED.to_owned()), required.into());
        add(facts, &place, kind);
    }
}
