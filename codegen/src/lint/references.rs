//! References: into this file, to something that is there and of the same kind, with nothing beside them.

use super::Report;
use super::places::{Kind, Place};

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        let Some(reference) = place.at("$ref") else {
            return;
        };
        match components(place.kind) {
            Some(components) => {
                target(report, place, &reference, components);
                siblings(report, place);
            }
            None => {
                let problem = "a reference means nothing here";
                report.add(
                    "unresolved-ref",
                    &reference,
                    problem,
                    "Write the object itself",
                );
            }
        }
    });
}

fn target(report: &mut Report<'_>, place: &Place<'_>, reference: &Place<'_>, components: &str) {
    let target = reference.node.as_text().unwrap_or_default();
    if !target.starts_with("#/") {
        let remedy = "Move the target below `components` of this file";
        report.add(
            "external-ref",
            reference,
            format!("`{target}` leads out of this file"),
            remedy,
        );
    } else if report.spec.resolve(place.node).is_none() {
        let remedy = "Correct the name, or add the component";
        report.add(
            "unresolved-ref",
            reference,
            format!("`{target}` leads nowhere"),
            remedy,
        );
    } else if !target.starts_with(components) {
        let problem = format!("`{target}` leads to something of another kind");
        report.add(
            "unresolved-ref",
            reference,
            problem,
            format!("Refer to something below {components}"),
        );
    }
}

/// Where that which may be referred to lies.
fn components(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Parameter => "#/components/parameters/",
        Kind::RequestBody => "#/components/requestBodies/",
        Kind::Response => "#/components/responses/",
        Kind::Header => "#/components/headers/",
        Kind::Example => "#/components/examples/",
        Kind::Schema(_) => "#/components/schemas/",
        _ => return None,
    })
}

fn siblings(report: &mut Report<'_>, place: &Place<'_>) {
    let others = place.node.entries().filter(|(key, _)| *key != "$ref");
    let others: Vec<_> = others.map(|(key, _)| format!("`{key}`")).collect();
    if others.is_empty() {
        return;
    }
    let remedy = if place.node.get("nullable").is_some() {
        "For a null beside it, write `oneOf: [$ref, { type: boolean, nullable: true, enum: [null] }]`"
    } else {
        "Move it to the target"
    };
    let problem = format!(
        "beside `$ref` everything is ignored, here {}",
        others.join(", ")
    );
    report.add("ref-siblings", place, problem, remedy);
}
