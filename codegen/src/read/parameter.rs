//! Parameters of the path and of the query, for which an argument or setter can be generated.

use serde_json::Value as Json;

use super::reader::Reader;
use super::schema::{Role, value};
use crate::api::{Parameter, Type};
use crate::names;
use crate::place::Place;
use crate::rustdoc;
use crate::tree::Node;

/// Reads a parameter, or reports why a call cannot take it.
pub(super) fn parameter<'a>(reader: &mut Reader<'a>, place: &Place<'a>) -> Option<Parameter> {
    let place = &reader.resolve(place);
    let name = place.text("name");
    let location = place.text("in");
    let in_path = location == "path";
    let required = place.node.is_true_at("required");
    match location.as_str() {
        "path" if !required => {
            let message = "a parameter of the path is not required. Write `required: true`";
            reader.report.add(place, message);
        }
        "path" | "query" => {}
        "header" => {
            let message = "header parameters would bypass the rules for credentials. Declare a token as a security scheme, \
                           and leave other headers to the client";
            reader.report.add(place, message);
        }
        _ => {
            let message = format!("`in: {location}` is not supported. Write path or query");
            reader.report.add(place, message);
        }
    }
    let usual = if in_path { "simple" } else { "form" };
    let explodes = place.node.get("explode").is_none() || place.node.is_true_at("explode");
    if place
        .node
        .text_at("style")
        .is_some_and(|style| style != usual)
        || (location == "query" && !explodes)
    {
        let message = "lists are always sent by repeating the name. Remove `style` and `explode`";
        reader.report.add(place, message);
    }
    let Some(schema) = place.at("schema") else {
        reader.report.add(place, NO_SETTER);
        return None;
    };
    let read = value(reader, &schema, Role::Parameter, &name)?;
    let (ty, list) = match read.ty {
        Type::List(items) if !items.nullable => (items.ty, true),
        ty => (ty, false),
    };
    let is_settable = match &ty {
        Type::Scalar(_) | Type::Text | Type::Secret | Type::Enum(_) => !list || !in_path,
        // It may reject a value, which only an argument of the path can report.
        Type::HandWritten(it) => !list && in_path && it.argument.is_some(),
        _ => false,
    };
    if !is_settable {
        reader.report.add(place, NO_SETTER);
        return None;
    }
    let item_property = place.at("x-item-property");
    if let Some(property) = item_property
        .as_ref()
        .filter(|_| in_path || required || list || ty != Type::Text)
    {
        let message = "items can be filtered by one text only, which may be left out. Remove `x-item-property`";
        reader.report.add(property, message);
    }
    let example = example(reader, place, &schema)
        .map(Node::to_json)
        .unwrap_or_default();
    if required && example.is_null() {
        let message =
            "the documentation has no value to show for this required parameter. Add an `example`";
        reader.report.add(place, message);
    } else if !example.is_null() && !is_of(&ty, list, &example) {
        let message =
            format!("the example `{example}` is not a value of this parameter. Correct it");
        reader.report.add(place, message);
    }
    let argument = match &ty {
        Type::HandWritten(it) => it.argument.map(str::to_owned),
        _ => None,
    };
    Some(Parameter {
        argument: argument.unwrap_or_else(|| names::field(&name)),
        name,
        in_path,
        required,
        description: rustdoc::description(&place.text("description")),
        // A parameter is shown anyway, in the URL.
        ty: if ty == Type::Secret { Type::Text } else { ty },
        list,
        item_property: item_property
            .and_then(|it| it.node.as_text())
            .map(str::to_owned),
        example,
    })
}

const NO_SETTER: &str = "no argument or setter can take this value. Make it a string, a number, a boolean, a time or an open \
                         enum, or in the query a list of those";

/// Returns the value that the documentation shows for a parameter.
fn example<'a>(reader: &Reader<'a>, place: &Place<'a>, schema: &Place<'a>) -> Option<&'a Node> {
    let of_schema = || reader.resolve(schema).node.get("example");
    let first = || place.node.entries_at("examples").next()?.1.get("value");
    place.node.get("example").or_else(of_schema).or_else(first)
}

/// Returns whether an example compiles where the type is expected.
fn is_of(ty: &Type, list: bool, example: &Json) -> bool {
    if list {
        let values = example.as_array();
        return values.is_some_and(|values| {
            !values.is_empty() && values.iter().all(|it| is_of(ty, false, it))
        });
    }
    match ty {
        Type::Scalar("u32") => example
            .as_u64()
            .is_some_and(|number| u32::try_from(number).is_ok()),
        Type::Scalar("u64") => example.is_u64(),
        Type::Scalar("f32" | "f64") => example.is_number(),
        Type::Scalar("bool") => example.is_boolean(),
        // A number is the id of a project.
        Type::HandWritten(_) => example.is_string() || example.is_u64(),
        _ => example.is_string(),
    }
}
