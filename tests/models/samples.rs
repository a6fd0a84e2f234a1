//! The example files of the spec, each with the model of the place that refers to it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::Value;

use crate::models::{self, Model};
use crate::spec;

/// An example of the spec.
#[derive(Debug)]
pub(crate) struct Sample {
    /// The model of the example, or of its items. Error bodies have none, since the SDK reads them in any shape.
    model: Option<&'static Model>,
    pub(crate) value: Value,
}

/// The examples that have a model, by their path below `spec`, such as `examples/documented/get_job.json`.
pub(crate) fn samples() -> impl Iterator<Item = (&'static str, &'static Model, &'static Value)> {
    let files = files().iter();
    files.filter_map(|(file, sample)| Some((file.as_str(), sample.model?, &sample.value)))
}

/// An example by its path below `spec`, with the model that it is an example of.
pub(crate) fn sample(file: &str) -> (&'static Model, &'static Value) {
    let sample = files()
        .get(file)
        .unwrap_or_else(|| panic!("no operation of the spec refers to {file}"));
    let model = sample
        .model
        .unwrap_or_else(|| panic!("the SDK has no model for {file}: run `cargo xtask codegen`"));
    (model, &sample.value)
}

/// One of the documentation's samples.
pub(crate) fn documented(name: &str) -> &'static Value {
    sample(&format!("examples/documented/{name}.json")).1
}

/// The examples of all requests and responses.
fn files() -> &'static BTreeMap<String, Sample> {
    static FILES: LazyLock<BTreeMap<String, Sample>> = LazyLock::new(collect);
    &FILES
}

fn collect() -> BTreeMap<String, Sample> {
    let mut samples = BTreeMap::new();
    for media in bodies() {
        let examples = media["examples"].as_object();
        for example in examples.into_iter().flat_map(|all| all.values()) {
            let Some(file) = spec::resolve(example)["externalValue"].as_str() else {
                continue;
            };
            let text = spec::read(&format!("spec/{file}"));
            let value =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
            let model = model_of(&media["schema"]);
            samples.insert(file.to_owned(), Sample { model, value });
        }
    }
    samples
}

/// The model of a body, or of its items.
fn model_of(schema: &Value) -> Option<&'static Model> {
    let model = |schema| models::find(spec::schema_name(schema)?);
    model(schema).or_else(|| model(&spec::resolve(schema)["items"]))
}

/// The body of every request and response.
fn bodies() -> impl Iterator<Item = &'static Value> {
    let entries =
        |value: &'static Value| value.as_object().into_iter().flat_map(|all| all.values());
    let operations = entries(&spec::document()["paths"]).flat_map(entries);
    let responses = move |operation: &'static Value| entries(&operation["responses"]);
    operations
        .flat_map(move |operation| responses(operation).chain(operation.get("requestBody")))
        .flat_map(move |body| entries(&spec::resolve(body)["content"]))
}

#[test]
fn every_example_file_belongs_to_an_operation() {
    for folder in ["examples/documented", "examples/additional"] {
        for entry in std::fs::read_dir(spec::repository("spec").join(folder)).unwrap() {
            let file = format!("{folder}/{}", entry.unwrap().file_name().display());
            assert!(
                files().contains_key(&file),
                "nothing refers to spec/{file}: name it in the `examples` of a request or response in spec/openapi.yaml"
            );
        }
    }
}
