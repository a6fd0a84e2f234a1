//! The published spec suits every generator. Here, its schemas are converted to the form that progenitor needs.

use serde_json::{Map, Value, json};

use crate::api::{Api, Shape, shape};
use crate::error::Error;
use crate::load::{Spec, schema_reference};
use crate::rustdoc;
use crate::tree::{self, Node};

/// Returns a document with the schemas that become types. It has no paths, since operations are generated from the spec
/// itself.
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
            // A schema without a Rust type is inlined where it is used.
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
        // GitLab sends no negative integers, and an id must have the same type everywhere.
        Some("integer") => {
            json!({ "type": "integer", "format": format!("u{}", node.text_at("format").unwrap_or("int64")) })
        }
        // A UUID stays a string, so that the SDK needs no crate for it.
        Some(kind) => match node.text_at("format").filter(|format| *format != "uuid") {
            Some(format) => json!({ "type": kind, "format": format }),
            None => json!({ "type": kind }),
        },
        None => match node.get("oneOf").and_then(nullable_reference) {
            Some(reference) => json!({ "nullable": true, "allOf": [schema(spec, reference)] }),
            None => json!({}),
        },
    };
    // Null decodes as an empty list or map, so that users need not unwrap an Option.
    if node.is_true_at("nullable") && !matches!(node.text_at("type"), Some("array" | "object")) {
        lowered["nullable"] = true.into();
    }
    if let Some(description) = node.text_at("description") {
        lowered["description"] = rustdoc::description(description).into();
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Lowers one schema, with others beside it.
    fn lowered(yaml: &str) -> Value {
        let yaml = format!(
            "components:
  schemas:
    Schema: {yaml}
    User: {{ type: object, properties: {{ id: {{ type: integer, format: int64 }} }} }}
    Status: {{ type: string, x-extensible-enum: [running] }}
    Text: {{ type: string, description: Some text. }}
    Users: {{ type: array, items: {{ $ref: '#/components/schemas/User' }} }}"
        );
        let spec = Spec::parse("openapi.yaml", &yaml).unwrap();
        schema(&spec, spec.component("schemas", "Schema").unwrap())
    }

    #[test]
    fn integers_are_unsigned_and_uuids_are_text() {
        for (yaml, expected) in [
            (
                "{ type: integer, format: int32 }",
                json!({ "type": "integer", "format": "uint32" }),
            ),
            (
                "{ type: integer, format: int64 }",
                json!({ "type": "integer", "format": "uint64" }),
            ),
            (
                "{ type: string, format: uuid }",
                json!({ "type": "string" }),
            ),
            (
                "{ type: string, format: date-time }",
                json!({ "type": "string", "format": "date-time" }),
            ),
            (
                "{ type: number, format: float }",
                json!({ "type": "number", "format": "float" }),
            ),
        ] {
            assert_eq!(lowered(yaml), expected, "{yaml}");
        }
    }

    #[test]
    fn null_is_an_option_except_of_lists_and_maps() {
        let user = json!({ "$ref": "#/components/schemas/User" });
        for (yaml, expected) in [
            (
                "{ type: boolean, nullable: true }",
                json!({ "type": "boolean", "nullable": true }),
            ),
            (
                "{ oneOf: [$ref: '#/components/schemas/User', { type: boolean, nullable: true, enum: [null] }] }",
                json!({ "nullable": true, "allOf": [user] }),
            ),
            (
                "{ type: array, nullable: true, items: { type: string, nullable: true } }",
                json!({ "type": "array", "items": { "type": "string", "nullable": true } }),
            ),
            (
                "{ type: object, nullable: true }",
                json!({ "type": "object", "additionalProperties": true }),
            ),
        ] {
            assert_eq!(lowered(yaml), expected, "{yaml}");
        }
    }

    #[test]
    fn references_to_types_stay_and_others_are_written_out() {
        let reference = |name: &str| {
            lowered(&format!(
                "{{ type: array, items: {{ $ref: '#/components/schemas/{name}' }} }}"
            ))
        };
        let user = json!({ "$ref": "#/components/schemas/User" });
        assert_eq!(reference("User")["items"], user);
        assert_eq!(
            reference("Status")["items"],
            json!({ "$ref": "#/components/schemas/Status" })
        );
        assert_eq!(
            reference("Text")["items"],
            json!({ "type": "string", "description": "Some text." })
        );
        assert_eq!(
            reference("Users")["items"],
            json!({ "type": "array", "items": user })
        );
    }

    #[test]
    fn object_keeps_its_properties_and_nothing_that_progenitor_would_misread() {
        let yaml = "{ type: object, required: [a], deprecated: true, example: {}, properties: { a: { type: string, example: b }, b: {} } }";
        let properties = json!({ "a": { "type": "string" }, "b": {} });
        assert_eq!(
            lowered(yaml),
            json!({ "type": "object", "properties": properties, "required": ["a"] })
        );
    }
}
