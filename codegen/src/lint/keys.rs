//! Keys that nobody reads: a misspelt one, or one whose meaning would be lost on the way to Rust.

use super::Report;
use super::places::{Kind, Place};

/// The extensions, each with the kind of object it belongs to. spec/README.md explains them.
const EXTENSIONS: [&str; 3] = ["x-extensible-enum", "x-enumDescriptions", "x-pagination"];

pub(super) fn check(report: &mut Report<'_>) {
    version(report);
    report.for_each(|report, place| {
        // Beside a `$ref` nothing counts, which is a rule of its own.
        if place.is_reference() {
            return;
        }
        for (key, node) in place
            .node
            .entries()
            .filter(|(key, _)| !known(place.kind).contains(key))
        {
            let pointer = crate::tree::below(&place.pointer, key);
            let place = Place {
                pointer,
                node,
                kind: place.kind,
            };
            if key.starts_with("x-") {
                let remedy = format!(
                    "Known are {}; the first two belong to a schema, the last to an operation",
                    EXTENSIONS.join(", ")
                );
                report.add(
                    "unknown-extension",
                    &place,
                    format!("the extension `{key}` means nothing here"),
                    remedy,
                );
            } else if matches!(place.kind, Kind::Schema(_)) {
                let (problem, remedy) = keyword(key);
                report.add("unknown-keyword", &place, problem, remedy);
            } else {
                let problem = format!("the key `{key}` means nothing here to the generator");
                report.add(
                    "unknown-key",
                    &place,
                    problem,
                    "Correct its spelling, or leave it out",
                );
            }
        }
    });
}

fn version(report: &mut Report<'_>) {
    let Some(root) = report.places.first().cloned() else {
        return;
    };
    if !root
        .node
        .text_at("openapi")
        .is_some_and(|version| version.starts_with("3.0."))
    {
        let place = root.at("openapi").unwrap_or(root);
        report.add(
            "openapi-version",
            &place,
            "progenitor reads OpenAPI 3.0 alone",
            "Write `openapi: 3.0.3`",
        );
    }
}

fn known(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Root => &[
            "openapi",
            "info",
            "externalDocs",
            "servers",
            "security",
            "tags",
            "paths",
            "components",
        ],
        Kind::Info => &[
            "title",
            "version",
            "description",
            "termsOfService",
            "contact",
            "license",
        ],
        Kind::Server => &["url", "description", "variables"],
        Kind::ServerVariable => &["default", "description", "enum"],
        Kind::Tag => &["name", "description", "externalDocs"],
        Kind::Components => &[
            "schemas",
            "parameters",
            "headers",
            "requestBodies",
            "responses",
            "examples",
            "securitySchemes",
        ],
        Kind::PathItem => &[
            "parameters",
            "get",
            "put",
            "post",
            "delete",
            "options",
            "head",
            "patch",
            "trace",
        ],
        Kind::Operation => &[
            "operationId",
            "tags",
            "summary",
            "description",
            "externalDocs",
            "parameters",
            "requestBody",
            "responses",
            "deprecated",
            "security",
            "x-pagination",
        ],
        Kind::Parameter => &[
            "name",
            "in",
            "required",
            "description",
            "style",
            "explode",
            "schema",
            "example",
            "examples",
        ],
        Kind::RequestBody => &["description", "required", "content"],
        Kind::Response => &["description", "headers", "content"],
        Kind::Header => &["description", "required", "schema", "example", "examples"],
        Kind::MediaType => &["schema", "example", "examples"],
        Kind::Example => &["summary", "description", "value", "externalValue"],
        Kind::SecurityScheme => &[
            "type",
            "name",
            "in",
            "scheme",
            "bearerFormat",
            "description",
        ],
        Kind::Schema(_) => &[
            "type",
            "format",
            "description",
            "nullable",
            "enum",
            "oneOf",
            "items",
            "properties",
            "required",
            "additionalProperties",
            "example",
            "x-extensible-enum",
            "x-enumDescriptions",
            // Refused by rules of their own, which say more.
            "anyOf",
            "allOf",
            "discriminator",
        ],
    }
}

/// What a keyword of JSON Schema does that progenitor digests in a way nobody wants.
fn keyword(key: &str) -> (String, &'static str) {
    match key {
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => (
            format!("`{key}` makes a NonZero type, or changes nothing"),
            "Tell the bounds in the description",
        ),
        "pattern" | "minLength" | "maxLength" => (
            format!("`{key}` makes a type that refuses what a newer server sends"),
            "Tell it in the description",
        ),
        "minItems" | "maxItems" | "uniqueItems" => (
            format!("`{key}` makes a set or an array instead of a Vec"),
            "Tell it in the description",
        ),
        "default" => (
            "`default` makes absence look like a value that was sent".to_owned(),
            "Tell in the description what absence means",
        ),
        "not" => (
            "`not` has no Rust type".to_owned(),
            "Describe what the value is, not what it is not",
        ),
        "title" => (
            "`title` renames the type".to_owned(),
            "Name the schema below components/schemas",
        ),
        _ => (
            format!("the keyword `{key}` means nothing to the generator"),
            "Correct its spelling, or leave it out",
        ),
    }
}
