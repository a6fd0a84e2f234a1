//! Open enums: their values become variants, each with a description.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use super::places::{Kind, Place};
use crate::names;

const RULE: &str = "open-enum";

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        if !matches!(place.kind, Kind::Schema(_)) {
            return;
        }
        if let Some(values) = place.at("x-extensible-enum") {
            values_of(report, place, &values);
        } else if let Some(stray) = place.at("x-enumDescriptions") {
            report.add(
                RULE,
                &stray,
                "there are no values to describe",
                "Add `x-extensible-enum`",
            );
        }
    });
}

fn values_of(report: &mut Report<'_>, schema: &Place<'_>, place: &Place<'_>) {
    if schema.node.text_at("type") != Some("string") {
        report.add(
            RULE,
            place,
            "an open enum must be a string",
            "Write `type: string`",
        );
    }
    let values = schema.items_at("x-extensible-enum", place.kind);
    if values.is_empty() {
        report.add(RULE, place, "the enum has no values", "List the known ones");
    }
    let descriptions = schema.node.get("x-enumDescriptions");
    let mut seen = BTreeSet::new();
    let mut variants = BTreeMap::from([("Unknown".to_owned(), "any other value".to_owned())]);
    for value in values {
        let Some(text) = value.node.as_text() else {
            report.add(RULE, &value, "the value is not a text", "Quote it");
            continue;
        };
        if !seen.insert(text) {
            report.add(
                RULE,
                &value,
                format!("`{text}` is listed twice"),
                "Remove one of the two",
            );
            continue;
        }
        let variant = names::variant(text);
        if syn::parse_str::<syn::Ident>(&variant).is_err() {
            let remedy = "Name its variant in codegen/src/names.rs";
            report.add(RULE, &value, format!("`{text}` is not a Rust name"), remedy);
        } else if let Some(other) = variants.insert(variant.clone(), format!("`{text}`")) {
            let problem = format!("`{text}` and {other} would both become the variant `{variant}`");
            report.add(
                RULE,
                &value,
                problem,
                "Name its variant in codegen/src/names.rs",
            );
        }
        let described = descriptions
            .and_then(|all| all.text_at(text))
            .is_some_and(|text| !text.trim().is_empty());
        if !described {
            report.add(
                RULE,
                &value,
                format!("`{text}` has no description"),
                "Add it to `x-enumDescriptions`",
            );
        }
    }
    for description in schema.each_at("x-enumDescriptions", place.kind) {
        let name = description.name();
        if !seen.contains(name.as_str()) {
            let problem = format!("`{name}` is described but not listed");
            report.add(
                RULE,
                &description,
                problem,
                "Add it to `x-extensible-enum`, or remove it",
            );
        }
    }
}
