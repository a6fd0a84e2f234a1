//! Components and tags that nothing refers to, and tags that are not there.

use std::collections::BTreeSet;

use super::Report;
use super::places::Kind;

const KINDS: [&str; 6] = [
    "schemas",
    "parameters",
    "headers",
    "requestBodies",
    "responses",
    "examples",
];

pub(super) fn check(report: &mut Report<'_>) {
    components(report);
    tags(report);
}

fn components(report: &mut Report<'_>) {
    // From the paths on, so that two components which refer to each other alone do not keep each other alive.
    let mut used = BTreeSet::new();
    let mut queue: Vec<_> = report
        .places
        .iter()
        .filter(|place| place.kind == Kind::PathItem)
        .map(|p| p.node)
        .collect();
    while let Some(node) = queue.pop() {
        if let Some(reference) = node.text_at("$ref")
            && used.insert(reference.to_owned())
        {
            queue.extend(
                reference
                    .strip_prefix('#')
                    .and_then(|pointer| report.spec.root.at(pointer)),
            );
        }
        queue.extend(node.entries().map(|(_, node)| node));
        queue.extend(node.as_list().unwrap_or_default());
    }
    let Some(root) = report
        .places
        .iter()
        .find(|place| place.kind == Kind::Components)
        .cloned()
    else {
        return;
    };
    for place in KINDS
        .iter()
        .flat_map(|kind| root.each_at(kind, Kind::Components))
    {
        if !used.contains(&format!("#{}", place.pointer)) {
            report.add(
                "unused-component",
                &place,
                "no operation leads here",
                "Refer to it, or remove it",
            );
        }
    }
}

fn tags(report: &mut Report<'_>) {
    let spec = report.spec;
    let declared: BTreeSet<_> = spec
        .root
        .items_at("tags")
        .filter_map(|tag| tag.text_at("name"))
        .collect();
    let mut used = BTreeSet::new();
    report.for_each(|report, place| {
        if place.kind != Kind::Operation {
            return;
        }
        let tags = place.items_at("tags", Kind::Tag);
        if tags.is_empty() {
            report.add(
                "tag",
                place,
                "the operation has no tag to find it under",
                "Give it one of `tags`",
            );
        }
        for tag in tags {
            let name = tag.node.as_text().unwrap_or_default();
            used.insert(name);
            if !declared.contains(name) {
                report.add(
                    "tag",
                    &tag,
                    format!("there is no tag `{name}`"),
                    "Add it to `tags`, or correct the name",
                );
            }
        }
    });
    report.for_each(|report, place| {
        if place.kind == Kind::Tag
            && !place
                .node
                .text_at("name")
                .is_some_and(|name| used.contains(name))
        {
            report.add(
                "tag",
                place,
                "no operation has this tag",
                "Use it, or remove it",
            );
        }
    });
}
