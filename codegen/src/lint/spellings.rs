//! Forms that progenitor takes and other generators trip over, each found by generating and compiling a client.

use std::collections::BTreeSet;

use super::Report;
use super::places::{Kind, Place, Role};

pub(super) fn check(report: &mut Report<'_>) {
    let mut reported = BTreeSet::new();
    report.for_each(|report, place| match place.kind {
        Kind::Root => first_server(report, place),
        Kind::Operation => {
            success_references(report, place);
            errors_without_json(report, place, &mut reported);
        }
        Kind::Schema(Role::Named) => named_map(report, place),
        _ => {}
    });
}

fn first_server(report: &mut Report<'_>, root: &Place<'_>) {
    let servers = root.items_at("servers", Kind::Server);
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

fn errors_without_json(
    report: &mut Report<'_>,
    operation: &Place<'_>,
    reported: &mut BTreeSet<String>,
) {
    for response in operation.each_at("responses", Kind::Response) {
        let reference = response.node.text_at("$ref");
        if !response.name().starts_with(['4', '5'])
            || reference.is_some_and(|it| !it.starts_with("#/components/responses/"))
        {
            continue;
        }
        let resolved = report.spec.resolve(response.node);
        let has_json = resolved
            .and_then(|resolved| resolved.get("content"))
            .is_some_and(|content| content.get("application/json").is_some());
        let key = reference.unwrap_or(&response.pointer).to_owned();
        if !has_json && reported.insert(key) {
            report.add(
                "error-without-json",
                &response,
                "progenitor at its defaults panics on errors of several types",
                "Add application/json with the schema of the other errors, after any other media type",
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
