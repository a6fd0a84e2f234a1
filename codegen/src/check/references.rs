//! References: to something of the same kind in this file, with nothing beside them.

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
                let problem = "a reference is not possible here";
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
            format!("`{target}` is in another file"),
            remedy,
        );
    } else if report.spec.resolve(place.node).is_none() {
        let remedy = "Correct the name, or add the component";
        report.add(
            "unresolved-ref",
            reference,
            format!("there is no `{target}`"),
            remedy,
        );
    } else if !target.starts_with(components) {
        let problem = format!("`{target}` is something of another kind");
        report.add(
            "unresolved-ref",
            reference,
            problem,
            format!("Refer to something below {components}"),
        );
    }
}

/// Where the possible targets of a reference are.
fn components(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Parameter => "#/components/parameters/",
        Kind::RequestBody => "#/components/requestBodies/",
        Kind::Response => "#/components/responses/",
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
        "everything beside `$ref` is ignored, here {}",
        others.join(", ")
    );
    report.add("ref-siblings", place, problem, remedy);
}
