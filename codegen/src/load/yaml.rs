//! Reads YAML into a [`Node`] tree, and rejects what people would misread.

use marked_yaml::types::{MarkedScalarNode, Marker};
use marked_yaml::{LoadError, LoaderOptions};

use crate::error::Error;
use crate::finding::Finding;
use crate::tree::{Node, Value};

/// Parses YAML. Duplicate keys, anchors and tags are errors, since they hide values or refer to other places.
pub(crate) fn parse(file: &str, text: &str) -> Result<Node, Error> {
    let options = LoaderOptions::default()
        .error_on_duplicate_keys(true)
        .prevent_coercion(true);
    // A document is a mapping; an example can be a list.
    let options = if text.starts_with('[') {
        options.toplevel_sequence()
    } else {
        options
    };
    match marked_yaml::parse_yaml_with_options(0, text, options) {
        Ok(root) => Ok(convert(&root, 1)),
        Err(error) => Err(Error::Spec(vec![finding(file, text, &error)])),
    }
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
    // Only JSON numbers are numbers: `0x10` is text.
    serde_json::from_str(text).map_or_else(|_| Value::Text(text.to_owned()), Value::Number)
}

fn finding(file: &str, text: &str, error: &LoadError) -> Finding {
    let (marker, message) = match error {
        LoadError::DuplicateKey(duplicate) => {
            let first = line_of(duplicate.prev_key.span().start(), 0);
            let key = duplicate.key.as_str();
            let message =
                format!("`{key}` is a duplicate of the key on line {first}. Remove one of the two");
            (duplicate.key.span().start(), message)
        }
        LoadError::UnexpectedAnchor(at) => {
            (Some(at), "anchors are not supported. Use `$ref`".into())
        }
        LoadError::UnexpectedTag(at) => {
            (Some(at), "tags are not supported. Quote the value".into())
        }
        LoadError::MappingKeyMustBeScalar(at) => {
            (Some(at), "the key is not a string. Quote it".into())
        }
        LoadError::TopLevelMustBeMapping(at) | LoadError::TopLevelMustBeSequence(at) => (
            Some(at),
            "this is not an OpenAPI document. Begin with `openapi: 3.0.3`".into(),
        ),
        LoadError::ScanError(at, error) => (Some(at), format!("{}. Fix the YAML", error.info())),
    };
    let mut line = line_of(marker, 1);
    // A tab that indents a line is found while the value before it is read.
    let next = text.lines().nth(line).unwrap_or_default();
    let indentation = &next[..next.len() - next.trim_start().len()];
    if matches!(error, LoadError::ScanError(..)) && indentation.contains('\t') {
        line += 1;
    }
    Finding {
        file: file.to_owned(),
        line,
        pointer: String::new(),
        message,
    }
}
