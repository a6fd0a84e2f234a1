//! Paths, parameters and request bodies that a builder can be made for.

use std::collections::BTreeMap;

use super::Report;
use super::places::{Kind, Place};
use crate::api::{Shape, Type, VERBS, shape, value_type};
use crate::load::schema_reference;
use crate::names;
use crate::tree::Node;

/// Arguments, methods and fields that each builder has.
const TAKEN: &[&str] = &[
    "body",
    "client",
    "clone",
    "inner",
    "input",
    "inputs",
    "into",
    "into_future",
    "iter",
    "iter_as",
    "new",
    "pages",
    "pages_as",
    "project",
    "request",
    "runtime",
    "send",
    "send_as",
    "stream",
    "stream_as",
    "try_into",
    "variable",
    "variables",
];

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| match place.kind {
        Kind::PathItem => path(report, place),
        Kind::Parameter if !place.is_reference() => parameter(report, place),
        Kind::RequestBody => body(report, place),
        _ => {}
    });
}

fn path(report: &mut Report<'_>, place: &Place<'_>) {
    let path = place.name();
    if !path.starts_with('/') {
        let remedy = format!("Write `/{path}`");
        report.add(
            "path",
            place,
            "the path does not begin with a slash",
            remedy,
        );
    }
    let mut templates = Vec::new();
    for segment in path.split('/') {
        match segment
            .strip_prefix('{')
            .and_then(|segment| segment.strip_suffix('}'))
        {
            Some(name) => templates.push(name),
            None if segment.contains(['{', '}']) => {
                let problem = format!("`{segment}` is partly a parameter and partly text");
                report.add(
                    "path",
                    place,
                    problem,
                    "Let the parameter take the whole segment",
                );
            }
            None => {}
        }
    }
    for verb in VERBS {
        if let Some(operation) = place.at(verb) {
            parameters(report, place, &operation, &templates);
        }
    }
}

/// What the parameters of one operation are to each other and to its path.
fn parameters(
    report: &mut Report<'_>,
    item: &Place<'_>,
    operation: &Place<'_>,
    templates: &[&str],
) {
    let shared = item.items_at("parameters", Kind::Parameter);
    let own = operation.items_at("parameters", Kind::Parameter);
    let mut fields = BTreeMap::new();
    let mut in_path = Vec::new();
    for place in shared.iter().chain(&own) {
        let Some(parameter) = report.spec.resolve(place.node) else {
            continue;
        };
        let name = parameter.text_at("name").unwrap_or_default();
        let field = names::field(name);
        if TAKEN.contains(&field.as_str()) {
            let problem = format!("every builder has something called `{field}` already");
            report.add(
                "parameter-name",
                place,
                problem,
                "Give it another name in codegen/src/names.rs",
            );
        }
        if let Some(other) = fields.insert(field.clone(), name) {
            let problem = format!("`{name}` and `{other}` would both become `{field}`");
            report.add("parameter-name", place, problem, "Keep one of the two");
        }
        if parameter.text_at("in") == Some("path") {
            in_path.push(name);
            if !templates.contains(&name) {
                let problem = format!("the path has no `{{{name}}}`");
                report.add(
                    "path-parameter",
                    place,
                    problem,
                    "Add it to the path, or remove the parameter",
                );
            }
        }
    }
    for missing in templates.iter().filter(|name| !in_path.contains(name)) {
        let problem = format!("no parameter is declared for `{{{missing}}}` of the path");
        report.add(
            "path-parameter",
            operation,
            problem,
            "Add it to `parameters`, with `in: path`",
        );
    }
}

fn parameter(report: &mut Report<'_>, place: &Place<'_>) {
    let location = place.node.text_at("in").unwrap_or_default();
    let required = place.node.is_true_at("required");
    match location {
        "path" if !required => {
            let problem = "a parameter of the path is always required";
            report.add("path-parameter", place, problem, "Write `required: true`");
        }
        "path" | "query" => {}
        "header" => {
            let problem = "a header parameter would bypass the rules for credentials";
            let remedy =
                "Declare a token as a security scheme, and leave other headers to the client";
            report.add("header-parameter", place, problem, remedy);
        }
        other => {
            let problem = format!("`in: {other}` is not supported");
            report.add("parameter-in", place, problem, "Write path or query");
        }
    }
    let explode = place.node.get("explode").is_none() || place.node.is_true_at("explode");
    let usual = if location == "path" { "simple" } else { "form" };
    let style = place.node.text_at("style").unwrap_or(usual);
    if (!explode && location == "query") || style != usual {
        let problem = "a list is always sent by repeating the name";
        let remedy = format!("Write `style: {usual}` and `explode: true`, or neither");
        report.add("parameter-style", place, problem, remedy);
    }
    if !has_setter(report, place.node, location) {
        let remedy = "A parameter is a text, a number, a boolean, a time or an open enum, or in the query a list of those";
        report.add(
            "parameter-schema",
            place,
            "no argument or setter can take this value",
            remedy,
        );
    }
    if required && !has_example(report, place.node) {
        let problem = "the documentation shows a call with every required parameter, and has no value for this one";
        report.add("parameter-example", place, problem, "Add an `example`");
    }
}

fn has_setter(report: &Report<'_>, parameter: &Node, location: &str) -> bool {
    let Some(schema) = parameter.get("schema") else {
        return false;
    };
    // A reference to nothing is found by a rule of its own.
    let Some(resolved) = report.spec.resolve(schema) else {
        return true;
    };
    let list = resolved.text_at("type") == Some("array");
    let item = if list {
        resolved.get("items")
    } else {
        Some(schema)
    };
    match item.and_then(|item| value_type(report.spec, item)) {
        // It may refuse a value, which only an argument of the path can report.
        Some(Type::HandWritten(hand_written)) => {
            !list && location == "path" && hand_written.argument.is_some()
        }
        Some(_) => !list || location == "query",
        None => false,
    }
}

fn has_example(report: &Report<'_>, parameter: &Node) -> bool {
    let schema = parameter
        .get("schema")
        .and_then(|schema| report.spec.resolve(schema));
    let own = parameter
        .get("example")
        .or_else(|| parameter.get("examples"));
    own.or_else(|| schema?.get("example")).is_some()
}

fn body(report: &mut Report<'_>, place: &Place<'_>) {
    if place.is_reference() {
        let problem = "a shared request body is not known to the generator";
        report.add("request-body", place, problem, "Write it where it is used");
        return;
    }
    let content = place.each_at("content", Kind::MediaType);
    let [media] = content.as_slice() else {
        report.add(
            "request-body",
            place,
            "the body is not JSON alone",
            "Write `application/json`",
        );
        return;
    };
    if media.name() != "application/json" {
        report.add(
            "request-body",
            media,
            "the body is not JSON",
            "Write `application/json`",
        );
    }
    let schema = media.node.get("schema");
    let name = schema.and_then(schema_reference);
    if name.and_then(|name| shape(report.spec, name)) != Some(Shape::Struct) {
        let remedy = "Move its schema to components/schemas, with `properties`, and `$ref` it";
        report.add(
            "request-body",
            place,
            "the body is not a named object",
            remedy,
        );
        return;
    }
    let required = schema
        .and_then(|schema| report.spec.resolve(schema))
        .and_then(|schema| schema.items_at("required").next());
    if required.is_some() && !place.node.is_true_at("required") {
        let problem = "the body is optional, and cannot be empty";
        report.add(
            "request-body",
            place,
            problem,
            "Write `required: true`, or make its properties optional",
        );
    }
}
