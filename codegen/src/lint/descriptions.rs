//! Words: whatever a reader of the spec or of the generated documentation meets is described.

use super::Report;
use super::places::{Kind, Role};

const RULE: &str = "description";

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        // A reference is described where it leads.
        if place.is_reference() {
            return;
        }
        let (what, key) = match place.kind {
            Kind::Info => ("the API", "description"),
            Kind::Server => ("the server", "description"),
            Kind::ServerVariable => ("the server variable", "description"),
            Kind::Tag => ("the tag", "description"),
            Kind::Operation => ("the operation", "description"),
            Kind::Parameter => ("the parameter", "description"),
            Kind::RequestBody => ("the request body", "description"),
            Kind::Response => ("the response", "description"),
            Kind::Header => ("the header", "description"),
            Kind::SecurityScheme => ("the security scheme", "description"),
            Kind::Schema(Role::Named) => ("the schema", "description"),
            Kind::Schema(Role::Property) => ("the property", "description"),
            Kind::Example => ("the example", "summary"),
            Kind::Root | Kind::Components | Kind::PathItem | Kind::MediaType | Kind::Schema(_) => {
                return;
            }
        };
        let is_told = |key| {
            place
                .node
                .text_at(key)
                .is_some_and(|text| !text.trim().is_empty())
        };
        if !is_told(key) {
            report.add(
                RULE,
                place,
                format!("{what} has no {key}"),
                "Tell what it is, and when it is absent or null",
            );
        }
        if place.kind == Kind::Operation && !is_told("summary") {
            report.add(
                RULE,
                place,
                "the operation has no summary",
                "Tell in a few words what it does",
            );
        }
    });
}
