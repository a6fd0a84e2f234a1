//! Operations, from both sides: what a client sends (parameters, body, token) and what it receives (answers).

use std::collections::{BTreeMap, BTreeSet};

use super::Tree;
use super::connection::members;
use super::report::{Effect, Report};
use super::schemas::{self, Sides};

const VERBS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

pub(super) fn compare(old: &Tree, new: &Tree, report: &mut Report) {
    let sides = |document| {
        of(document)
            .map(|operation| (operation.name(), operation))
            .collect()
    };
    let (before, after): (
        BTreeMap<String, Operation<'_>>,
        BTreeMap<String, Operation<'_>>,
    ) = (sides(old), sides(new));
    for (name, one) in &before {
        match after.get(name) {
            Some(other) => one.compare(other, name, report),
            None => report.add(Effect::Breaking, name, "the operation is gone"),
        }
    }
    for name in after.keys().filter(|name| !before.contains_key(*name)) {
        report.add(Effect::Compatible, name, "a new operation");
    }
}

/// An operation and the document it stands in.
#[derive(Clone, Copy)]
pub(super) struct Operation<'a> {
    document: &'a Tree,
    path: &'a str,
    item: &'a Tree,
    verb: &'a str,
    node: &'a Tree,
}

/// All operations of a document.
pub(super) fn of(document: &Tree) -> impl Iterator<Item = Operation<'_>> {
    document.entries_at("paths").flat_map(move |(path, item)| {
        VERBS.iter().filter_map(move |verb| {
            Some(Operation {
                document,
                path,
                item,
                verb,
                node: item.get(verb)?,
            })
        })
    })
}

impl<'a> Operation<'a> {
    fn name(self) -> String {
        format!("{} {}", self.verb.to_uppercase(), self.path)
    }

