//! Schemas. The same change can be harmless in what a client sends and break it in what it receives, and the other way
//! round, so each schema is judged by the sides it is used on.

use std::collections::{BTreeMap, BTreeSet};

use super::Tree;
use super::operations;
use super::report::{Effect, Report};

/// On which sides of the wire a schema is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sides {
    sent: bool,
    received: bool,
}

impl Sides {
    pub(super) const SENT: Self = Self {
        sent: true,
        received: false,
    };
    pub(super) const RECEIVED: Self = Self {
        sent: false,
        received: true,
    };

    fn and(self, other: Self) -> Self {
        Self {
            sent: self.sent || other.sent,
            received: self.received || other.received,
        }
    }
}

/// Compares all schemas with a name.
pub(super) fn compare(old: &Tree, new: &Tree, report: &mut Report) {
    let (mut sides, also) = (uses(old), uses(new));
    for (name, more) in also {
        let known = sides.entry(name).or_default();
        *known = known.and(more);
    }
    let (before, after) = (named(old), named(new));
    for (name, one) in &before {
        let sides = sides.get(*name).copied().unwrap_or_default();
        match after.get(name) {
            Some(other) => compare_schemas(one, other, sides, name, report),
            None => report.add(
                Effect::Breaking,
                *name,
                "the schema is gone, and with it the type of that name",
            ),
        }
    }
    for name in after.keys().filter(|name| !before.contains_key(*name)) {
        report.add(Effect::Compatible, *name, "a new schema");
    }
}

/// Compares the schemas below a key, if there are any.
pub(super) fn compare_at<'a>(
    key: &str,
    old: &'a Tree,
    new: &'a Tree,
    sides: Sides,
    place: &str,
    report: &mut Report,
) {
    match (old.get(key), new.get(key)) {
        (Some(one), Some(other)) => compare_schemas(one, other, sides, place, report),
        (None, None) => {}
        _ => report.add(
            Effect::Breaking,
            place,
            format!("with {key} on one side alone"),
        ),
    }
}

fn compare_schemas<'a>(
    old: &'a Tree,
    new: &'a Tree,
    sides: Sides,
    place: &str,
    report: &mut Report,
) {
    let (one, other) = (Form::of(old), Form::of(new));
    if one.nullable != other.nullable {
        // A null that comes unexpected breaks who receives, one that is refused breaks who sends.
        let breaks = if other.nullable {
            sides.received
        } else {
            sides.sent
        };
        report.judge(
            breaks,
            place,
            if other.nullable {
                "may now be null"
            } else {
                "is never null any more"
            },
        );
    }
    if one.kind != other.kind {
        report.add(
            Effect::Breaking,
            place,
            format!("was {} and is {}", one.kind, other.kind),
        );
        return;
    }
    let (old, new) = (one.node, other.node);
    if old.get("additionalProperties") != new.get("additionalProperties") {
        report.add(Effect::Breaking, place, "takes other additional properties");
    }
    properties(old, new, sides, place, report);
    closed_values(old, new, sides, place, report);
    let known = |node: &Tree| {
        node.texts_at("x-extensible-enum")
            .map(str::to_owned)
            .collect::<BTreeSet<_>>()
    };
    let (before, after) = (known(old), known(new));
    for value in before.difference(&after) {
        report.add(
            Effect::Breaking,
            place,
            format!("the known value `{value}` is gone"),
        );
    }
    for value in after.difference(&before) {
        report.add(
            Effect::Compatible,
            place,
            format!("`{value}` is a new known value"),
        );
    }
    if let (Some(one), Some(other)) = (old.get("items"), new.get("items")) {
        compare_schemas(one, other, sides, &format!("{place}[]"), report);
    }
}

fn properties<'a>(old: &'a Tree, new: &'a Tree, sides: Sides, place: &str, report: &mut Report) {
    let of = |node: &'a Tree| node.entries_at("properties").collect::<BTreeMap<_, _>>();
    let is_required =
        |node: &Tree, name: &str| node.texts_at("required").any(|required| required == name);
    let (before, after) = (of(old), of(new));
    for (name, one) in &before {
        let place = format!("{place}.{name}");
        let Some(other) = after.get(name) else {
            report.add(Effect::Breaking, place, "gone");
            continue;
        };
        match (is_required(old, name), is_required(new, name)) {
            (true, false) => report.judge(sides.received, &place, "no longer required"),
            (false, true) => report.judge(sides.sent, &place, "now required"),
            _ => {}
        }
        compare_schemas(one, other, sides, &place, report);
    }
    for name in after.keys().filter(|name| !before.contains_key(*name)) {
        let required = is_required(new, name);
        let what = if required {
            "new and required"
        } else {
            "new and optional"
        };
        report.judge(required && sides.sent, format!("{place}.{name}"), what);
    }
}

