//! The type of a value.

use super::reader::{Reader, Shape};
use crate::api::{Type, Value};
use crate::form::{NULLABLE_REFERENCE, is_null};
use crate::names;
use crate::place::Place;

/// Where a schema is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// In `components`, with a name.
    Named,
    Property,
    Items,
    Parameter,
    /// In a request or response body.
    Body,
}

/// Reads the type of a value, or reports why it has none. `name` is that of the property or parameter.
pub(super) fn value<'a>(
    reader: &mut Reader<'a>,
    place: &Place<'a>,
    role: Role,
    name: &str,
) -> Option<Value> {
    if let Some((_, name)) = place.reference() {
        let ty = referred(reader, place, name)?;
        return Some(Value {
            ty,
            nullable: false,
        });
    }
    let is_nullable = place.node.is_true_at("nullable");
    if (is_nullable || place.node.get("oneOf").is_some())
        && !matches!(role, Role::Property | Role::Items)
    {
        let at = place
            .at("nullable")
            .or_else(|| place.at("oneOf"))
            .unwrap_or_else(|| place.clone());
        let message = "only properties and items can be null. Say it where the schema is used";
        reader.report.add(&at, message);
        return None;
    }
    if let Some(branches) = place.at("oneOf") {
        let Some(reference) = nullable_reference(place, &branches) else {
            let message = format!("this oneOf becomes an enum without names. {NULLABLE_REFERENCE}");
            reader.report.add(&branches, message);
            return None;
        };
        let value = value(reader, &reference, role, name)?;
        return Some(Value {
            nullable: true,
            ..value
        });
    }
    let ty = inline(reader, place, role, name)?;
    // Null decodes as an empty list or map, so that users need not unwrap an Option.
    let nullable = is_nullable && !matches!(ty, Type::List(_) | Type::Map | Type::Any);
    Some(Value { ty, nullable })
}

/// Returns the reference in the published form of a nullable one: `oneOf: [$ref, { nullable: true, enum: [null] }]`.
fn nullable_reference<'a>(place: &Place<'a>, branches: &Place<'a>) -> Option<Place<'a>> {
    let [reference, null] = &branches.children()[..] else {
        return None;
    };
    let is_alone = ["type", "format", "items", "properties", "nullable"]
        .iter()
        .all(|key| place.node.get(key).is_none());
    (is_alone && reference.reference().is_some() && is_null(null.node)).then(|| reference.clone())
}

/// The type of a schema of `components`.
fn referred<'a>(reader: &mut Reader<'a>, place: &Place<'a>, name: &'a str) -> Option<Type> {
    match reader.shape(name)? {
        Shape::Struct => Some(Type::Struct(name.to_owned())),
        Shape::Enum => Some(Type::Enum(name.to_owned())),
        Shape::HandWritten(hand_written) => Some(Type::HandWritten(hand_written)),
        Shape::Inline if reader.open.contains(&name) => {
            let message =
                format!("`{name}` contains itself, and has no end. Make one of the two an object");
            reader.report.add(place, message);
            None
        }
        Shape::Inline => {
            reader.open.push(name);
            let target = reader.resolve(place);
            let value = value(reader, &target, Role::Named, name);
            reader.open.pop();
            value.map(|value| value.ty)
        }
    }
}

