//! Open enums: their values become variants, each with a description.

use std::collections::BTreeSet;

use super::Report;
use super::names::Scope;
use super::places::{Kind, Place};
use crate::names;

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        if !matches!(place.kind, Kind::Schema(_)) {
            return;
        }
        let descriptions = place.each_at("x-enumDescriptions", place.kind);
        let values = place
            .at("x-extensible-enum")
            .map(|values| variants(report, place, &values, &descriptions));
        for description in descriptions {
            let name = description.name();
            if !values
                .as_ref()
                .is_some_and(|values| values.contains(name.as_str()))
            {
                let message =
                    format!("`{name}` is not a value. Add it to `x-extensible-enum`, or remove it");
                report.add(&description, message);
            }
        }
    });
}

/// Checks the values of an enum, and returns them.
fn variants<'a>(
    report: &mut Report<'_>,
    schema: &Place<'a>,
    list: &Place<'a>,
    descriptions: &[Place<'_>],
) -> BTreeSet<&'a str> {
    if schema.node.text_at("type") != Some("string") {
        report.add(list, "an open enum is not a string. Write `type: string`");
    }
    let values = schema.each_at("x-extensible-enum", schema.kind);
    if values.is_empty() {
        report.add(list, "the enum has no values. List the known ones");
    }
    let mut names = BTreeSet::new();
    let mut variants = Scope::new(["Unknown"], "any other value");
    for value in values {
        let Some(name) = value.node.as_text() else {
            report.add(&value, "the value is not a string. Quote it");
            continue;
        };
        names.insert(name);
        variants.claim(report, &value, name, &names::variant(name));
        let description = descriptions
            .iter()
            .find(|description| description.name() == name);
        if !description.is_some_and(|description| description.node.is_words()) {
            report.add(
                &value,
                format!("`{name}` has no description. Add it to `x-enumDescriptions`"),
            );
        }
    }
    names
}
