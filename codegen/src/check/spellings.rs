//! Forms that progenitor takes and other generators trip over, each found by generating and compiling a client.

use super::Report;
use super::places::{Kind, Place, Role};

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| match place.kind {
        Kind::Root => first_server(report, place),
        Kind::Operation => success_references(report, place),
        Kind::Schema(Role::Named) => named_map(report, place),
        _ => {}
    });
}

fn first_server(report: &mut Report<'_>, root: &Place<'_>) {
    let servers = root.items_at("servers", Kind::Root);
    if let Some(first) = servers.first()
        && first
            .node
            .text_at("url")
            .is_some_and(|url| url.contains('{'))
    {
        report.add(
            "first-server",
            first,
            "some generators use the first server as it is, braces included",
            "Put a server with a plain URL before the template",
        );
    }
}

fn success_references(report: &mut Report<'_>, operation: &Place<'_>) {
    for response in operation.each_at("responses", Kind::Response) {
        if response.name().starts_with('2') && response.is_reference() {
            report.add(
                "success-reference",
                &response,
                "some generators do not decode a success that is a reference",
                "Write the response out; its schema, headers and examples can be references",
            );
        }
    }
}

fn named_map(report: &mut Report<'_>, schema: &Place<'_>) {
    if schema.node.text_at("type") == Some("object") && schema.node.get("properties").is_none() {
        report.add(
            "named-map",
            schema,
            "some generators drop the fields of a named object without properties",
            "Write `type: object` and `additionalProperties: true` where it is used",
        );
    }
}
