//! Responses that `send` can return.

use super::Report;
use super::places::{Kind, Place};
use crate::api::{Shape, shape};
use crate::load::schema_reference;
use crate::names;
use crate::tree::Node;

const RULE: &str = "success-response";

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        if place.kind == Kind::Operation {
            operation(report, place);
        }
    });
}

fn operation(report: &mut Report<'_>, place: &Place<'_>) {
    let responses = place.each_at("responses", Kind::Response);
    if let Some(default) = responses
        .iter()
        .find(|response| response.name() == "default")
    {
        let problem = "`default` would count as a second kind of success";
        report.add(
            "default-response",
            default,
            problem,
            "List the statuses, or ranges such as 5XX",
        );
    }
    let successes: Vec<_> = responses
        .iter()
        .filter(|response| response.name().starts_with('2'))
        .collect();
    if successes.is_empty() {
        report.add(
            RULE,
            place,
            "there is no success response",
            "Add 200, 201 or 204",
        );
    }
    let mut kinds = Vec::new();
    for success in successes {
        let Some(resolved) = report.spec.resolve(success.node) else {
            continue;
        };
        let content: Vec<_> = resolved.entries_at("content").collect();
        if content.is_empty() {
            kinds.push(None);
        }
        for (media_type, media) in content {
            let schema = media.get("schema");
            kinds.push(Some((media_type, schema.map(Node::to_json))));
            if !schema.is_some_and(|schema| has_type(report, media_type, schema)) {
                let remedy = "Write application/json with a named object or a list of one, or text of format binary";
                report.add(
                    RULE,
                    success,
                    "the success response has no Rust type",
                    remedy,
                );
            }
        }
    }
    if kinds.iter().any(|kind| *kind != kinds[0]) {
        let problem = "the success responses are of several kinds, and `send` returns one";
        report.add(
            RULE,
            place,
            problem,
            "Give all of them the same media type and schema, or no content",
        );
    }
}

fn has_type(report: &Report<'_>, media_type: &str, schema: &Node) -> bool {
    let Some(resolved) = report.spec.resolve(schema) else {
        // A reference to nothing is found by a rule of its own.
        return true;
    };
    if media_type != "application/json" {
        return resolved.text_at("format") == Some("binary");
    }
    let named = |node: &Node, shapes: &[Shape]| {
        schema_reference(node)
            .and_then(|name| shape(report.spec, name))
            .is_some_and(|shape| shapes.contains(&shape))
    };
    match resolved.text_at("type") {
        Some("array") => resolved
            .get("items")
            .is_some_and(|items| named(items, &[Shape::Struct, Shape::Enum])),
        Some("object") => named(schema, &[Shape::Struct]),
        _ => schema_reference(schema)
            .and_then(names::hand_written)
            .is_some(),
    }
}
