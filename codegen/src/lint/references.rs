//! References: into this file, to something that is there, with nothing beside them.

use super::Report;

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        let Some(reference) = place.at("$ref") else { return };
        let Some(target) = reference.node.as_text() else {
            report.add("unresolved-ref", &reference, "the `$ref` is no text", "Write `#/components/…`");
            return;
        };
        if !target.starts_with("#/") {
            let remedy = "Move the target below `components` of this file";
            report.add("external-ref", &reference, format!("`{target}` leads out of this file"), remedy);
        } else if report.spec.resolve(place.node).is_none() {
            let remedy = "Correct the name, or add the component";
            report.add("unresolved-ref", &reference, format!("`{target}` leads nowhere"), remedy);
        }
        let siblings: Vec<_> =
            place.node.entries().filter(|(key, _)| *key != "$ref").map(|(key, _)| format!("`{key}`")).collect();
        if !siblings.is_empty() {
            let remedy = if place.node.get("nullable").is_some() {
                "For a null beside it, write `oneOf: [$ref, { type: object, nullable: true, enum: [null] }]`"
            } else {
                "Move it to the target"
            };
            let problem = format!("beside `$ref` everything is ignored, here {}", siblings.join(", "));
            report.add("ref-siblings", place, problem, remedy);
        }
    });
}
