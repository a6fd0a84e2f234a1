//! Responses that `send` can return.

use super::Report;
use super::places::{Kind, Place};
use crate::api;

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        if place.kind == Kind::Operation {
            operation(report, place);
        }
    });
}

fn operation(report: &mut Report<'_>, place: &Place<'_>) {
    let mut kinds = Vec::new();
    for response in place.each_at("responses", Kind::Response) {
        let status = response.name();
        if status == "default" {
            let message = "`default` includes success. List the statuses";
            report.add(&response, message);
        }
        if status.starts_with('2') {
            kinds.extend(
                api::contents(report.spec, response.node)
                    .into_iter()
                    .map(|content| (response.clone(), content)),
            );
        }
    }
    let Some((_, first)) = kinds.first() else {
        return report.add(
            place,
            "there is no successful response. Add 200, 201 or 204",
        );
    };
    for (response, content) in &kinds {
        if content.is_none() {
            let message = "the response has no Rust type. Write application/json with a named object or a list of those, \
                           or another media type with a string of format binary";
            report.add(response, message);
        } else if first.is_some() && content != first {
            let message = "the successful responses differ, and `send` returns one type. Give all the same content";
            report.add(response, message);
        }
    }
}
