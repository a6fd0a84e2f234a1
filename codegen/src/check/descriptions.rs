//! Descriptions: everything that becomes a public item needs one, or the item would be undocumented.

use super::Report;
use super::places::{Kind, Role};
use crate::tree::Node;

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        let what = match place.kind {
            // A reference is described at its target.
            _ if place.is_reference() => return,
            Kind::Operation => "operation",
            Kind::Parameter => "parameter",
            Kind::RequestBody => "request body",
            Kind::Schema(Role::Named) => "schema",
            Kind::Schema(Role::Property) => "property",
            _ => return,
        };
        if !place.node.get("description").is_some_and(Node::is_words) {
            let remedy = "Say what it is, and when it is absent or null";
            report.add(place, format!("the {what} has no description. {remedy}"));
        }
    });
}
