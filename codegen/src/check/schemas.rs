//! Forms of schemas that progenitor gets wrong, loudly or silently, and the forms to write instead.

use super::Report;
use super::places::{Kind, NULLABLE_REFERENCE, Place, Role};
use crate::api::shape;
use crate::load::schema_reference;
use crate::lower::nullable_reference;
use crate::names;
use crate::tree::Node;

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        let Kind::Schema(role) = place.kind else {
            return;
        };
        if place.is_reference() {
            if role == Role::Named {
                report.add(place, "a second name for a schema has no Rust type. Refer to the other one where this is used");
            }
        } else if !place.is_null() {
            kind(report, place, role);
            names_of_its_own(report, place, role);
            object(report, place);
            null(report, place, role);
        }
    });
}

fn kind(report: &mut Report<'_>, place: &Place<'_>, role: Role) {
    let has = |key: &str| place.node.get(key).is_some();
    let Some(kind) = place.node.text_at("type") else {
        // A property without a type may have any value. If other keywords describe it, the type was forgotten.
        let mut others = ["format", "nullable", "items", "additionalProperties"].into_iter();
        let is_any = role == Role::Property && !others.any(has);
        if !has("oneOf") && !is_any {
            report.add(place, "the schema has no type. Give it one");
        }
        return;
    };
    match (kind, place.node.text_at("format")) {
        ("array", _) if !has("items") => {
            report.add(place, "the list does not say what it holds. Add `items`")
        }
        ("string", None | Some("date-time" | "date" | "uuid" | "password"))
        | ("number", None | Some("float" | "double"))
        | ("boolean" | "array" | "object", None)
        | ("integer", Some("int64")) => {}
        ("string", Some("binary")) if matches!(role, Role::Body | Role::Named) => {}
        ("integer", Some("int32")) if !is_id(report, place) => {}
        ("integer", Some("int32")) => {
            report.add(place, "GitLab's ids exceed 32 bits. Write `format: int64`")
        }
        ("integer", _) => report.add(
            place,
            "the integer has no size. Write `format: int64`, or int32 for a small count",
        ),
        ("string" | "number" | "boolean" | "array" | "object", Some(format)) => {
            let message = format!(
                "`{kind}` of format `{format}` has no Rust type. State the format in the description"
            );
            report.add(place, message);
        }
        _ => report.add(
            place,
            format!("`{kind}` is not a type of OpenAPI 3.0. Correct it"),
        ),
    }
}

fn is_id(report: &Report<'_>, place: &Place<'_>) -> bool {
    // The schema of a parameter is called `schema`; its name is beside it.
    let owner = place
        .pointer
        .strip_suffix("/schema")
        .and_then(|pointer| report.spec.root.at(pointer));
    let name = owner
        .and_then(|owner| owner.text_at("name"))
        .map_or_else(|| place.name(), str::to_owned);
    let field = names::field(&name);
    field == "id" || field == "iid" || field.ends_with("_id") || field.starts_with("id_")
}

/// Finds types without a name, which progenitor would invent, and a list that contains itself.
fn names_of_its_own(report: &mut Report<'_>, place: &Place<'_>, role: Role) {
    if role != Role::Named {
        for (key, what) in [("x-extensible-enum", "enum"), ("properties", "object")] {
            // A free-form object becomes a map, which needs no name.
            if place.node.get(key).is_some() {
                report.add(
                    place,
                    format!(
                        "the {what} has no name here. Move it to components/schemas and `$ref` it"
                    ),
                );
            }
        }
        return;
    }
    let Some(mut items) = place.node.get("items") else {
        return;
    };
    while let Some(inner) = items.get("items") {
        items = inner;
    }
    // A schema without a Rust type is inlined where it is used, so a list of itself would be infinite.
    let spec = report.spec;
    let is_list = |name| {
        spec.component("schemas", name)
            .is_some_and(|list| list.get("items").is_some())
    };
    if schema_reference(items).is_some_and(|name| shape(spec, name).is_none() && is_list(name)) {
        report.add(
            place,
            "this is a list of a list with a name. Write the inner list out",
        );
    }
}

fn object(report: &mut Report<'_>, place: &Place<'_>) {
    let properties = place.node.get("properties");
    if let Some(additional) = place.at("additionalProperties") {
        let is_empty = additional.node.as_map().is_some_and(|map| map.is_empty());
        if !is_empty && !place.node.is_true_at("additionalProperties") {
            report.add(
                &additional,
                "this rejects or flattens fields that newer servers add. Remove it",
            );
        } else if properties.is_some() {
            report.add(
                &additional,
                "an object with `properties` takes others anyway. Remove it",
            );
        }
    }
    if properties.is_some() && place.node.text_at("type") != Some("object") {
        report.add(
            place,
            "a schema with properties is not an object. Write `type: object`",
        );
    }
    for required in place.each_at("required", place.kind) {
        let name = required.node.as_text().unwrap_or_default();
        match properties.and_then(|properties| properties.get(name)) {
            None => report.add(
                &required,
                format!("there is no property `{name}`. Correct the name"),
            ),
            Some(property) if is_nullable(property) => {
                let message =
                    format!("`{name}` may be null, so it is an Option. Remove it from `required`");
                report.add(&required, message);
            }
            Some(_) => {}
        }
    }
}

fn is_nullable(property: &Node) -> bool {
    property.is_true_at("nullable") || property.get("oneOf").is_some()
}

fn null(report: &mut Report<'_>, place: &Place<'_>, role: Role) {
    if let Some(nullable) = place
        .at("nullable")
        .filter(|_| !matches!(role, Role::Property | Role::Items))
    {
        report.add(
            &nullable,
            "only properties and items can be null. Say it where the schema is used",
        );
    }
    if let Some(one) = place
        .at("oneOf")
        .filter(|one| nullable_reference(one.node).is_none())
    {
        report.add(
            &one,
            format!("this oneOf becomes an enum without names. {NULLABLE_REFERENCE}"),
        );
    }
}
