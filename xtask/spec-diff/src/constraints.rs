//! Bounds and patterns. A tighter one rejects what clients send, a looser one allows what they do not expect.

use std::cmp::Ordering;

use gitlab_jobs_codegen::{Node, Value};

use crate::keys::same;
use crate::report::Report;
use crate::sides::Sides;

/// How a keyword constrains a value.
#[derive(Clone, Copy)]
enum Constraint {
    /// The smaller, the tighter.
    Upper,
    /// The larger, the tighter.
    Lower,
    /// True is tighter than false.
    Flag,
    /// Neither of two is tighter than the other.
    Form,
}

const CONSTRAINTS: &[(&str, Constraint)] = &[
    ("maximum", Constraint::Upper),
    ("maxLength", Constraint::Upper),
    ("maxItems", Constraint::Upper),
    ("maxProperties", Constraint::Upper),
    ("minimum", Constraint::Lower),
    ("minLength", Constraint::Lower),
    ("minItems", Constraint::Lower),
    ("minProperties", Constraint::Lower),
    ("exclusiveMaximum", Constraint::Flag),
    ("exclusiveMinimum", Constraint::Flag),
    ("uniqueItems", Constraint::Flag),
    ("pattern", Constraint::Form),
    ("multipleOf", Constraint::Form),
];

pub(crate) fn compare(old: &Node, new: &Node, sides: Sides, place: &str, report: &mut Report) {
    for &(key, constraint) in CONSTRAINTS {
        let (one, other) = (old.get(key), new.get(key));
        if same(one, other) {
            continue;
        }
        let (tighter, looser) = match (one, other) {
            (None, _) => (true, false),
            (_, None) => (false, true),
            (Some(one), Some(other)) => change(constraint, one, other),
        };
        let breaks = tighter && sides.sent || looser && sides.received;
        let show =
            |node: Option<&Node>| node.map_or("none".to_owned(), |it| it.to_json().to_string());
        let what = format!("{key} was {} and is {}", show(one), show(other));
        report.judge(breaks, place, what);
    }
}

/// Returns whether a constraint became tighter, and whether it became looser.
fn change(constraint: Constraint, old: &Node, new: &Node) -> (bool, bool) {
    let number = |node: &Node| match &node.value {
        Value::Number(number) => number.as_f64(),
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        _ => None,
    };
    let order = number(old)
        .zip(number(new))
        .and_then(|(old, new)| old.partial_cmp(&new));
    match (constraint, order) {
        (Constraint::Form, _) | (_, None) => (true, true),
        (_, Some(Ordering::Equal)) => (false, false),
        (Constraint::Upper, Some(order)) => (order.is_gt(), order.is_lt()),
        (Constraint::Lower | Constraint::Flag, Some(order)) => (order.is_lt(), order.is_gt()),
    }
}
