//! `x-pagination`: the kinds of pagination, with the parameters they need.

use super::Report;
use super::places::{Kind, Place};

const RULE: &str = "pagination";

/// The kinds of pagination, and the parameters that the runtime sets for each.
const KINDS: [(&str, &[&str]); 2] = [
    ("keyset", &["per_page", "pagination", "order_by", "sort"]),
    ("offset", &["page", "per_page"]),
];

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        if place.kind == Kind::Operation {
            operation(report, place);
        }
    });
}

fn operation(report: &mut Report<'_>, place: &Place<'_>) {
    let spec = report.spec;
    let parameters = place
        .node
        .items_at("parameters")
        .filter_map(|parameter| spec.resolve(parameter));
    let names: Vec<_> = parameters
        .filter_map(|parameter| parameter.text_at("name"))
        .collect();
    let Some(pagination) = place.at("x-pagination") else {
        if names.contains(&"page") {
            let remedy = "Write `x-pagination: [offset]`";
            report.add(
                RULE,
                place,
                "the operation takes a page, and no stream would be generated for it",
                remedy,
            );
        }
        return;
    };
    let kinds = place.items_at("x-pagination", place.kind);
    if kinds.is_empty() {
        report.add(
            RULE,
            &pagination,
            "no kind of pagination is named",
            "Write `[offset]` or `[keyset, offset]`",
        );
    }
    for kind in kinds {
        let Some((name, needed)) = KINDS
            .iter()
            .find(|(name, _)| kind.node.as_text() == Some(name))
        else {
            report.add(
                RULE,
                &kind,
                "this is not a kind of pagination",
                "Write keyset or offset",
            );
            continue;
        };
        for missing in needed.iter().filter(|needed| !names.contains(needed)) {
            let problem = format!("{name} pagination needs the parameter `{missing}`");
            report.add(RULE, &kind, problem, "Add it to `parameters`");
        }
    }
    if !returns_list(report, place) {
        report.add(
            RULE,
            &pagination,
            "the operation does not return a list",
            "Remove `x-pagination`",
        );
    }
}

fn returns_list(report: &Report<'_>, place: &Place<'_>) -> bool {
    let successes = place
        .node
        .entries_at("responses")
        .filter(|(status, _)| status.starts_with('2'));
    let responses = successes.filter_map(|(_, response)| report.spec.resolve(response));
    let media = responses.flat_map(|response| response.entries_at("content"));
    let mut schemas = media.filter_map(|(_, media)| report.spec.resolve(media.get("schema")?));
    schemas.any(|schema| schema.text_at("type") == Some("array"))
}