/// A closed set that grows surprises who receives, one that shrinks refuses who sends.
fn closed_values(old: &Tree, new: &Tree, sides: Sides, place: &str, report: &mut Report) {
    let (before, after) = (old.items_at("enum"), new.items_at("enum"));
    if before.is_empty() != after.is_empty() {
        let closed = before.is_empty();
        let breaks = if closed { sides.sent } else { sides.received };
        report.judge(
            breaks,
            place,
            if closed {
                "only certain values any more"
            } else {
                "any value now"
            },
        );
        return;
    }
    for value in before.iter().filter(|value| !after.contains(value)) {
        report.judge(
            sides.sent,
            place,
            format!("{} is no value any more", show(value)),
        );
    }
    for value in after.iter().filter(|value| !before.contains(value)) {
        report.judge(
            sides.received,
            place,
            format!("{} is a new value", show(value)),
        );
    }
}

/// What a schema is to a generated client: a kind of type, and whether null.
struct Form<'a> {
    node: &'a Tree,
    kind: String,
    nullable: bool,
}

impl<'a> Form<'a> {
    fn of(node: &'a Tree) -> Self {
        let null = |branch: &Tree| branch.items_at("enum") == [Tree::Null];
        let branches = node.items_at("oneOf");
        if let [one, other] = branches
            && null(one) != null(other)
        {
            let kept = if null(one) { other } else { one };
            return Self {
                nullable: true,
                ..Self::of(kept)
            };
        }
        let word = |key| node.text_at(key).unwrap_or_default();
        let kind = if let Some(reference) = node.text_at("$ref") {
            reference.rsplit('/').next().unwrap_or_default().to_owned()
        } else if branches.is_empty() {
            [word("type"), word("format")].join(" ").trim().to_owned()
        } else {
            let kinds: Vec<String> = branches
                .iter()
                .map(|branch| Self::of(branch).kind)
                .collect();
            format!("one of {}", kinds.join(", "))
        };
        let kind = if kind.is_empty() {
            "anything".to_owned()
        } else {
            kind
        };
        Self {
            node,
            kind,
            nullable: node.is_true_at("nullable"),
        }
    }
}

/// Each schema with a name, and the sides it is used on, directly or through others.
fn uses(document: &Tree) -> BTreeMap<&str, Sides> {
    let mut found = BTreeMap::new();
    for operation in operations::of(document) {
        for parameter in operation.parameters().values() {
            collect(document, parameter, Sides::SENT, &mut found);
        }
        if let Some(body) = operation.body() {
            collect(document, body, Sides::SENT, &mut found);
        }
        for answer in operation.answers().values() {
            collect(document, answer, Sides::RECEIVED, &mut found);
        }
    }
    found
}

fn collect<'a>(
    document: &'a Tree,
    node: &'a Tree,
    sides: Sides,
    found: &mut BTreeMap<&'a str, Sides>,
) {
    if let Some(name) = node
        .text_at("$ref")
        .and_then(|reference| reference.strip_prefix("#/components/schemas/"))
    {
        let known = found.entry(name).or_default();
        let both = known.and(sides);
        if *known != both {
            *known = both;
            collect(document, document.resolve(node), sides, found);
        }
        return;
    }
    match node {
        Tree::Map(map) => map
            .values()
            .for_each(|inner| collect(document, inner, sides, found)),
        Tree::List(list) => list
            .iter()
            .for_each(|inner| collect(document, inner, sides, found)),
        _ => {}
    }
}

fn named(document: &Tree) -> BTreeMap<&str, &Tree> {
    document
        .get("components")
        .into_iter()
        .flat_map(|all| all.entries_at("schemas"))
        .collect()
}

fn show(value: &Tree) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
