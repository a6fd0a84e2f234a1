//! The published spec as plain JSON, read without the generator: were it read by the same code, both could be wrong
//! together.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::{Map, Value};
use yaml_rust2::{Yaml, YamlLoader};

/// A path from the root of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// The text of a file, by its path from the root of the repository.
pub(crate) fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// `spec/openapi.yaml`.
pub(crate) fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
        let documents = YamlLoader::load_from_str(&read("spec/openapi.yaml"));
        match &documents.expect("the spec is YAML")[..] {
            [document] => json(document),
            documents => panic!("the spec holds {} documents", documents.len()),
        }
    });
    &DOCUMENT
}

/// The schemas of the spec by name.
pub(crate) fn schemas() -> &'static Map<String, Value> {
    let schemas = document()["components"]["schemas"].as_object();
    schemas.expect("the spec has schemas")
}

/// What a `$ref` leads to; anything else is its own.
pub(crate) fn resolve(node: &Value) -> &Value {
    match node["$ref"].as_str() {
        Some(reference) => {
            let target = document().pointer(reference.trim_start_matches('#'));
            resolve(target.unwrap_or_else(|| panic!("{reference} leads nowhere")))
        }
        None => node,
    }
}

/// The name of the schema that a `$ref` leads to.
pub(crate) fn schema_name(node: &Value) -> Option<&str> {
    node["$ref"].as_str()?.strip_prefix("#/components/schemas/")
}

/// The schema of a property, and whether the spec lets the property be null. The published form of a nullable object
/// is a choice between the object and null.
pub(crate) fn nullable(property: &Value) -> (&Value, bool) {
    match property["oneOf"].as_array().map(Vec::as_slice) {
        Some([schema, null]) if null["nullable"] == true && null["enum"][0].is_null() => {
            (schema, true)
        }
        Some(_) => panic!("a choice that is not the published form of a nullable: {property}"),
        None => (property, property["nullable"] == true),
    }
}

/// The names of an object schema's required properties.
pub(crate) fn required(schema: &Value) -> impl Iterator<Item = &str> {
    let required = schema["required"].as_array().into_iter().flatten();
    required.filter_map(Value::as_str)
}

/// The properties of an object schema; none for any other.
pub(crate) fn properties(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties.map(|(name, property)| (name.as_str(), property))
}

fn json(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Null => Value::Null,
        Yaml::Boolean(value) => (*value).into(),
        Yaml::Integer(value) => (*value).into(),
        Yaml::Real(text) => text.parse::<f64>().expect("a number").into(),
        Yaml::String(text) => text.as_str().into(),
        Yaml::Array(items) => items.iter().map(json).collect(),
        Yaml::Hash(entries) => entries
            .iter()
            .map(|(key, value)| (text(key), json(value)))
            .collect(),
        Yaml::Alias(_) | Yaml::BadValue => panic!("no YAML that the spec may use: {yaml:?}"),
    }
}

fn text(key: &Yaml) -> String {
    key.as_str()
        .map_or_else(|| panic!("a key that is no text: {key:?}"), str::to_owned)
}
