//! The published spec suits every generator. Here, its types are converted to the form that progenitor needs.

use serde_json::{Map, Value as Json, json};

use crate::api::{Api, Struct, Type, Value};
use crate::error::Error;

/// Returns a document with the schemas that become types. It has no paths, since operations are generated from the spec
/// itself.
pub(crate) fn lower(api: &Api) -> Result<openapiv3::OpenAPI, Error> {
    let structs = api
        .structs
        .iter()
        .map(|(name, item)| (name.clone(), object(item)));
    // Each is replaced, so its values do not matter.
    let enums = api
        .enums
        .keys()
        .map(|name| (name.clone(), json!({ "type": "string" })));
    let schemas: Map<_, _> = structs.chain(enums).collect();
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": "" },
        "paths": {},
        "components": { "schemas": schemas },
    });
    serde_json::from_value(document).map_err(|error| Error::Progenitor(error.to_string()))
}

fn object(item: &Struct) -> Json {
    let properties = item.properties.iter().map(|(name, property)| {
        let mut lowered = value(&property.value);
        // It would be lost beside a reference, and is added to the field later.
        if lowered.get("$ref").is_none() {
            lowered["description"] = property.description.as_str().into();
        }
        (name.clone(), lowered)
    });
    let properties: Map<_, _> = properties.collect();
    let required = item
        .properties
        .iter()
        .filter(|(_, property)| property.required);
    let required: Vec<_> = required.map(|(name, _)| name).collect();
    json!({
        "type": "object", "description": item.description, "properties": properties, "required": required,
    })
}

fn value(value: &Value) -> Json {
    let mut lowered = match &value.ty {
        // GitLab sends no negative integers, and an id must have the same type everywhere.
        Type::Scalar("u32") => json!({ "type": "integer", "format": "uint32" }),
        Type::Scalar("u64") => json!({ "type": "integer", "format": "uint64" }),
        Type::Scalar("f32") => json!({ "type": "number", "format": "float" }),
        Type::Scalar("f64") => json!({ "type": "number", "format": "double" }),
        Type::Scalar("bool") => json!({ "type": "boolean" }),
        Type::Scalar("NaiveDate") => json!({ "type": "string", "format": "date" }),
        Type::Scalar(_) => json!({ "type": "string", "format": "date-time" }),
        Type::Text | Type::HandWritten(_) | Type::Binary => json!({ "type": "string" }),
        Type::Secret => json!({ "type": "string", "format": "password" }),
        Type::Any => json!({}),
        Type::Map => json!({ "type": "object", "additionalProperties": true }),
        Type::List(items) => json!({ "type": "array", "items": self::value(items) }),
        Type::Struct(name) | Type::Enum(name) => {
            let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
            return match value.nullable {
                true => json!({ "nullable": true, "allOf": [reference] }),
                false => reference,
            };
        }
    };
    if value.nullable {
        lowered["nullable"] = true.into();
    }
    lowered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered(ty: Type, nullable: bool) -> Json {
        value(&Value { ty, nullable })
    }

    #[test]
    fn integers_are_unsigned() {
        for (ty, format) in [("u32", "uint32"), ("u64", "uint64")] {
            let expected = json!({ "type": "integer", "format": format });
            assert_eq!(lowered(Type::Scalar(ty), false), expected);
        }
    }

    #[test]
    fn null_is_said_in_the_form_that_progenitor_reads() {
        let job = || Type::Struct("Job".to_owned());
        let reference = json!({ "$ref": "#/components/schemas/Job" });
        assert_eq!(lowered(job(), false), reference);
        assert_eq!(
            lowered(job(), true),
            json!({ "nullable": true, "allOf": [reference] })
        );
        assert_eq!(
            lowered(Type::Text, true),
            json!({ "type": "string", "nullable": true })
        );
        let items = Box::new(Value {
            ty: Type::Text,
            nullable: true,
        });
        let expected = json!({ "type": "array", "items": { "type": "string", "nullable": true } });
        assert_eq!(lowered(Type::List(items), false), expected);
    }
}