    /// Parameters by name and place.
    pub(super) fn parameters(self) -> BTreeMap<(&'a str, &'a str), &'a Tree> {
        let all = self
            .item
            .items_at("parameters")
            .iter()
            .chain(self.node.items_at("parameters"));
        all.map(|parameter| self.document.resolve(parameter))
            .map(|node| {
                (
                    (
                        node.text_at("name").unwrap_or_default(),
                        node.text_at("in").unwrap_or_default(),
                    ),
                    node,
                )
            })
            .collect()
    }

    pub(super) fn body(self) -> Option<&'a Tree> {
        self.node
            .get("requestBody")
            .map(|body| self.document.resolve(body))
    }

    /// Answers by status.
    pub(super) fn answers(self) -> BTreeMap<&'a str, &'a Tree> {
        self.node
            .entries_at("responses")
            .map(|(status, node)| (status, self.document.resolve(node)))
            .collect()
    }

    /// The names of the token schemes it takes; nothing stands for no token.
    fn tokens(self) -> BTreeSet<String> {
        let own = if self.node.get("security").is_some() {
            self.node
        } else {
            self.document
        };
        let all = own.items_at("security").iter().map(|choice| match choice {
            Tree::Map(map) => map.keys().cloned().collect::<Vec<_>>().join("+"),
            _ => String::new(),
        });
        let all: BTreeSet<String> = all.collect();
        if all.is_empty() {
            BTreeSet::from([String::new()])
        } else {
            all
        }
    }

    fn compare(&self, new: &Operation<'a>, place: &str, report: &mut Report) {
        // Generators name a method after the id, and a module or class after the first tag.
        let names = |operation: &Operation<'a>| {
            let tag = operation.node.texts_at("tags").next();
            [
                ("name", operation.node.text_at("operationId")),
                ("tag", tag),
            ]
        };
        for ((what, one), (_, other)) in names(self).into_iter().zip(names(new)) {
            if one != other {
                let [one, other] = [one, other].map(|name| name.unwrap_or("none"));
                report.add(
                    Effect::Breaking,
                    place,
                    format!("the {what} was {one} and is {other}"),
                );
            }
        }
        let pagings = |operation: &Operation<'a>| {
            operation
                .node
                .texts_at("x-pagination")
                .map(str::to_owned)
                .collect::<BTreeSet<_>>()
        };
        members(
            &pagings(self),
            &pagings(new),
            &format!("{place}, paging"),
            report,
        );
        members(
            &self.tokens(),
            &new.tokens(),
            &format!("{place}, token"),
            report,
        );
        self.compare_parameters(new, place, report);
        compare_bodies(self.body(), new.body(), place, report);
        self.compare_answers(new, place, report);
    }

    fn compare_parameters(&self, new: &Operation<'a>, place: &str, report: &mut Report) {
        let (before, after) = (self.parameters(), new.parameters());
        for (key @ (name, within), one) in &before {
            let place = format!("{place}, {within} parameter {name}");
            let Some(other) = after.get(key) else {
                report.add(Effect::Breaking, place, "gone");
                continue;
            };
            let required = [one, other].map(|node| node.is_true_at("required"));
            if required[0] != required[1] {
                report.judge(
                    required[1],
                    &place,
                    if required[1] {
                        "now required"
                    } else {
                        "now optional"
                    },
                );
            }
            for key in ["style", "explode"] {
                if one.get(key) != other.get(key) {
                    report.add(Effect::Breaking, &place, format!("another {key}"));
                }
            }
            schemas::compare_at("schema", one, other, Sides::SENT, &place, report);
        }
        for ((name, within), node) in after.iter().filter(|(key, _)| !before.contains_key(*key)) {
            let required = node.is_true_at("required");
            let what = if required {
                "new and required"
            } else {
                "new and optional"
            };
            report.judge(
                required,
                format!("{place}, {within} parameter {name}"),
                what,
            );
        }
    }

    fn compare_answers(&self, new: &Operation<'a>, place: &str, report: &mut Report) {
        let (before, after) = (self.answers(), new.answers());
        for (status, one) in &before {
            let place = format!("{place}, {status}");
            let Some(other) = after.get(status) else {
                report.add(Effect::Breaking, place, "the answer is gone");
                continue;
            };
            compare_contents(one, other, Sides::RECEIVED, &place, report);
            let headers = |node: &'a Tree| {
                node.entries_at("headers")
                    .map(|(name, _)| name.to_owned())
                    .collect()
            };
            members(
                &headers(one),
                &headers(other),
                &format!("{place}, header"),
                report,
            );
            for (name, header) in one.entries_at("headers") {
                let Some(other) = other.get("headers").and_then(|headers| headers.get(name)) else {
                    continue;
                };
                let (one, other) = (self.document.resolve(header), new.document.resolve(other));
                let place = format!("{place}, header {name}");
                schemas::compare_at("schema", one, other, Sides::RECEIVED, &place, report);
            }
        }
        for status in after.keys().filter(|status| !before.contains_key(*status)) {
            report.add(
                Effect::Compatible,
                format!("{place}, {status}"),
                "a new answer",
            );
        }
    }
}

fn compare_bodies<'a>(
    old: Option<&'a Tree>,
    new: Option<&'a Tree>,
    place: &str,
    report: &mut Report,
) {
    let place = format!("{place}, body");
    let is_required = |body: &Tree| body.is_true_at("required");
    match (old, new) {
        (None, None) => {}
        (Some(_), None) => report.add(Effect::Breaking, place, "gone"),
        (None, Some(body)) => report.judge(is_required(body), place, "new"),
        (Some(one), Some(other)) => {
            if is_required(one) != is_required(other) {
                let required = is_required(other);
                report.judge(
                    required,
                    &place,
                    if required {
                        "now required"
                    } else {
                        "now optional"
                    },
                );
            }
            compare_contents(one, other, Sides::SENT, &place, report);
        }
    }
}

fn compare_contents<'a>(
    old: &'a Tree,
    new: &'a Tree,
    sides: Sides,
    place: &str,
    report: &mut Report,
) {
    let types = |node: &'a Tree| {
        node.entries_at("content")
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    members(
        &types(old),
        &types(new),
        &format!("{place}, media type"),
        report,
    );
    for (name, one) in old.entries_at("content") {
        if let Some(other) = new.get("content").and_then(|content| content.get(name)) {
            schemas::compare_at(
                "schema",
                one,
                other,
                sides,
                &format!("{place}, {name}"),
                report,
            );
        }
    }
}
