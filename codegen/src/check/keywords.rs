//! Keywords and extensions that would be lost, or change their meaning, on the way to Rust.

use super::Report;
use super::places::{Kind, Place};

const EXTENSIONS: [&str; 3] = ["x-extensible-enum", "x-enumDescriptions", "x-pagination"];

/// The keywords of a schema that are generated from, or refused by a rule that says more.
const SCHEMA: &[&str] = &[
    "type",
    "format",
    "description",
    "nullable",
    "deprecated",
    "enum",
    "oneOf",
    "anyOf",
    "allOf",
    "discriminator",
    "items",
    "properties",
    "required",
    "additionalProperties",
    "example",
];

pub(super) fn check(report: &mut Report<'_>) {
    let version = report.spec.root.text_at("openapi").unwrap_or_default();
    if !version.starts_with("3.0.")
        && let Some(root) = report.places.first().cloned()
    {
        let place = root.at("openapi").unwrap_or(root);
        report.add(
            "openapi-version",
            &place,
            "progenitor reads OpenAPI 3.0 only",
            "Write `openapi: 3.0.3`",
        );
    }
    report.for_each(|report, place| {
        // Nothing beside a `$ref` counts, which is a rule of its own.
        if place.is_reference() {
            return;
        }
        for (key, _) in place.node.entries() {
            let Some(found) = place.at(key) else { continue };
            if key.starts_with("x-") {
                extension(report, place, &found, key);
            } else if matches!(place.kind, Kind::Schema(_)) && !SCHEMA.contains(&key) {
                let (problem, remedy) = keyword(key);
                report.add("unknown-keyword", &found, problem, remedy);
            }
        }
    });
}

fn extension(report: &mut Report<'_>, place: &Place<'_>, found: &Place<'_>, key: &str) {
    let known = match place.kind {
        Kind::Schema(_) => EXTENSIONS[..2].contains(&key),
        Kind::Operation => EXTENSIONS[2..].contains(&key),
        _ => false,
    };
    if !known {
        let problem = format!("the extension `{key}` is not known here");
        let remedy = format!(
            "Known are {}; the first two belong to a schema, the last one to an operation",
            EXTENSIONS.join(", ")
        );
        report.add("unknown-extension", found, problem, remedy);
    }
}

/// What progenitor would make of a keyword of JSON Schema.
fn keyword(key: &str) -> (String, &'static str) {
    match key {
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => (
            format!("`{key}` becomes a NonZero type, or has no effect"),
            "State the bounds in the description",
        ),
        "pattern" | "minLength" | "maxLength" => (
            format!("`{key}` becomes a type that rejects what a newer server sends"),
            "State it in the description",
        ),
        "minItems" | "maxItems" | "uniqueItems" => (
            format!("`{key}` becomes a set or an array instead of a Vec"),
            "State it in the description",
        ),
        "default" => (
            "`default` makes an absent value look like one that was sent".to_owned(),
            "State in the description what absence means",
        ),
        "not" => (
            "`not` has no Rust type".to_owned(),
            "Describe what the value is instead",
        ),
        "title" => (
            "`title` renames the type".to_owned(),
            "Name the schema below components/schemas",
        ),
        _ => (
            format!("the keyword `{key}` is not known to the generator"),
            "Correct its spelling, or remove it",
        ),
    }
}
