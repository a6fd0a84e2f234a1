//! Schemas: what a value is, what it consists of, and which values it can have.

use std::collections::BTreeMap;

use gitlab_jobs_codegen::{Node, Value};

use crate::constraints;
use crate::keys::{Keys, flag, reordered, same};
use crate::report::{Effect, Report};
use crate::sides::{self, Sides};
use crate::values;

const SCHEMA: Keys = Keys {
    judged: &[
        "$ref",
        "type",
        "format",
        "nullable",
        "properties",
        "required",
        "items",
        "enum",
        "x-extensible-enum",
        "additionalProperties",
        "title",
        "readOnly",
        "writeOnly",
        "deprecated",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "multipleOf",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "maxProperties",
        "minProperties",
    ],
    words: WORDS,
};
/// A `oneOf` of a schema and null.
const NULLABLE: Keys = Keys {
    judged: &["oneOf"],
    words: WORDS,
};
const NULL: Keys = Keys {
    judged: &[],
    words: WORDS,
};
const WORDS: &[&str] = &[
    "description",
    "example",
    "x-enumDescriptions",
    "externalDocs",
];

/// Compares all schemas with a name.
pub(crate) fn compare(old: &Node, new: &Node, report: &mut Report) {
    let mut sides = sides::of(old);
    for (name, more) in sides::of(new) {
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

fn named(root: &Node) -> BTreeMap<&str, &Node> {
    let components = root.get("components").into_iter();
    components
        .flat_map(|all| all.entries_at("schemas"))
        .collect()
}

/// Compares the schemas below a key, if there are any.
pub(crate) fn compare_at(
    key: &str,
    old: &Node,
    new: &Node,
    sides: Sides,
    place: &str,
    report: &mut Report,
) {
    match (old.get(key), new.get(key)) {
        (Some(one), Some(other)) => compare_schemas(one, other, sides, place, report),
        (None, None) => {}
        _ => report.add(Effect::Breaking, place, format!("`{key}` on one side only")),
    }
}

fn compare_schemas(old: &Node, new: &Node, sides: Sides, place: &str, report: &mut Report) {
    let (one, other) = (Form::of(old), Form::of(new));
    if one.nullable != other.nullable {
        // An unexpected null breaks receivers, a refused one breaks senders.
        let (breaks, what) = if other.nullable {
            (sides.received, "can be null now")
        } else {
            (sides.sent, "cannot be null any more")
        };
        report.judge(breaks, place, what);
    }
    match (one.null, other.null) {
        (Some(null), Some(other_null)) => {
            NULLABLE.compare(old, new, place, report);
            NULL.compare(null, other_null, &format!("{place}, null"), report);
        }
        // To some generators, a null that is spelled differently is another schema.
        (None, None) => {}
        _ if one.nullable == other.nullable => {
            report.add(
                Effect::Unknown,
                place,
                "null is spelled differently: needs review",
            );
        }
        _ => {}
    }
    if one.kind != other.kind {
        let what = format!("was {} and is {}", one.kind, other.kind);
        report.add(Effect::Breaking, place, what);
        return;
    }
    let (old, new) = (one.node, other.node);
    SCHEMA.compare(old, new, place, report);
    for (key, what) in [
        (
            "title",
            "another title, which some generators name the type after",
        ),
        ("additionalProperties", "other additional properties"),
    ] {
        if !same(old.get(key), new.get(key)) {
            report.add(Effect::Breaking, place, what);
        }
    }
    access(old, new, sides, place, report);
    if let Some(deprecated) = flag("deprecated", old, new, place, report) {
        let what = if deprecated {
            "now deprecated"
        } else {
            "no longer deprecated"
        };
        report.add(Effect::Compatible, place, what);
    }
    constraints::compare(old, new, sides, place, report);
    properties(old, new, sides, place, report);
    values::compare(old, new, sides, place, report);
    compare_at("items", old, new, sides, &format!("{place}[]"), report);
}

/// Properties that only one side sends.
fn access(old: &Node, new: &Node, sides: Sides, place: &str, report: &mut Report) {
    for (key, is_lost, what) in [
        ("readOnly", sides.sent, "can only be read now"),
        ("writeOnly", sides.received, "can only be written now"),
    ] {
        match flag(key, old, new, place, report) {
            Some(true) => report.judge(is_lost, place, what),
            Some(false) => report.add(
                Effect::Unknown,
                place,
                format!("`{key}` was removed: needs review"),
            ),
            None => {}
        }
    }
}

fn properties(old: &Node, new: &Node, sides: Sides, place: &str, report: &mut Report) {
    let is_required = |node: &Node, name: &str| node.texts_at("required").any(|it| it == name);
    let names = |node: &Node| -> Vec<String> {
        node.entries_at("properties")
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    let (before, after) = (names(old), names(new));
    for (name, one) in old.entries_at("properties") {
        let place = format!("{place}.{name}");
        let Some(other) = new.get("properties").and_then(|all| all.get(name)) else {
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
    for name in after.iter().filter(|name| !before.contains(name)) {
        let required = is_required(new, name);
        let what = if required {
            "new and required"
        } else {
            "new and optional"
        };
        report.judge(required && sides.sent, format!("{place}.{name}"), what);
    }
    if reordered(&before, &after) {
        let what = "the properties are in another order, and some generators make positional arguments of them: needs review";
        report.add(Effect::Unknown, place, what);
    }
    required_by_name(old, new, place, report);
}

/// Compares the names in `required` that are not properties.
fn required_by_name(old: &Node, new: &Node, place: &str, report: &mut Report) {
    if same(old.get("required"), new.get("required")) {
        return;
    }
    let names =
        |node: &Node| -> Vec<String> { node.texts_at("required").map(str::to_owned).collect() };
    let has = |name: &str| {
        [old, new].iter().any(|node| {
            node.get("properties")
                .is_some_and(|all| all.get(name).is_some())
        })
    };
    let (before, after) = (names(old), names(new));
    let changed = |name: &&String| before.contains(name) != after.contains(name);
    let mut changed = before.iter().chain(&after).filter(changed).peekable();
    if changed.peek().is_none() {
        report.add(Effect::Words, place, "`required` is spelled differently");
    }
    for name in changed.filter(|name| !has(name)) {
        let what = format!("`required` names `{name}`, which is not a property: needs review");
        report.add(Effect::Unknown, place, what);
    }
}

/// What a schema is in a generated client: a kind of type, and whether it can be null.
struct Form<'a> {
    node: &'a Node,
    kind: String,
    nullable: bool,
    /// The branch of a `oneOf` that stands for null.
    null: Option<&'a Node>,
}

impl<'a> Form<'a> {
    fn of(node: &'a Node) -> Self {
        let branches: Vec<&Node> = node.items_at("oneOf").collect();
        if let [one, other] = branches.as_slice()
            && is_null(one) != is_null(other)
        {
            let (kept, null) = if is_null(one) {
                (*other, *one)
            } else {
                (*one, *other)
            };
            return Self {
                nullable: true,
                null: Some(null),
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
            null: None,
        }
    }
}

fn is_null(branch: &Node) -> bool {
    let mut values = branch.items_at("enum");
    matches!(values.next().map(|only| &only.value), Some(Value::Null)) && values.next().is_none()
}
