//! The published spec as plain JSON. It is read without the generator's code, so that a bug there cannot hide a
//! difference.

use std::collections::BTreeSet;
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

/// The schemas that have a model: objects and open enums that calls send or receive. Error bodies have none.
pub(crate) fn models() -> impl Iterator<Item = (&'static str, &'static Value)> {
    let sent_or_received = sent_or_received();
    let models = schemas()
        .iter()
        .filter(move |(name, schema)| is_model(schema) && sent_or_received.contains(name.as_str()));
    models.map(|(name, schema)| (name.as_str(), schema))
}

/// Returns whether a schema has a Rust type. Others are inlined where they are used.
pub(crate) fn is_model(schema: &Value) -> bool {
    !schema["properties"].is_null() || !schema["x-extensible-enum"].is_null()
}

/// The names of the schemas that parameters, request bodies and successful responses lead to.
fn sent_or_received() -> BTreeSet<&'static str> {
    let mut found = BTreeSet::new();
    let paths = document()["paths"].as_object();
    for (key, node) in paths
        .into_iter()
        .flat_map(|paths| paths.values())
        .filter_map(Value::as_object)
        .flatten()
    {
        match key.as_str() {
            "parameters" => collect(node, &mut found),
            _ => {
                collect(&node["parameters"], &mut found);
                collect(&node["requestBody"], &mut found);
                let responses = node["responses"].as_object().into_iter().flatten();
                let successes = responses.filter(|(status, _)| status.starts_with('2'));
                successes.for_each(|(_, response)| collect(response, &mut found));
            }
        }
    }
    found
}

/// Adds the names of all schemas that a value refers to, directly or through others.
fn collect(value: &'static Value, found: &mut BTreeSet<&'static str>) {
    if value["$ref"].is_string() && schema_name(value).is_none_or(|name| found.insert(name)) {
        collect(resolve(value), found);
    }
    let items = value.as_array().into_iter().flatten();
    let fields = value
        .as_object()
        .into_iter()
        .flat_map(|fields| fields.values());
    items.chain(fields).for_each(|value| collect(value, found));
}

/// The target of a `$ref`, or the value itself.
pub(crate) fn resolve(node: &Value) -> &Value {
    match node["$ref"].as_str() {
        Some(reference) => {
            let target = document().pointer(&reference.replacen('#', "", 1));
            resolve(target.unwrap_or_else(|| panic!("{reference} does not exist")))
        }
        None => node,
    }
}

/// The name of the schema that a `$ref` leads to.
pub(crate) fn schema_name(node: &Value) -> Option<&str> {
    node["$ref"].as_str()?.strip_prefix("#/components/schemas/")
}

/// The schema of a property, and whether the property may be null. The published form of a nullable object is a `oneOf`
/// of the object and null.
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

/// The properties of an object schema, or nothing for any other.
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
        Yaml::Alias(_) | Yaml::BadValue => panic!("the spec must not use this YAML: {yaml:?}"),
    }
}

fn text(key: &Yaml) -> String {
    key.as_str().map_or_else(
        || panic!("a key that is not a string: {key:?}"),
        str::to_owned,
    )
}
