//! Forms that progenitor takes and other generators trip over, each found by generating and compiling a client.

use super::Report;
use super::places::{Kind, Role};

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
                let problem = "some generators use the first server as it is, braces included";
                report.add(
                    first,
                    format!("{problem}. Put a server with a plain URL before the template"),
                );
            }
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
