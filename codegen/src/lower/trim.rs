//! What only readers need goes: progenitor ignores some of it and stumbles over the rest.

use super::{for_each_operation, for_each_schema, refusal};
use crate::error::Error;
use crate::tree::Node;

const ROOT: &[&str] = &["openapi", "info", "paths", "components"];
const COMPONENTS: &[&str] = &["schemas", "parameters"];
const OPERATION: &[&str] = &[
    "operationId",
    "summary",
    "description",
    "parameters",
    "requestBody",
    "responses",
];
const SCHEMA: &[&str] = &[
    "$ref",
    "type",
    "format",
    "description",
    "nullable",
    "enum",
    "allOf",
    "items",
    "properties",
    "required",
    "additionalProperties",
];

/// Drops examples, extensions, tags, servers and security.
pub(super) fn trim(root: &mut Node) -> Result<(), Error> {
    keep(root, ROOT)?;
    if let Some(components) = root
        .as_map_mut()
        .and_then(|root| root.get_mut("components"))
    {
        keep(components, COMPONENTS)?;
        let parameters = components
            .as_map_mut()
            .and_then(|all| all.get_mut("parameters"))
            .and_then(Node::as_map_mut);
        parameters
            .into_iter()
            .flat_map(|all| all.values_mut())
            .for_each(drop_examples);
    }
    for_each_operation(root, &mut |operation| {
        keep(operation, OPERATION)?;
        let Some(operation) = operation.as_map_mut() else {
            return Ok(());
        };
        if let Some(Node {
            value: crate::tree::Value::List(parameters),
            ..
        }) = operation.get_mut("parameters")
        {
            parameters.iter_mut().for_each(drop_examples);
        }
        let body = operation.get_mut("requestBody").and_then(Node::as_map_mut);
        let content = body
            .and_then(|body| body.get_mut("content"))
            .and_then(Node::as_map_mut);
        content
            .into_iter()
            .flat_map(|content| content.values_mut())
            .for_each(drop_examples);
        Ok(())
    })?;
    for_each_schema(root, &mut |schema| keep(schema, SCHEMA))
}

fn keep(node: &mut Node, keys: &[&str]) -> Result<(), Error> {
    let line = node.line;
    let map = node
        .as_map_mut()
        .ok_or_else(|| refusal("trim", format!("line {line}: this is no mapping")))?;
    map.retain(|key, _| keys.contains(&key.as_str()));
    Ok(())
}

fn drop_examples(node: &mut Node) {
    if let Some(map) = node.as_map_mut() {
        map.retain(|key, _| key != "example" && key != "examples");
    }
}
