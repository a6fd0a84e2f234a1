//! How a client comes to the server at all: its addresses, and the ways of showing a token.

use std::collections::{BTreeMap, BTreeSet};

use super::Tree;
use super::report::{Effect, Report};

pub(super) fn compare(old: &Tree, new: &Tree, report: &mut Report) {
    addresses(old, new, report);
    schemes(old, new, report);
}

fn addresses(old: &Tree, new: &Tree, report: &mut Report) {
    let all = |document: &Tree| -> BTreeSet<String> {
        document
            .items_at("servers")
            .iter()
            .filter_map(|server| server.text_at("url"))
            .map(str::to_owned)
            .collect()
    };
    members(&all(old), &all(new), "server", report);
}

fn schemes(old: &Tree, new: &Tree, report: &mut Report) {
    let all = |document: &Tree| -> BTreeMap<String, [Option<String>; 4]> {
        let schemes = document
            .get("components")
            .into_iter()
            .flat_map(|all| all.entries_at("securitySchemes"));
        let form = |node: &Tree| {
            ["type", "in", "name", "scheme"].map(|key| node.text_at(key).map(str::to_owned))
        };
        schemes
            .map(|(name, node)| (name.to_owned(), form(node)))
            .collect()
    };
    let (before, after) = (all(old), all(new));
    for (name, form) in &before {
        match after.get(name) {
            Some(other) if other == form => {}
            Some(_) => report.add(
                Effect::Breaking,
                format!("token scheme {name}"),
                "sent in another way",
            ),
            None => report.add(Effect::Breaking, format!("token scheme {name}"), "gone"),
        }
    }
    for name in after.keys().filter(|name| !before.contains_key(*name)) {
        report.add(Effect::Compatible, format!("token scheme {name}"), "new");
    }
}

/// What a client may count on: losing a member breaks it, a further one does not.
pub(super) fn members(
    old: &BTreeSet<String>,
    new: &BTreeSet<String>,
    place: &str,
    report: &mut Report,
) {
    let named = |name: &String| {
        if name.is_empty() {
            format!("{place} none")
        } else {
            format!("{place} {name}")
        }
    };
    old.difference(new)
        .for_each(|name| report.add(Effect::Breaking, named(name), "gone"));
    new.difference(old)
        .for_each(|name| report.add(Effect::Compatible, named(name), "new"));
}
