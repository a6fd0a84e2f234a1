//! Keywords and extensions that would be lost, or change their meaning, in Rust.

use super::Report;
use super::places::Kind;
use crate::tree::Node;

/// The keywords of a schema that are supported, or do not affect its type.
const SCHEMA: &str = "type format description nullable deprecated oneOf items properties required additionalProperties \
                      example x-extensible-enum x-enumDescriptions";

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        if place.kind == Kind::Root
            && !place
                .node
                .text_at("openapi")
                .is_some_and(|it| it.starts_with("3.0."))
        {
            report.add(
                place,
                "progenitor reads OpenAPI 3.0 only. Write `openapi: 3.0.3`",
            );
        }
        // Another rule rejects keywords beside a `$ref`.
        if place.is_reference() || place.is_null() {
            return;
        }
        for (key, value) in place.node.entries() {
            let is_known = match place.kind {
                Kind::Schema(_) => SCHEMA.split(' ').any(|known| known == key),
                Kind::Operation if matches!(key, "x-aliases" | "x-pagination") => {
                    value.as_list().is_some()
                }
                Kind::Parameter if key == "x-item-property" => is_optional_text(place.node),
                Kind::Operation if key == "x-fallback" => value.as_text().is_some(),
                _ => !key.starts_with("x-"),
            };
            if let Some(found) = place.at(key).filter(|_| !is_known) {
                report.add(&found, format!("`{key}` {}", reason(key)));
            }
        }
    });
}

/// Returns whether a parameter takes one text in the query, and may be left out.
fn is_optional_text(parameter: &Node) -> bool {
    let schema = parameter.get("schema");
    let keyword = |name| schema.and_then(|schema| schema.text_at(name));
    parameter.text_at("in") == Some("query")
        && !parameter.is_true_at("required")
        && keyword("type") == Some("string")
        && keyword("format").is_none()
}

/// Returns why a keyword is rejected, and what to write instead.
fn reason(key: &str) -> &'static str {
    match key {
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
            "becomes a NonZero type, or has no effect. State the bounds in the description"
        }
        "pattern" | "minLength" | "maxLength" => {
            "becomes a type that rejects what newer servers send. State it in the description"
        }
        "minItems" | "maxItems" | "uniqueItems" => {
            "becomes a set or an array instead of a Vec. State it in the description"
        }
        "default" => {
            "makes an absent value look like one that was sent. Describe what absence means"
        }
        "enum" => {
            "rejects the values of newer servers. Write `x-extensible-enum` and `x-enumDescriptions`"
        }
        "anyOf" => {
            "becomes a struct in which no value fits. Leave out the type and describe the forms"
        }
        "allOf" => "is merged by each generator in its own way. Write the properties out",
        "not" => "has no Rust type. Describe what the value is instead",
        "discriminator" => "is ignored by progenitor. Remove it",
        "title" => "renames the type. Name the schema in components/schemas",
        _ if key.starts_with("x-") => {
            "is not known here. A schema takes x-extensible-enum and x-enumDescriptions, an operation the lists x-aliases and x-pagination, and x-fallback, and an optional text parameter x-item-property"
        }
        _ => "is not supported. Correct its spelling, or remove it",
    }
}
