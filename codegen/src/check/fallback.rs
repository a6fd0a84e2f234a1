//! `x-fallback`: the operation that older servers have instead.

use super::Report;
use super::places::{Kind, Place};
use crate::api;
use crate::tree::Node;

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        if place.kind == Kind::Operation
            && let Some(fallback) = place.at("x-fallback")
        {
            named(report, place, &fallback);
        }
    });
}

fn named(report: &mut Report<'_>, place: &Place<'_>, fallback: &Place<'_>) {
    let spec = report.spec;
    let id = fallback.node.as_text();
    let operations = spec
        .root
        .entries_at("paths")
        .flat_map(|(_, item)| item.entries());
    let mut named =
        operations.filter(|(_, node)| id.is_some() && node.text_at("operationId") == id);
    let Some((verb, target)) = named.next() else {
        return report.add(
            fallback,
            "there is no such operation. Write the operationId of another one",
        );
    };
    let parameters = |node: &Node| node.get("parameters").map(Node::to_json);
    let same = verb == "get"
        && place.name() == "get"
        && parameters(target) == parameters(place.node)
        && api::response(spec, target) == api::response(spec, place.node)
        && target.get("x-fallback").is_none();
    if !same {
        report.add(
            fallback,
            "a fallback is a GET with the same parameters and the same response, and has no fallback itself. Name another one",
        );
    }
}
