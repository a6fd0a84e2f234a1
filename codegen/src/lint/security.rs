//! Security schemes: tokens in headers, each asked for somewhere.

use std::collections::BTreeSet;

use super::Report;
use super::places::{Kind, Place};
use crate::tree::below;

const RULE: &str = "security";

pub(super) fn check(report: &mut Report<'_>) {
    let used = requirements(report);
    report.for_each(|report, place| {
        if place.kind == Kind::SecurityScheme {
            scheme(report, place);
            if !used.contains(&place.name()) {
                report.add(
                    "unused-component",
                    place,
                    "no `security` names this scheme",
                    "Name it, or remove it",
                );
            }
        }
    });
}

/// Names of the schemes that the API or an operation asks for.
fn requirements(report: &mut Report<'_>) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    report.for_each(|report, place| {
        if !matches!(place.kind, Kind::Root | Kind::Operation) {
            return;
        }
        for requirement in place.items_at("security", place.kind) {
            for (name, node) in requirement.node.entries() {
                used.insert(name.to_owned());
                let place = Place {
                    pointer: below(&requirement.pointer, name),
                    node,
                    kind: place.kind,
                };
                if report.spec.component("securitySchemes", name).is_none() {
                    let remedy = "Add it to components/securitySchemes, or correct the name";
                    report.add(
                        RULE,
                        &place,
                        format!("there is no security scheme `{name}`"),
                        remedy,
                    );
                }
                if place.node.as_list().is_none_or(|scopes| !scopes.is_empty()) {
                    report.add(
                        RULE,
                        &place,
                        "a token in a header has no scopes to name here",
                        "Write `[]`",
                    );
                }
            }
        }
    });
    used
}

fn scheme(report: &mut Report<'_>, place: &Place<'_>) {
    let text = |key| place.node.text_at(key);
    let known = match text("type") {
        Some("apiKey") => text("in") == Some("header") && text("name").is_some(),
        Some("http") => text("scheme") == Some("bearer"),
        _ => false,
    };
    if !known {
        let remedy =
            "Write `type: apiKey`, `in: header` and a `name`, or `type: http` and `scheme: bearer`";
        report.add(
            RULE,
            place,
            "the client knows tokens in headers alone",
            remedy,
        );
    }
}
