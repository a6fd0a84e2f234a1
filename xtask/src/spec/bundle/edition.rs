//! The OpenAPI 3.1 edition, derived from 3.0: nulls become types, examples become lists, and an enum of one value
//! becomes a constant.

use gitlab_jobs_codegen::{Node, Value};
use indexmap::IndexMap;

use super::{list, text};

/// The places of schemas outside of other schemas; `*` is any key.
const SCHEMAS: &[&str] = &[
    "components/schemas/*",
    "components/parameters/*/schema",
    "components/headers/*/schema",
    "components/requestBodies/*/content/*/schema",
    "components/responses/*/headers/*/schema",
    "components/responses/*/content/*/schema",
    "paths/*/parameters/*/schema",
    "paths/*/*/parameters/*/schema",
    "paths/*/*/requestBody/content/*/schema",
    "paths/*/*/responses/*/headers/*/schema",
    "paths/*/*/responses/*/content/*/schema",
];

/// Returns the same document in OpenAPI 3.1.
pub(super) fn upgrade(document: &Node) -> Node {
    let mut document = document.clone();
    if let Value::Map(root) = &mut document.value {
        root.insert("openapi".to_owned(), text("3.1.0"));
    }
    for path in SCHEMAS {
        let path: Vec<&str> = path.split('/').collect();
        at(&mut document, &path, &mut schema);
    }
    document
}

/// Calls `change` for every value that a path leads to.
fn at(node: &mut Node, path: &[&str], change: &mut impl FnMut(&mut Node)) {
    let Some((key, rest)) = path.split_first() else {
        change(node);
        return;
    };
    match &mut node.value {
        Value::Map(map) if *key == "*" => {
            map.values_mut().for_each(|inner| at(inner, rest, change));
        }
        Value::List(list) if *key == "*" => {
            list.iter_mut().for_each(|inner| at(inner, rest, change));
        }
        Value::Map(map) => {
            if let Some(inner) = map.get_mut(*key) {
                at(inner, rest, change);
            }
        }
        _ => {}
    }
}

/// Upgrades a schema and those inside it. A property called `example` is not mistaken for the keyword.
fn schema(node: &mut Node) {
    let nullable = node.is_true_at("nullable");
    let Value::Map(map) = &mut node.value else {
        return;
    };
    map.shift_remove("nullable");
    let mut upgraded = IndexMap::with_capacity(map.len());
    for (key, mut value) in std::mem::take(map) {
        let (key, value) = match key.as_str() {
            "type" if nullable => (key, nullable_type(value)),
            "enum" => match value.as_list() {
                Some([only]) => ("const".to_owned(), only.clone()),
                _ => (key, value),
            },
            "example" => ("examples".to_owned(), list([value])),
            "items" => {
                schema(&mut value);
                (key, value)
            }
            "properties" | "oneOf" => {
                at(&mut value, &["*"], &mut schema);
                (key, value)
            }
            _ => (key, value),
        };
        upgraded.insert(key, value);
    }
    // In 3.0, null is a boolean whose only value is null. Beside the type, a constant would make some generators write
    // `never`.
    if let Some(Value::Null) = upgraded.get("const").map(|only| &only.value) {
        upgraded.shift_remove("const");
        upgraded.insert("type".to_owned(), text("null"));
    }
    *map = upgraded;
}

fn nullable_type(kind: Node) -> Node {
    list([kind, text("null")])
}
