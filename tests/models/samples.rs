//! The example files of the spec, each with the schema of the place that refers to it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::spec;

/// An example of the spec.
#[derive(Debug)]
pub(crate) struct Sample {
    /// The schema it is an example of.
    pub(crate) schema: String,
    pub(crate) value: Value,
}

/// The examples of all requests and answers, by their path below `spec`, such as `examples/documented/get_job.json`.
pub(crate) fn samples() -> &'static BTreeMap<String, Sample> {
    static SAMPLES: LazyLock<BTreeMap<String, Sample>> = LazyLock::new(collect);
    &SAMPLES
}

/// One of the documentation's samples.
pub(crate) fn documented(name: &str) -> &'static Sample {
    let file = format!("examples/documented/{name}.json");
    samples()
        .get(&file)
        .unwrap_or_else(|| panic!("no operation of the spec has {file}"))
}

fn collect() -> BTreeMap<String, Sample> {
    let mut samples = BTreeMap::new();
    for media in bodies() {
        let Some(schema) = spec::schema_name(&media["schema"]) else {
            panic!("a body whose schema has no name: {media}");
        };
        for example in media["examples"]
            .as_object()
            .into_iter()
            .flat_map(|all| all.values())
        {
            let Some(file) = spec::resolve(example)["externalValue"].as_str() else {
                continue;
            };
            let text = spec::read(&format!("spec/{file}"));
            let value =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
            let sample = Sample {
                schema: schema.to_owned(),
                value,
            };
            if let Some(other) = samples.insert(file.to_owned(), sample) {
                assert_eq!(other.schema, schema, "{file} is an example of two schemas");
            }
        }
    }
    samples
}

/// Every request and answer with a body.
fn bodies() -> impl Iterator<Item = &'static Value> {
    let entries =
        |value: &'static Value| value.as_object().into_iter().flat_map(|all| all.values());
    let operations = entries(&spec::document()["paths"]).flat_map(entries);
    let answers = move |operation: &'static Value| entries(&operation["responses"]);
    operations
        .flat_map(move |operation| answers(operation).chain(operation.get("requestBody")))
        .flat_map(move |body| entries(&spec::resolve(body)["content"]))
}

#[test]
fn every_example_file_belongs_to_an_operation() {
    for folder in ["examples/documented", "examples/additional"] {
        let entries = std::fs::read_dir(spec::repository("spec").join(folder)).unwrap();
        for entry in entries {
            let file = format!("{folder}/{}", entry.unwrap().file_name().display());
            assert!(
                samples().contains_key(&file),
                "no operation of the spec refers to {file}"
            );
        }
    }
}
