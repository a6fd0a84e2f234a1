//! The published spec is pleasant for every generator; here its schemas take the form that progenitor needs.

use serde_json::{Map, Value, json};

use crate::api::{Api, Shape, shape};
use crate::error::Error;
use crate::load::{Spec, schema_reference};
use crate::rustdoc;
use crate::tree::{self, Node};

/// A document of the schemas that become types. It has no paths: operations are written from the spec itself.
pub(crate) fn lower(spec: &Spec, api: &Api) -> Result<openapiv3::OpenAPI, Error> {
    let names = spec.components("schemas").filter(|(name, _)| {
        let hand_written = matches!(shape(spec, name), Some(Shape::HandWritten(_)));
        api.structs.contains_key(*name) || api.enums.contains_key(*name) || hand_written
    });
    let schemas: Map<_, _> = names
        .map(|(name, node)| (name.to_owned(), schema(spec, node)))
        .collect();
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": "" },
        "paths": {},
        "components": { "schemas": schemas },
    });
    serde_json::from_value(document).map_err(|error| Error::Progenitor(error.to_string()))
}

fn schema(spec: &Spec, node: &Node) -> Value {
    if let Some(name) = schema_reference(node) {
        return match spec.component("schemas", name) {
            // What has no type of its own is written out where it is used.
            Some(target) if shape(spec, name).is_none() => schema(spec, target),
            _ => json!({ "$ref": format!("#/components/schemas/{name}") }),
        };
    }
    let mut lowered = match node.text_at("type") {
        Some("object") if node.get("properties").is_some() => object(spec, node),
        Some("object") => json!({ "type": "object", "additionalProperties": true }),
        Some("array") => {
            let items = node.get("items").map(|items| schema(spec, items));
            json!({ "type": "array", "items": items })
        }
        // GitLab counts nothing below zero, and an id must have one type wherever it is taken or given.
        Some("integer") => {
            json!({ "type": "integer", "format": format!("u{}", node.text_at("format").unwrap_or("int64")) })
        }
        // A UUID stays the text that it is, so that the SDK needs no crate for it.
        Some(kind) => match node.text_at("format").filter(|format| *format != "uuid") {
            Some(format) => json!({ "type": kind, "format": format }),
            None => json!({ "type": kind }),
        },
        None => match node.get("oneOf").and_then(nullable_reference) {
            Some(reference) => json!({ "nullable": true, "allOf": [schema(spec, reference)] }),
            None => json!({}),
        },
    };
    // Null is an empty list or map, which decoding sees to, so that nobody has to look into an Option first.
    if node.is_true_at("nullable") && !matches!(node.text_at("type"), Some("array" | "object")) {
        lowered["nullable"] = true.into();
    }
    if let Some(description) = node.text_at("description") {
        lowered["description"] = rustdoc::lines(description).join("\n").into();
    }
    lowered
}

fn object(spec: &Spec, node: &Node) -> Value {
    let properties = node.entries_at("properties");
    let properties: Map<_, _> = properties
        .map(|(name, property)| (name.to_owned(), schema(spec, property)))
        .collect();
    let required: Vec<_> = node.texts_at("required").collect();
    json!({ "type": "object", "properties": properties, "required": required })
}

/// The reference in the published form of a nullable one: `oneOf: [$ref, { nullable: true, enum: [null] }]`.
pub(crate) fn nullable_reference(branches: &Node) -> Option<&Node> {
    let [reference, null] = branches.as_list()? else {
        return None;
    };
    let [value] = null.get("enum")?.as_list()? else {
        return None;
    };
    let is_null = matches!(value.value, tree::Value::Null)
        && null.is_true_at("nullable")
        && null.get("type").is_some();
    (reference.get("$ref").is_some() && is_null).then_some(reference)
}
