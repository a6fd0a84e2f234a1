//! One answer per operation: progenitor panics on several, and answers that are errors are read at run time.

use super::{for_each_operation, refusal};
use crate::error::Error;
use crate::load::Spec;
use crate::tree::{Node, Value};

const PASS: &str = "answers";

/// Leaves each operation one success response, and of that only its schema.
pub(super) fn keep_one_success(spec: &Spec, root: &mut Node) -> Result<(), Error> {
    for_each_operation(root, &mut |operation| {
        let success = success(spec, operation)?;
        let operation = operation
            .as_map_mut()
            .ok_or_else(|| refusal(PASS, "an operation is no mapping"))?;
        operation.insert("responses".to_owned(), Node::map([("200", success)]));
        Ok(())
    })
}

fn success(spec: &Spec, operation: &Node) -> Result<Node, Error> {
    let id = operation.text_at("operationId").unwrap_or_default();
    let mut schemas = Vec::new();
    for (status, response) in operation
        .entries_at("responses")
        .filter(|(status, _)| status.starts_with('2'))
    {
        let response = spec
            .resolve(response)
            .ok_or_else(|| refusal(PASS, format!("{id}: {status} refers to nothing")))?;
        for (media_type, media) in response.entries_at("content") {
            let schema = media
                .get("schema")
                .ok_or_else(|| refusal(PASS, format!("{id}: {status} has no schema")))?;
            schemas.push((media_type.to_owned(), schema));
        }
    }
    let Some((media_type, schema)) = schemas.first() else {
        return Err(refusal(
            PASS,
            format!("{id}: no success response with a body"),
        ));
    };
    if schemas
        .iter()
        .any(|(other_type, other)| other_type != media_type || other.to_json() != schema.to_json())
    {
        return Err(refusal(
            PASS,
            format!("{id}: success responses of several kinds"),
        ));
    }
    let media = Node::map([("schema", (*schema).clone())]);
    let content = Node::made(Value::Map(
        [(media_type.clone(), media)].into_iter().collect(),
    ));
    Ok(Node::map([
        ("description", Node::text("")),
        ("content", content),
    ]))
}