/// The type of a schema that is written out.
fn inline<'a>(reader: &mut Reader<'a>, place: &Place<'a>, role: Role, name: &str) -> Option<Type> {
    let has = |key: &str| place.node.get(key).is_some();
    for (key, what) in [("x-extensible-enum", "enum"), ("properties", "object")] {
        if has(key) {
            let message =
                format!("the {what} has no name here. Move it to components/schemas and `$ref` it");
            reader.report.add(place, message);
            return None;
        }
    }
    free_form(reader, place);
    let Some(kind) = place.node.text_at("type") else {
        // A property without a type may have any value. If other keywords describe it, the type was forgotten.
        let mut others = [
            "format",
            "nullable",
            "items",
            "additionalProperties",
            "required",
        ]
        .into_iter();
        if role == Role::Property && !others.any(has) {
            return Some(Type::Any);
        }
        reader
            .report
            .add(place, "the schema has no type. Give it one");
        return None;
    };
    let others = match kind {
        "array" => "additionalProperties required x-enumDescriptions",
        "object" => "items required x-enumDescriptions",
        _ => "items additionalProperties required x-enumDescriptions",
    };
    unread(reader, place, &format!("type: {kind}"), others);
    let message = match (kind, place.node.text_at("format")) {
        ("array", None) => match place.at("items") {
            Some(items) => {
                let items = value(reader, &items, Role::Items, name)?;
                return plain(reader, place, Type::List(Box::new(items)));
            }
            None => "the list does not say what it holds. Add `items`".to_owned(),
        },
        ("object", None) => return Some(Type::Map),
        ("string", None | Some("uuid")) => return Some(Type::Text),
        ("string", Some("password")) => return Some(Type::Secret),
        ("string", Some("date-time")) => return Some(Type::Scalar("DateTime<Utc>")),
        ("string", Some("date")) => return Some(Type::Scalar("NaiveDate")),
        ("string", Some("binary")) if matches!(role, Role::Body | Role::Named) => {
            return Some(Type::Binary);
        }
        ("string", Some("binary")) => {
            "bytes are the whole of a body. Write a string, and say how it is encoded".to_owned()
        }
        ("number", None | Some("double")) => return Some(Type::Scalar("f64")),
        ("number", Some("float")) => return Some(Type::Scalar("f32")),
        ("boolean", None) => return Some(Type::Scalar("bool")),
        ("integer", Some("int64")) => return Some(Type::Scalar("u64")),
        ("integer", Some("int32")) if !is_id(name) => return Some(Type::Scalar("u32")),
        ("integer", Some("int32")) => {
            "GitLab's ids exceed 32 bits. Write `format: int64`".to_owned()
        }
        ("integer", _) => {
            "the integer has no size. Write `format: int64`, or int32 for a small count".to_owned()
        }
        ("string" | "number" | "boolean" | "array" | "object", Some(format)) => {
            format!(
                "`{kind}` of format `{format}` has no Rust type. Remove the format, and state it in the description"
            )
        }
        _ => format!("`{kind}` is not a type of OpenAPI 3.0. Correct it"),
    };
    reader.report.add(place, message);
    None
}

/// Reports what a property or the items of a list cannot hold.
fn plain(reader: &mut Reader<'_>, place: &Place<'_>, ty: Type) -> Option<Type> {
    match &ty {
        Type::List(items) if matches!(items.ty, Type::Binary | Type::HandWritten(_)) => {
            let message = "this type is only for parameters and bodies. Write a plain string";
            reader.report.add(place, message);
            None
        }
        _ => Some(ty),
    }
}

/// Reports `additionalProperties` that would reject or lose what newer servers send.
pub(super) fn free_form(reader: &mut Reader<'_>, place: &Place<'_>) {
    let Some(additional) = place.at("additionalProperties") else {
        return;
    };
    let is_empty = additional.node.as_map().is_some_and(|map| map.is_empty());
    if !is_empty && !place.node.is_true_at("additionalProperties") {
        let message = "this rejects or flattens fields that newer servers add. Remove it";
        reader.report.add(&additional, message);
    } else if place.node.get("properties").is_some() {
        let message = "an object with `properties` takes others anyway. Remove it";
        reader.report.add(&additional, message);
    }
}

/// Reports keys that are not read beside another.
pub(super) fn unread(reader: &mut Reader<'_>, place: &Place<'_>, beside: &str, keys: &str) {
    for found in keys.split(' ').filter_map(|key| place.at(key)) {
        let message = match found.name().as_str() {
            "nullable" => {
                "only properties and items can be null. Say it where the schema is used".to_owned()
            }
            key => format!("`{key}` is ignored beside `{beside}`. Remove it"),
        };
        reader.report.add(&found, message);
    }
}

fn is_id(name: &str) -> bool {
    let field = names::field(name);
    field == "id" || field == "iid" || field.ends_with("_id") || field.starts_with("id_")
}
