//! What a client sends: parameters and bodies.

use gitlab_jobs_codegen::Node;

use crate::keys::{Keys, flag, leads_differently, members, reordered, same};
use crate::operations::Operation;
use crate::report::{Effect, Report};
use crate::schemas;
use crate::sides::Sides;

const PARAMETER: Keys = Keys {
    judged: &[
        "name",
        "in",
        "required",
        "style",
        "explode",
        "schema",
        "deprecated",
    ],
    words: &["description", "example", "examples"],
};
const BODY: Keys = Keys {
    judged: &["required", "content"],
    words: &["description"],
};
const MEDIA_TYPE: Keys = Keys {
    judged: &["schema"],
    words: &["example", "examples"],
};

pub(crate) fn compare(old: Operation<'_>, new: Operation<'_>, place: &str, report: &mut Report) {
    parameters(&old.parameters(), &new.parameters(), place, report);
    bodies(old.body(), new.body(), &format!("{place}, body"), report);
}

/// The identity of a parameter.
fn key(parameter: &Node) -> (&str, &str) {
    let text = |key| parameter.text_at(key).unwrap_or_default();
    (text("in"), text("name"))
}

fn parameters(old: &[&Node], new: &[&Node], place: &str, report: &mut Report) {
    let keys = |all: &[&Node]| -> Vec<(String, String)> {
        let owned = |(within, name): (&str, &str)| (within.to_owned(), name.to_owned());
        all.iter().map(|parameter| owned(key(parameter))).collect()
    };
    let (before, after) = (keys(old), keys(new));
    for one in old {
        let (within, name) = key(one);
        let place = format!("{place}, {within} parameter {name}");
        match new.iter().find(|other| key(other) == key(one)) {
            Some(other) => compare_parameters(one, other, &place, report),
            None => report.add(Effect::Breaking, place, "gone"),
        }
    }
    for (position, other) in new.iter().enumerate() {
        if old.iter().any(|one| key(one) == key(other)) {
            continue;
        }
        let (within, name) = key(other);
        let place = format!("{place}, {within} parameter {name}");
        if other.is_true_at("required") {
            report.add(Effect::Breaking, place, "new and required");
            continue;
        }
        report.add(Effect::Compatible, &place, "new and optional");
        // Some generators make positional arguments even of optional parameters.
        if after[position..].iter().any(|later| before.contains(later)) {
            let what = "before existing parameters, which shifts positional arguments";
            report.add(Effect::Breaking, place, what);
        }
    }
    if reordered(&before, &after) {
        let what = "the parameters are in another order, which positional arguments notice";
        report.add(Effect::Breaking, place, what);
    }
}

fn compare_parameters(old: &Node, new: &Node, place: &str, report: &mut Report) {
    PARAMETER.compare(old, new, place, report);
    match flag("required", old, new, place, report) {
        Some(true) => report.add(Effect::Breaking, place, "now required"),
        Some(false) => report.add(Effect::Compatible, place, "now optional"),
        None => {}
    }
    if let Some(deprecated) = flag("deprecated", old, new, place, report) {
        let what = if deprecated {
            "now deprecated"
        } else {
            "no longer deprecated"
        };
        report.add(Effect::Compatible, place, what);
    }
    let (one, other) = (serialization(old), serialization(new));
    if one != other {
        report.add(
            Effect::Breaking,
            place,
            format!("was sent as {one} and is sent as {other}"),
        );
    } else if ["style", "explode"]
        .iter()
        .any(|key| !same(old.get(key), new.get(key)))
    {
        report.add(Effect::Words, place, "its style is spelled differently");
    }
    schemas::compare_at("schema", old, new, Sides::SENT, place, report);
}

/// Style and explode, with the defaults of OpenAPI.
fn serialization(parameter: &Node) -> String {
    let (within, _) = key(parameter);
    let default = if ["query", "cookie"].contains(&within) {
        "form"
    } else {
        "simple"
    };
    let style = parameter.text_at("style").unwrap_or(default);
    let explode = match parameter.get("explode") {
        Some(_) => parameter.is_true_at("explode"),
        None => style == "form",
    };
    format!("{style}{}", if explode { ", exploded" } else { "" })
}

fn bodies(old: Option<&Node>, new: Option<&Node>, place: &str, report: &mut Report) {
    match (old, new) {
        (None, None) => {}
        (Some(_), None) => report.add(Effect::Breaking, place, "gone"),
        (None, Some(body)) => report.judge(body.is_true_at("required"), place, "new"),
        (Some(one), Some(other)) => {
            BODY.compare(one, other, place, report);
            match flag("required", one, other, place, report) {
                Some(true) => report.add(Effect::Breaking, place, "now required"),
                Some(false) => report.add(Effect::Compatible, place, "now optional"),
                None => {}
            }
            contents(one, other, Sides::SENT, place, report);
        }
    }
}

/// The media types of a body or response.
pub(crate) fn contents(old: &Node, new: &Node, sides: Sides, place: &str, report: &mut Report) {
    let types = |node: &Node| -> Vec<String> {
        node.entries_at("content")
            .map(|(name, _)| name.to_owned())
            .collect()
    };
    let (before, after) = (types(old), types(new));
    members(
        before.iter().map(String::as_str),
        after.iter().map(String::as_str),
        &format!("{place}, media type"),
        report,
    );
    if leads_differently(&before, &after) {
        let what =
            "the media types are in another order, and some generators use the first: needs review";
        report.add(Effect::Unknown, place, what);
    }
    for (name, one) in old.entries_at("content") {
        if let Some(other) = new.get("content").and_then(|content| content.get(name)) {
            let place = format!("{place}, {name}");
            MEDIA_TYPE.compare(one, other, &place, report);
            schemas::compare_at("schema", one, other, sides, &place, report);
        }
    }
}
