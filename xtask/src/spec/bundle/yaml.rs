//! YAML for the bundle.

use gitlab_jobs_codegen::{Node, Value};
use yaml_rust2::{Yaml, YamlEmitter};

use crate::spec::tool::Result;

/// Returns a document as YAML, in its own order. Texts that a YAML parser could mistake for something else are quoted, and
/// those of several lines keep their lines.
pub(super) fn emit(document: &Node) -> Result<String> {
    let mut text = String::new();
    let mut emitter = YamlEmitter::new(&mut text);
    emitter.multiline_strings(true);
    emitter.dump(&converted(document))?;
    // The emitter begins a stream of documents, and does not end the last line.
    Ok(text.trim_start_matches("---\n").to_owned() + "\n")
}

fn converted(node: &Node) -> Yaml {
    match &node.value {
        Value::Null => Yaml::Null,
        Value::Bool(value) => Yaml::Boolean(*value),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Yaml::Integer(integer),
            None => Yaml::Real(number.to_string()),
        },
        Value::Text(text) => Yaml::String(text.clone()),
        Value::List(list) => Yaml::Array(list.iter().map(converted).collect()),
        Value::Map(map) => Yaml::Hash(
            map.iter()
                .map(|(key, node)| (Yaml::String(key.clone()), converted(node)))
                .collect(),
        ),
    }
}
