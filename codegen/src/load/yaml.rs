//! Reads YAML into a [`Node`] tree, and refuses what a reader of the file would misread.

use marked_yaml::types::{MarkedScalarNode, Marker};
use marked_yaml::{LoadError, LoaderOptions};

use crate::error::Error;
use crate::tree::{Node, Value};

/// Parses YAML. Duplicate keys, anchors and tags are errors: the first hide a value, the others another place.
pub(crate) fn parse(file: &str, text: &str) -> Result<Node, Error> {
    let options = LoaderOptions::default()
        .error_on_duplicate_keys(true)
        .prevent_coercion(true);
    let root = marked_yaml::parse_yaml_with_options(0, text, options)
        .map_err(|error| refusal(file, &error))?;
    Ok(convert(&root, 1))
}

fn convert(node: &marked_yaml::Node, line: usize) -> Node {
    let value = match node {
        marked_yaml::Node::Scalar(scalar) => scalar_value(scalar),
        marked_yaml::Node::Sequence(list) => Value::List(
            list.iter()
                .map(|item| convert(item, line_of(item.span().start(), line)))
                .collect(),
        ),
        marked_yaml::Node::Mapping(map) => Value::Map(
            map.iter()
                .map(|(key, node)| {
                    (
                        key.as_str().to_owned(),
                        convert(node, line_of(key.span().start(), line)),
                    )
                })
                .collect(),
        ),
    };
    Node { line, value }
}

fn line_of(marker: Option<&Marker>, otherwise: usize) -> usize {
    marker.map_or(otherwise, Marker::line)
}

/// The JSON schema of YAML 1.2: `yes` and `2015-12-24` are text.
fn scalar_value(scalar: &MarkedScalarNode) -> Value {
    let text = scalar.as_str();
    if !scalar.may_coerce() {
        return Value::Text(text.to_owned());
    }
    match text {
        "" | "~" | "null" => return Value::Null,
        "true" => return Value::Bool(true),
        "false" => return Value::Bool(false),
        _ => {}
    }
    // serde_json decides what a number is, so that `1e3` and `0x10` mean the same here and in an example file.
    serde_json::from_str(text).map_or_else(|_| Value::Text(text.to_owned()), Value::Number)
}

fn refusal(file: &str, error: &LoadError) -> Error {
    let (marker, problem, remedy) = match error {
        LoadError::DuplicateKey(duplicate) => {
            let first = line_of(duplicate.prev_key.span().start(), 0);
            let problem = format!(
                "the key `{}` is here a second time, after line {first}",
                duplicate.key.as_str()
            );
            (
                duplicate.key.span().start().copied(),
                problem,
                "Remove one of the two",
            )
        }
        LoadError::UnexpectedAnchor(marker) => (
            Some(*marker),
            "this is a YAML anchor".to_owned(),
            "Move what is shared to `components` and `$ref` it",
        ),
        LoadError::UnexpectedTag(marker) => (
            Some(*marker),
            "this is a YAML tag".to_owned(),
            "Write the value plainly, or quote it",
        ),
        LoadError::MappingKeyMustBeScalar(marker) => (
            Some(*marker),
            "the key of this mapping is no text".to_owned(),
            "Quote it, if it begins with `{` or `[`",
        ),
        LoadError::TopLevelMustBeMapping(marker) | LoadError::TopLevelMustBeSequence(marker) => (
            Some(*marker),
            "this is no OpenAPI document".to_owned(),
            "Begin with `openapi: 3.0.3`",
        ),
        LoadError::ScanError(marker, _) => (Some(*marker), error.to_string(), "Mend the YAML"),
    };
    let line = line_of(marker.as_ref(), 1);
    Error::Syntax {
        file: file.to_owned(),
        line,
        problem,
        remedy: remedy.to_owned(),
    }
}
