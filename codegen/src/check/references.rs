//! References: to a component of the same kind in this file, with nothing beside them.

use super::Report;
use super::places::{Kind, NULLABLE_REFERENCE};

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        let Some(reference) = place.at("$ref") else {
            return;
        };
        let components = match place.kind {
            Kind::Parameter => "#/components/parameters/",
            Kind::RequestBody => "#/components/requestBodies/",
            Kind::Response => "#/components/responses/",
            Kind::Schema(_) => "#/components/schemas/",
            _ => {
                return report.add(
                    &reference,
                    "references are not supported here. Write the object itself",
                );
            }
        };
        let target = reference.node.as_text().unwrap_or_default();
        if !target.starts_with(components) || report.spec.resolve(place.node).is_none() {
            let message = format!("`{target}` does not exist. Refer to something in {components}");
            report.add(&reference, message);
        }
        // Only the target of a reference is read.
        for (key, _) in place.node.entries().filter(|(key, _)| *key != "$ref") {
            let remedy = if key == "nullable" {
                NULLABLE_REFERENCE
            } else {
                "Move it to the target"
            };
            report.add(place, format!("`{key}` is ignored beside `$ref`. {remedy}"));
        }
    });
}
