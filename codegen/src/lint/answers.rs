//! Responses: one success that has a Rust type, and errors that are told.

use super::Report;
use super::places::{Kind, Place};
use crate::load::schema_reference;

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| match place.kind {
        Kind::Operation => operation(report, place),
        Kind::MediaType => media_type(report, place),
        _ => {}
    });
}

fn operation(report: &mut Report<'_>, place: &Place<'_>) {
    let responses = place.each_at("responses", Kind::Response);
    for response in &responses {
        let status = response.name();
        if status == "default" {
            let problem = "progenitor takes `default` for a second kind of success";
            report.add(
                "default-response",
                response,
                problem,
                "Write the statuses, or ranges such as 5XX",
            );
        } else if !is_status(&status) {
            report.add(
                "response-status",
                response,
                format!("`{status}` is no status"),
                "Write three digits, or 5XX",
            );
        }
    }
    if !responses
        .iter()
        .any(|response| response.name().starts_with('4'))
    {
        let remedy = "Add at least 401 and 404";
        report.add(
            "no-client-error",
            place,
            "no response tells what a wrong request leads to",
            remedy,
        );
    }
    success(report, place, &responses);
}

fn is_status(status: &str) -> bool {
    let (first, rest) = status.split_at(1.min(status.len()));
    matches!(first, "1" | "2" | "3" | "4" | "5")
        && rest.len() == 2
        && (rest == "XX" || rest.chars().all(|digit| digit.is_ascii_digit()))
}

fn success(report: &mut Report<'_>, operation: &Place<'_>, responses: &[Place<'_>]) {
    let mut kinds = Vec::new();
    for response in responses
        .iter()
        .filter(|response| response.name().starts_with('2'))
    {
        let Some(resolved) = report.spec.resolve(response.node) else {
            continue;
        };
        let content: Vec<_> = resolved.entries_at("content").collect();
        if content.is_empty() {
            let remedy = "Add its content; an answer without any needs support in codegen/src/emit";
            report.add(
                "success-response",
                response,
                "the success has no body",
                remedy,
            );
        }
        for (media_type, media) in content {
            let Some(schema) = media.get("schema") else {
                continue;
            };
            if !kinds.contains(&(media_type, schema.to_json())) {
                kinds.push((media_type, schema.to_json()));
            }
            if !has_type(report, media_type, schema) {
                let remedy = "Write application/json with a named schema or a list of one, or text of format binary";
                report.add(
                    "success-response",
                    response,
                    "the success has no Rust type",
                    remedy,
                );
            }
        }
    }
    match kinds.len() {
        0 if !responses
            .iter()
            .any(|response| response.name().starts_with('2')) =>
        {
            report.add(
                "success-response",
                operation,
                "there is no success response",
                "Add 200 or 201",
            );
        }
        0 | 1 => {}
        _ => {
            let problem = "progenitor panics on successes of several kinds";
            report.add(
                "success-response",
                operation,
                problem,
                "Give all of them the same media type and schema",
            );
        }
    }
}

fn has_type(report: &Report<'_>, media_type: &str, schema: &crate::tree::Node) -> bool {
    let Some(resolved) = report.spec.resolve(schema) else {
        return true;
    };
    if media_type != "application/json" {
        return resolved.text_at("format") == Some("binary");
    }
    match resolved.text_at("type") {
        Some("array") => resolved
            .get("items")
            .is_some_and(|items| schema_reference(items).is_some()),
        Some("object") => schema_reference(schema).is_some(),
        _ => false,
    }
}

fn media_type(report: &mut Report<'_>, place: &Place<'_>) {
    if place.node.get("schema").is_none() {
        report.add("media-schema", place, "the body has no schema", "Add one");
    }
    let has_example =
        place.node.get("example").is_some() || place.node.entries_at("examples").next().is_some();
    if place.name() == "application/json" && !has_example {
        report.add(
            "media-example",
            place,
            "no example shows this JSON",
            "Add one to `examples`",
        );
    }
}
