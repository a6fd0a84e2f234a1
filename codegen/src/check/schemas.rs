//! Forms of schemas that progenitor gets wrong, loudly or silently, and the form to write instead.

use super::Report;
use super::places::{Kind, Place, Role};
use crate::api::shape;
use crate::load::schema_reference;
use crate::lower::nullable_reference;
use crate::names;

/// Formats with a known Rust type; others would be ignored.
const FORMATS: &[(&str, &[&str])] = &[
    (
        "string",
        &["date-time", "date", "uuid", "binary", "password"],
    ),
    ("number", &["float", "double"]),
    ("integer", &["int32", "int64"]),
];

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        let Kind::Schema(role) = place.kind else {
            return;
        };
        if role == Role::Named && place.is_reference() {
            let problem = "a second name for a schema has no Rust type";
            report.add(
                "alias",
                place,
                problem,
                "Refer to the other one where this is used",
            );
        }
        if place.is_reference() || is_null(place) {
            return;
        }
        combinations(report, place);
        kind(report, place, role);
        names_of_its_own(report, place, role);
        object(report, place);
        if role == Role::Named {
            circular(report, place);
        }
        integer(report, place);
        nullable(report, place, role);
    });
}

/// The second branch of the published form of a nullable reference.
fn is_null(place: &Place<'_>) -> bool {
    place.kind == Kind::Schema(Role::Branch) && place.node.is_true_at("nullable")
}

fn combinations(report: &mut Report<'_>, place: &Place<'_>) {
    if let Some(any) = place.at("anyOf") {
        let remedy = "Leave out the type and describe the forms, or write x-extensible-enum";
        report.add(
            "any-of",
            &any,
            "anyOf becomes a struct in which no value fits",
            remedy,
        );
    }
    if let Some(all) = place.at("allOf") {
        let remedy = "Write the properties out; for a null, use the published `oneOf`";
        report.add(
            "all-of",
            &all,
            "allOf merges or renames types, each generator in its own way",
            remedy,
        );
    }
    if let Some(discriminator) = place.at("discriminator") {
        let remedy = "Leave it out";
        report.add(
            "discriminator",
            &discriminator,
            "progenitor ignores the discriminator",
            remedy,
        );
    }
    if let Some(one) = place.at("oneOf")
        && nullable_reference(one.node).is_none()
    {
        let remedy =
            "Only `oneOf: [$ref, { type: boolean, nullable: true, enum: [null] }]` is known";
        report.add(
            "one-of",
            &one,
            "this oneOf becomes an enum without names",
            remedy,
        );
    }
}

fn kind(report: &mut Report<'_>, place: &Place<'_>, role: Role) {
    let Some(kind) = place.node.text_at("type") else {
        let combined = ["oneOf", "anyOf", "allOf"]
            .iter()
            .any(|key| place.node.get(key).is_some());
        // Of a property, a missing type says that the value may be anything.
        // With any other word about it, it was forgotten.
        let says_more = ["format", "nullable", "items", "additionalProperties"]
            .iter()
            .any(|key| place.node.get(key).is_some());
        if !combined && (role != Role::Property || says_more) {
            report.add("type", place, "the schema has no type", "Give it one");
        }
        return;
    };
    if !["string", "number", "integer", "boolean", "array", "object"].contains(&kind) {
        report.add(
            "type",
            place,
            format!("`{kind}` is not a type of OpenAPI 3.0"),
            "Correct it",
        );
    }
    if kind == "array" && place.node.get("items").is_none() {
        report.add(
            "type",
            place,
            "the list does not say what it holds",
            "Add `items`",
        );
    }
    let Some(format) = place.node.text_at("format") else {
        return;
    };
    let known = FORMATS
        .iter()
        .any(|(of, formats)| *of == kind && formats.contains(&format));
    if !known && kind != "integer" {
        let remedy = "Remove the format, and state it in the description";
        report.add(
            "format",
            place,
            format!("`{kind}` of format `{format}` has no known Rust type"),
            remedy,
        );
    }
}

