//! Forms that progenitor accepts but other generators fail on, each found by generating and compiling a client.

use super::Report;
use super::places::{Kind, Place, Role};
use crate::tree::Node;

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| match place.kind {
        Kind::Root => {
            let servers = place.each_at("servers", Kind::Root);
            if let Some(first) = servers.first().filter(|first| {
                first
                    .node
                    .text_at("url")
                    .is_some_and(|url| url.contains('{'))
            }) {
                let problem = "some generators use the first server unchanged, braces included";
                report.add(
                    first,
                    format!("{problem}. Put a server with a plain URL before the template"),
                );
            }
        }
        Kind::Operation => errors_without_json(report, place),
        Kind::Response if is_range(&place.name()) => {
            let problem = "some generators do not know ranges of statuses, or write invalid code";
            report.add(
                place,
                format!("{problem}. List the statuses, such as 500, 502, 503 and 504"),
            );
        }
        Kind::Response if place.is_reference() && place.name().starts_with('2') => {
            let problem = "some generators do not decode a successful response that is a reference";
            report.add(
                place,
                format!(
                    "{problem}. Write it out; its schema, headers and examples can be references"
                ),
            );
        }
        Kind::Parameter if place.node.get("examples").is_some() => {
            let problem = "some tools send no value for a parameter that has only `examples`";
            report.add(place, format!("{problem}. Write one `example`"));
        }
        Kind::Schema(Role::Named) if place.node.get("properties").is_some() => {
            optional_before_required(report, place);
        }
        Kind::Schema(Role::Named)
            if place.node.text_at("type") == Some("object")
                && place.node.get("properties").is_none() =>
        {
            let problem = "some generators drop the fields of a named object without properties";
            report.add(
                place,
                format!("{problem}. Write it where it is used, with `additionalProperties: true`"),
            );
        }
        _ => {}
    });
}

/// Returns whether a key of `responses` is a range of statuses, such as `5XX`.
fn is_range(status: &str) -> bool {
    status.len() == 3 && status[1..].eq_ignore_ascii_case("xx")
}

/// A Python dataclass takes its fields in this order, and none without a default may follow one that has one.
fn optional_before_required(report: &mut Report<'_>, schema: &Place<'_>) {
    let required: Vec<_> = schema
        .node
        .items_at("required")
        .filter_map(Node::as_text)
        .collect();
    let properties = schema.each_at("properties", Kind::Schema(Role::Property));
    let is_required = |property: &Place<'_>| required.contains(&property.name().as_str());
    let late = properties
        .iter()
        .skip_while(|it| is_required(it))
        .find(|it| is_required(it));
    if let Some(late) = late {
        let problem = "some generators write the properties in this order, and a required one cannot follow an optional one";
        report.add(
            late,
            format!("{problem}. Put the required properties first"),
        );
    }
}

/// With default settings, progenitor supports only one error type per operation, and panics on a second.
fn errors_without_json(report: &mut Report<'_>, operation: &Place<'_>) {
    let spec = report.spec;
    let has_json = |response: &Place<'_>| {
        let resolved = spec.resolve(response.node);
        let content = resolved.and_then(|resolved| resolved.get("content"));
        content.is_some_and(|content| content.get("application/json").is_some())
    };
    let responses = operation.each_at("responses", Kind::Response);
    let errors = responses
        .iter()
        .filter(|response| response.name().starts_with(['4', '5']));
    let (json, other): (Vec<_>, Vec<_>) = errors.partition(|error| has_json(error));
    if json.is_empty() {
        return;
    }
    for response in other {
        let problem =
            "other errors of this operation have JSON, and some generators know one type of error";
        report.add(
            response,
            format!("{problem}. Add application/json after any other media type"),
        );
    }
}
