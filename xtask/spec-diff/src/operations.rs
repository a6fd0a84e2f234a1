//! Operations: their names, tokens and pagination. Other modules compare what they send and receive.

use std::collections::BTreeMap;

use gitlab_jobs_codegen::Node;

use crate::keys::{Keys, flag, members, reordered};
use crate::report::{Effect, Report};
use crate::{received, sent};

const VERBS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

const PATH_ITEM: Keys = Keys {
    judged: &[
        "parameters",
        "get",
        "put",
        "post",
        "delete",
        "options",
        "head",
        "patch",
        "trace",
    ],
    words: &["summary", "description"],
};
const OPERATION: Keys = Keys {
    judged: &[
        "operationId",
        "tags",
        "security",
        "x-pagination",
        "parameters",
        "requestBody",
        "responses",
        "deprecated",
    ],
    words: &[
        "summary",
        "description",
        "externalDocs",
        "x-aliases",
        "x-fallback",
    ],
};

pub(crate) fn compare(old: &Node, new: &Node, report: &mut Report) {
    for (path, item) in old.entries_at("paths") {
        if let Some(other) = new.get("paths").and_then(|paths| paths.get(path)) {
            PATH_ITEM.compare(item, other, path, report);
        }
    }
    let all = |root| -> BTreeMap<String, Operation<'_>> {
        of(root)
            .map(|operation| (operation.name(), operation))
            .collect()
    };
    let (before, after) = (all(old), all(new));
    for (name, one) in &before {
        match after.get(name) {
            Some(other) => compare_operations(*one, *other, name, report),
            None => report.add(Effect::Breaking, name, "the operation is gone"),
        }
    }
    for name in after.keys().filter(|name| !before.contains_key(*name)) {
        report.add(Effect::Compatible, name, "a new operation");
    }
}

/// An operation and the document it is in.
#[derive(Clone, Copy)]
pub(crate) struct Operation<'a> {
    pub(crate) root: &'a Node,
    path: &'a str,
    item: &'a Node,
    verb: &'a str,
    pub(crate) node: &'a Node,
}

/// All operations of a document.
pub(crate) fn of(root: &Node) -> impl Iterator<Item = Operation<'_>> {
    root.entries_at("paths").flat_map(move |(path, item)| {
        VERBS.iter().filter_map(move |verb| {
            Some(Operation {
                root,
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

    /// Follows a reference within the document.
    pub(crate) fn resolve(self, node: &'a Node) -> &'a Node {
        self.root.resolve(node).unwrap_or(node)
    }

    /// The parameters in the order of the file.
    pub(crate) fn parameters(self) -> Vec<&'a Node> {
        let all = [self.item, self.node].into_iter();
        all.flat_map(|node| node.items_at("parameters"))
            .map(|parameter| self.resolve(parameter))
            .collect()
    }

    pub(crate) fn body(self) -> Option<&'a Node> {
        self.node.get("requestBody").map(|body| self.resolve(body))
    }

    /// The responses by status, in the order of the file.
    pub(crate) fn responses(self) -> Vec<(&'a str, &'a Node)> {
        let all = self.node.entries_at("responses");
        all.map(|(status, node)| (status, self.resolve(node)))
            .collect()
    }

    /// The token schemes it accepts, each alone; an empty name if it needs none.
    fn tokens(self) -> Vec<String> {
        let own = if self.node.get("security").is_some() {
            self.node
        } else {
            self.root
        };
        let all = own.items_at("security").map(|choice| {
            let names: Vec<&str> = choice.entries().map(|(name, _)| name).collect();
            names.join("+")
        });
        let all: Vec<String> = all.collect();
        if all.is_empty() {
            vec![String::new()]
        } else {
            all
        }
    }
}

fn compare_operations(old: Operation<'_>, new: Operation<'_>, place: &str, report: &mut Report) {
    OPERATION.compare(old.node, new.node, place, report);
    names(old.node, new.node, place, report);
    if let Some(deprecated) = flag("deprecated", old.node, new.node, place, report) {
        let what = if deprecated {
            "now deprecated"
        } else {
            "no longer deprecated"
        };
        report.add(Effect::Compatible, place, what);
    }
    tokens(old, new, place, report);
    let pagings =
        |node: &Node| -> Vec<String> { node.texts_at("x-pagination").map(str::to_owned).collect() };
    let (before, after) = (pagings(old.node), pagings(new.node));
    members(
        before.iter().map(String::as_str),
        after.iter().map(String::as_str),
        &format!("{place}, pagination"),
        report,
    );
    if reordered(&before, &after) {
        let what = "another kind of pagination comes first: needs review";
        report.add(Effect::Unknown, place, what);
    }
    sent::compare(old, new, place, report);
    received::compare(old, new, place, report);
}

/// Generators name a method after the id, and a module or class after a tag, most of them after the first.
fn names(old: &Node, new: &Node, place: &str, report: &mut Report) {
    let id = |node: &Node| node.text_at("operationId").unwrap_or("none").to_owned();
    let tags = |node: &Node| -> Vec<String> { node.texts_at("tags").map(str::to_owned).collect() };
    let first = |tags: &[String]| tags.first().map_or("none", String::as_str).to_owned();
    let (one, other) = (tags(old), tags(new));
    for (what, before, after) in [
        ("name", id(old), id(new)),
        ("tag", first(&one), first(&other)),
    ] {
        if before != after {
            let what = format!("the {what} was {before} and is {after}");
            report.add(Effect::Breaking, place, what);
        }
    }
    if one != other && first(&one) == first(&other) {
        report.add(
            Effect::Unknown,
            place,
            "other tags beside the first: needs review",
        );
    }
}

/// An operation that no longer needs a token accepts every old client; one that starts to need a token accepts none.
fn tokens(old: Operation<'_>, new: Operation<'_>, place: &str, report: &mut Report) {
    let (before, after) = (old.tokens(), new.tokens());
    let is_open = |tokens: &[String]| tokens.iter().any(String::is_empty);
    match (is_open(&before), is_open(&after)) {
        (false, true) => report.add(Effect::Compatible, place, "no token is needed any more"),
        (true, false) => report.add(Effect::Breaking, place, "a token is needed now"),
        _ => {}
    }
    if named(&after).next().is_some() {
        let place = format!("{place}, token");
        members(named(&before), named(&after), &place, report);
    } else if is_open(&before) && named(&before).next().is_some() {
        report.add(Effect::Compatible, place, "tokens are not used any more");
    }
    if reordered(&before, &after) {
        let what =
            "the tokens are in another order, and some generators use the first: needs review";
        report.add(Effect::Unknown, place, what);
    }
}

/// Returns the schemes among an operation's tokens.
fn named(tokens: &[String]) -> impl Iterator<Item = &str> {
    tokens
        .iter()
        .map(String::as_str)
        .filter(|it| !it.is_empty())
}
