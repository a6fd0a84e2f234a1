//! Objects with properties.

use super::reader::Reader;
use super::schema::{Role, free_form, unread, value};
use super::scope::Scope;
use crate::api::{Api, Property, Struct, Type};
use crate::names;
use crate::place::Place;
use crate::rustdoc;

/// Reads a schema with properties.
pub(super) fn structure<'a>(reader: &mut Reader<'a>, place: &Place<'a>) -> Struct {
    let properties = place.each_at("properties");
    if place.node.text_at("type") != Some("object") {
        let message = "a schema with properties is not an object. Write `type: object`";
        reader.report.add(place, message);
    } else if properties.is_empty() {
        let message = "there are no properties. Describe some, or remove `properties`";
        reader.report.add(place, message);
    }
    unread(
        reader,
        place,
        "properties",
        "format items oneOf nullable x-enumDescriptions",
    );
    free_form(reader, place);
    let required: Vec<_> = place.node.texts_at("required").collect();
    let mut fields = Scope::default();
    let mut read = Struct {
        description: rustdoc::description(&place.text("description")),
        ..Struct::default()
    };
    for property in &properties {
        let name = property.name();
        fields.claim(&mut reader.report, property, &name, &names::field(&name));
        let Some(value) = value(reader, property, Role::Property, &name) else {
            continue;
        };
        if matches!(value.ty, Type::Binary | Type::HandWritten(_)) {
            let message = "this type is only for parameters and bodies. Write a plain string";
            reader.report.add(property, message);
        }
        let property = Property {
            description: description(reader, property),
            required: required.contains(&name.as_str()),
            value,
        };
        read.properties.insert(name, property);
    }
    for required in place.each_at("required") {
        let name = required.node.as_text().unwrap_or_default();
        let message = match read.properties.get(name) {
            None if properties.iter().any(|property| property.name() == name) => continue,
            None => format!("there is no property `{name}`. Correct the name"),
            Some(property) if property.value.nullable => {
                format!("`{name}` may be null, so it is an Option. Remove it from `required`")
            }
            Some(_) => continue,
        };
        reader.report.add(&required, message);
    }
    read
}

/// Returns the description of a property. A bare `$ref` cannot have one, so it uses the first paragraph of its
/// target's.
fn description<'a>(reader: &Reader<'a>, property: &Place<'a>) -> String {
    let text = reader.resolve(property).text("description");
    let text = match property.reference() {
        Some(_) => text.split("\n\n").next().unwrap_or_default(),
        None => &text,
    };
    rustdoc::description(text)
}

/// Reports structs that require themselves, of which no value exists.
pub(super) fn finite(reader: &mut Reader<'_>, api: &Api) {
    let requires = |name: &str| -> Vec<&str> {
        let properties = api
            .structs
            .get(name)
            .into_iter()
            .flat_map(|it| it.properties.values());
        let required = properties.filter(|property| property.required && !property.value.nullable);
        required
            .filter_map(|property| match &property.value.ty {
                Type::Struct(name) => Some(name.as_str()),
                _ => None,
            })
            .collect()
    };
    for name in api.structs.keys() {
        let mut found: Vec<&str> = Vec::new();
        let mut next = requires(name);
        while let Some(one) = next.pop() {
            if !found.contains(&one) {
                found.push(one);
                next.extend(requires(one));
            }
        }
        if found.contains(&name.as_str()) {
            let message = format!(
                "`{name}` requires itself, so no value of it exists. Make a property optional"
            );
            reader
                .report
                .add_at(&format!("/components/schemas/{name}"), message);
        }
    }
}
