//! What a client receives: statuses, headers and bodies of responses.

use gitlab_jobs_codegen::Node;

use crate::keys::{Keys, flag, members, reordered};
use crate::operations::Operation;
use crate::report::{Effect, Report};
use crate::schemas;
use crate::sent::contents;
use crate::sides::Sides;

const RESPONSE: Keys = Keys {
    judged: &["headers", "content"],
    words: &["description"],
};
const HEADER: Keys = Keys {
    judged: &["required", "schema", "deprecated"],
    words: &["description", "example", "examples"],
};

pub(crate) fn compare(old: Operation<'_>, new: Operation<'_>, place: &str, report: &mut Report) {
    let (before, after) = (old.responses(), new.responses());
    let find = |all: &[(&str, _)], status: &str| all.iter().any(|(other, _)| *other == status);
    for (status, one) in &before {
        let place = format!("{place}, {status}");
        match after.iter().find(|(other, _)| other == status) {
            Some((_, other)) => responses((old, one), (new, other), &place, report),
            None => report.add(Effect::Breaking, place, "the response is gone"),
        }
    }
    for (status, _) in after.iter().filter(|(status, _)| !find(&before, status)) {
        let place = format!("{place}, {status}");
        if status.starts_with('2') {
            report.add(
                Effect::Unknown,
                place,
                "a new kind of success: needs review",
            );
        } else {
            report.add(Effect::Compatible, place, "a new response");
        }
    }
    let statuses = |all: &[(&str, &Node)]| -> Vec<String> {
        all.iter().map(|(status, _)| (*status).to_owned()).collect()
    };
    if reordered(&statuses(&before), &statuses(&after)) {
        let what =
            "the responses are in another order, and some generators use the first: needs review";
        report.add(Effect::Unknown, place, what);
    }
}

fn responses<'a>(
    (old, one): (Operation<'a>, &'a Node),
    (new, other): (Operation<'a>, &'a Node),
    place: &str,
    report: &mut Report,
) {
    RESPONSE.compare(one, other, place, report);
    contents(one, other, Sides::RECEIVED, place, report);
    let names = |node: &'a Node| node.entries_at("headers").map(|(name, _)| name);
    members(
        names(one),
        names(other),
        &format!("{place}, header"),
        report,
    );
    for (name, header) in one.entries_at("headers") {
        let Some(other) = other.get("headers").and_then(|headers| headers.get(name)) else {
            continue;
        };
        let (header, other) = (old.resolve(header), new.resolve(other));
        let place = format!("{place}, header {name}");
        HEADER.compare(header, other, &place, report);
        match flag("required", header, other, &place, report) {
            Some(true) => report.add(Effect::Compatible, &place, "always sent now"),
            Some(false) => report.add(Effect::Breaking, &place, "not always sent any more"),
            None => {}
        }
        if let Some(deprecated) = flag("deprecated", header, other, &place, report) {
            let what = if deprecated {
                "now deprecated"
            } else {
                "no longer deprecated"
            };
            report.add(Effect::Compatible, &place, what);
        }
        schemas::compare_at("schema", header, other, Sides::RECEIVED, &place, report);
    }
}
