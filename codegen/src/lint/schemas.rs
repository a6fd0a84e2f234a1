//! Forms of schemas that progenitor digests wrongly or silently, and the form to write instead.

use super::Report;
use super::places::{Kind, Place, Role};
use crate::lower::nullable_reference;
use crate::names;

/// Formats with a Rust type that is at hand; others would draw in crates or be ignored.
const FORMATS: &[(&str, &[&str])] = &[
    ("string", &["date-time", "binary", "password"]),
    ("number", &["double"]),
    ("integer", &["int32", "int64"]),
];

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        let Kind::Schema(role) = place.kind else {
            return;
        };
        if role == Role::Named && place.is_reference() {
            let problem = "a schema that is another one by a second name has no Rust type";
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
        let remedy =
            "Leave out the type and tell the forms in the description, or write x-extensible-enum";
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
            format!("`{kind}` is no type of OpenAPI 3.0"),
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
        let remedy = "Leave the format out, and tell it in the description";
        report.add(
            "format",
            place,
            format!("`{kind}` of format `{format}` has no Rust type at hand"),
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
            "a value of a newer server would fail the whole answer",
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
            "the enum stands where it has no name",
            named("enum"),
        );
    }
    // An object of any form becomes a map, which needs none.
    if place.node.get("properties").is_some() {
        report.add(
            "inline-object",
            place,
            "the object stands where it has no name",
            named("object"),
        );
    }
    if place.node.text_at("type") == Some("array") && role == Role::Parameter {
        let problem = "a list without a name takes neither one value nor an array of them";
        report.add("inline-list", place, problem, named("list"));
    }
}

fn object(report: &mut Report<'_>, place: &Place<'_>) {
    let has_properties = place.node.get("properties").is_some();
    if let Some(additional) = place.at("additionalProperties") {
        let is_open = place.node.is_true_at("additionalProperties");
        if !is_open {
            let problem = "this refuses or flattens fields that newer servers add";
            report.add(
                "additional-properties",
                &additional,
                problem,
                "Leave it out",
            );
        } else if has_properties {
            let problem = "beside `properties` this is what holds without it";
            report.add(
                "additional-properties",
                &additional,
                problem,
                "Leave it out",
            );
        }
    }
    if has_properties && place.node.text_at("type") != Some("object") {
        report.add(
            "type",
            place,
            "the schema has properties and is no object",
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
            let problem = format!(
                "`{name}` can be null, and as a required one its absence would fail the answer"
            );
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
        report.add(
            "integer-format",
            place,
            "the size of the integer is left to chance",
            remedy,
        );
    }
    if format == Some("int32") && is_id(report, place) {
        report.add(
            "id-format",
            place,
            "ids of GitLab are past 32 bits",
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
