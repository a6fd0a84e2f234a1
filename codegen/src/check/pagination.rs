//! `x-pagination`: the kinds of pagination, with the parameters they need.

use super::Report;
use super::places::{Kind, Place};
use crate::api::{self, Response};

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
            report.add(
                place,
                "a list with pages would have no `stream`. Write `x-pagination: [offset]`",
            );
        }
        return;
    };
    let kinds = place.each_at("x-pagination", place.kind);
    if kinds.is_empty() {
        report.add(
            &pagination,
            "no kind of pagination is named. Write `[offset]` or `[keyset, offset]`",
        );
    }
    for kind in kinds {
        let Some((name, needed)) = KINDS
            .iter()
            .find(|(name, _)| kind.node.as_text() == Some(name))
        else {
            report.add(
                &kind,
                "this is not a kind of pagination. Write keyset or offset",
            );
            continue;
        };
        for missing in needed.iter().filter(|needed| !names.contains(needed)) {
            let message = format!(
                "{name} pagination needs the parameter `{missing}`. Add it to `parameters`"
            );
            report.add(&kind, message);
        }
    }
    if !matches!(api::response(spec, place.node), Some(Response::List(_))) {
        report.add(
            &pagination,
            "the operation does not return a list. Remove `x-pagination`",
        );
    }
}
