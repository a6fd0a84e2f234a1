//! Values that can be null. A nullable reference is published as a `oneOf`, which linters and examples agree with;
//! progenitor understands `allOf` beside `nullable`. A list that is null decodes as an empty one, so that its type
//! stays a plain list.

use super::{for_each_schema, refusal};
use crate::error::Error;
use crate::tree::{Node, Value};

/// Turns `oneOf: [$ref, null]` into `nullable: true, allOf: [$ref]`, and drops `nullable` from lists.
pub(super) fn lower_nullable_references(root: &mut Node) -> Result<(), Error> {
    for_each_schema(root, &mut |schema| {
        if schema.text_at("type") == Some("array")
            && let Some(map) = schema.as_map_mut()
        {
            map.shift_remove("nullable");
        }
        let Some(branches) = schema.get("oneOf") else {
            return Ok(());
        };
        let Some(reference) = nullable_reference(branches).cloned() else {
            return Err(refusal(
                "nullable",
                format!("line {}: a oneOf that is no reference or null", schema.line),
            ));
        };
        if let Some(map) = schema.as_map_mut() {
            map.shift_remove("oneOf");
            map.insert("nullable".to_owned(), Node::made(Value::Bool(true)));
            map.insert("allOf".to_owned(), Node::made(Value::List(vec![reference])));
        }
        Ok(())
    })
}

/// The reference in the published form of a nullable one.
pub(crate) fn nullable_reference(branches: &Node) -> Option<&Node> {
    let [reference, null] = branches.as_list()? else {
        return None;
    };
    let [value] = null.get("enum")?.as_list()? else {
        return None;
    };
    // With `type: object` some generators make a class of it, or refuse an enum on an object.
    let is_null = matches!(value.value, Value::Null)
        && null.is_true_at("nullable")
        && null.text_at("type") == Some("boolean");
    (reference.get("$ref").is_some() && is_null).then_some(reference)
}