/// What needs a name, because progenitor would make one up.
fn names_of_its_own(report: &mut Report<'_>, place: &Place<'_>, role: Role) {
    if let Some(closed) = place.at("enum") {
        let remedy = "Write `x-extensible-enum` and `x-enumDescriptions`";
        report.add(
            "closed-enum",
            &closed,
            "a value of a newer server would fail the whole response",
            remedy,
        );
    }
    if role == Role::Named {
        return;
    }
    let named = |what: &str| {
        format!("Move it to components/schemas and `$ref` it, so that the {what} has a name")
    };
    if place.node.get("x-extensible-enum").is_some() {
        report.add(
            "inline-enum",
            place,
            "the enum has no name here",
            named("enum"),
        );
    }
    // An object of any form becomes a map, which needs none.
    if place.node.get("properties").is_some() {
        report.add(
            "inline-object",
            place,
            "the object has no name here",
            named("object"),
        );
    }
}

fn object(report: &mut Report<'_>, place: &Place<'_>) {
    let has_properties = place.node.get("properties").is_some();
    if let Some(additional) = place.at("additionalProperties") {
        let is_empty = additional.node.as_map().is_some_and(|map| map.is_empty());
        let is_open = place.node.is_true_at("additionalProperties") || is_empty;
        if has_properties || !is_open {
            let problem = if is_open {
                "beside `properties` this is what holds without it"
            } else {
                "this rejects or flattens fields that newer servers add"
            };
            report.add("additional-properties", &additional, problem, "Remove it");
        }
    }
    if has_properties && place.node.text_at("type") != Some("object") {
        report.add(
            "type",
            place,
            "the schema has properties and is not an object",
            "Write `type: object`",
        );
    }
    for required in place.items_at("required", place.kind) {
        let name = required.node.as_text().unwrap_or_default();
        let Some(property) = place
            .node
            .get("properties")
            .and_then(|properties| properties.get(name))
        else {
            report.add(
                "required",
                &required,
                format!("there is no property `{name}`"),
                "Correct the name",
            );
            continue;
        };
        if property.is_true_at("nullable") || property.get("oneOf").is_some() {
            let problem = format!("`{name}` can be null, and a required one must never be absent");
            report.add(
                "required-nullable",
                &required,
                problem,
                "Take it from `required`, or make it not nullable",
            );
        }
    }
}

fn integer(report: &mut Report<'_>, place: &Place<'_>) {
    if place.node.text_at("type") != Some("integer") {
        return;
    }
    let format = place.node.text_at("format");
    if !matches!(format, Some("int32" | "int64")) {
        let remedy = "Write `format: int64`, or int32 for a small count";
        report.add("integer-format", place, "the integer has no size", remedy);
    }
    if format == Some("int32") && is_id(report, place) {
        report.add(
            "id-format",
            place,
            "GitLab's ids exceed 32 bits",
            "Write `format: int64`",
        );
    }
}

fn is_id(report: &Report<'_>, place: &Place<'_>) -> bool {
    // The schema of a parameter is called `schema`; its name stands beside it.
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

fn nullable(report: &mut Report<'_>, place: &Place<'_>, role: Role) {
    let Some(nullable) = place.at("nullable") else {
        return;
    };
    if role == Role::Named {
        let remedy = "Say it where the schema is used";
        report.add(
            "nullable-name",
            &nullable,
            "a named schema that can be null becomes a type around an Option",
            remedy,
        );
    }
}

/// A named list of itself has no type to stop at.
fn circular(report: &mut Report<'_>, place: &Place<'_>) {
    let (spec, name) = (report.spec, place.name());
    let mut node = Some(place.node);
    // Only what has no type of its own is written out where it is used.
    for _ in 0..spec.components("schemas").count() {
        node = node.and_then(|node| node.get("items"));
        let Some(next) = node
            .and_then(schema_reference)
            .filter(|next| shape(spec, next).is_none())
        else {
            continue;
        };
        if next == name {
            let remedy = "Give the items a type of their own";
            report.add("circular", place, "the list is made of itself", remedy);
            return;
        }
        node = spec.component("schemas", next);
    }
}
