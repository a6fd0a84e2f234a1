//! Descriptions: everything that becomes a public item has one, or the SDK would be undocumented there.

use super::Report;
use super::places::{Kind, Role};

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        // A reference is described at its target.
        if place.is_reference() {
            return;
        }
        let what = match place.kind {
            Kind::Operation => "operation",
            Kind::Parameter => "parameter",
            Kind::RequestBody => "request body",
            Kind::Schema(Role::Named) => "schema",
            Kind::Schema(Role::Property) => "property",
            _ => return,
        };
        let keys: &[_] = if place.kind == Kind::Operation {
            &["summary", "description"]
        } else {
            &["description"]
        };
        for key in keys {
            if place
                .node
                .text_at(key)
                .is_none_or(|text| text.trim().is_empty())
            {
                let remedy = "Say what it is, and when it is absent or null";
                report.add(
                    "description",
                    place,
                    format!("the {what} has no {key}"),
                    remedy,
                );
            }
        }
    });
}
