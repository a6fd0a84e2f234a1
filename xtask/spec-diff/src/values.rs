//! Closed and open enums. A closed enum that grows breaks receivers, and one that shrinks breaks senders. A change
//! between the two kinds changes the generated types.

use gitlab_jobs_codegen::Node;

use crate::keys::reordered;
use crate::report::{Effect, Report};
use crate::sides::Sides;

pub(crate) fn compare(old: &Node, new: &Node, sides: Sides, place: &str, report: &mut Report) {
    let kind = |node: &Node| match (node.get("enum"), node.get("x-extensible-enum")) {
        (Some(_), _) => "a closed enum",
        (None, Some(_)) => "an open enum",
        (None, None) => "not an enum",
    };
    if kind(old) != kind(new) {
        let what = format!("was {} and is {}", kind(old), kind(new));
        report.add(Effect::Breaking, place, what);
        return;
    }
    let all = |node: &Node, key: &str| -> Vec<serde_json::Value> {
        node.items_at(key).map(Node::to_json).collect()
    };
    for (key, what, gone, new_value) in [
        ("enum", "value", sides.sent, sides.received),
        ("x-extensible-enum", "known value", true, false),
    ] {
        let (before, after) = (all(old, key), all(new, key));
        for value in before.iter().filter(|value| !after.contains(value)) {
            report.judge(gone, place, format!("the {what} {value} is gone"));
        }
        for value in after.iter().filter(|value| !before.contains(value)) {
            report.judge(new_value, place, format!("{value} is a new {what}"));
        }
        if reordered(&before, &after) {
            let what =
                "the values are in another order, and some generators number them: needs review";
            report.add(Effect::Unknown, place, what);
        }
    }
}
