//! Paths, parameters and request bodies that a builder can be made for.

use std::collections::BTreeMap;

use super::Report;
use super::places::{Kind, Place};
use crate::load::schema_reference;
use crate::names;
use crate::tree::Node;

/// Methods and fields that each builder has.
const TAKEN: &[&str] = &[
    "body",
    "client",
    "clone",
    "inner",
    "into",
    "into_future",
    "iter",
    "iter_as",
    "new",
    "pages",
    "pages_as",
    "request",
    "runtime",
    "send",
    "send_as",
    "stream",
    "stream_as",
    "try_into",
    "variable",
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
        report.add(
            "path",
            place,
            "the path does not begin with a slash",
            format!("Write `/{path}`"),
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
                let problem = format!("`{segment}` is part parameter, part text");
                report.add("path", place, problem, "A parameter takes a whole segment");
            }
            None => {}
        }
    }
    let operations: Vec<_> = place
        .node
        .entries()
        .filter(|(key, _)| crate::document::VERBS.contains(key))
        .collect();
    for (verb, operation) in operations {
        let pointer = crate::tree::below(&place.pointer, verb);
        let operation = Place {
            pointer,
            node: operation,
            kind: Kind::Operation,
        };
        parameters(report, place, &operation, &templates);
    }
}

/// What the parameters of one operation are to each other and to its path.
fn parameters(
    report: &mut Report<'_>,
    item: &Place<'_>,
    operation: &Place<'_>,
    templates: &[&str],
) {
    let all = [
        item.items_at("parameters", Kind::Parameter),
        operation.items_at("parameters", Kind::Parameter),
    ]
    .concat();
    let mut fields = BTreeMap::new();
    let mut in_path = Vec::new();
    for place in all {
        let Some(parameter) = report.spec.resolve(place.node) else {
            continue;
        };
        let name = parameter.text_at("name").unwrap_or_default();
        let field = names::field(name);
        if TAKEN.contains(&field.as_str()) {
            let problem = format!("each builder has something called `{field}` already");
            report.add(
                "parameter-name",
                &place,
                problem,
                "Such a parameter needs support in codegen/src/names.rs",
            );
        }
        if let Some(other) = fields.insert(field.clone(), name) {
            let problem = format!("`{name}` and `{other}` would both become the setter `{field}`");
            report.add("parameter-name", &place, problem, "Keep one of the two");
        }
        if parameter.text_at("in") == Some("path") {
            in_path.push(name);
            if !templates.contains(&name) {
                let problem = format!("the path has no `{{{name}}}`");
                report.add(
                    "path-parameter",
                    &place,
                    problem,
                    "Add it to the path, or remove the parameter",
                );
            }
        }
    }
    for missing in templates.iter().filter(|name| !in_path.contains(name)) {
        let problem = format!("`{{{missing}}}` of the path is no parameter");
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
    let style = place.node.text_at("style");
    match location {
        "path" => {
            if !place.node.is_true_at("required") {
                report.add(
                    "path-parameter",
                    place,
                    "a parameter of the path is always required",
                    "Write `required: true`",
                );
            }
        }
        "query" => {}
        "header" => {
            let problem = "a header would be sent twice, or past the rules for credentials";
            let remedy = "Model a token as a security scheme; leave other headers to the client";
            report.add("header-parameter", place, problem, remedy);
        }
        "cookie" => report.add(
            "cookie-parameter",
            place,
            "progenitor ignores cookies",
            "Leave it out",
        ),
        other => report.add(
            "parameter-in",
            place,
            format!("`in: {other}` is no place for a parameter"),
            "Write path or query",
        ),
    }
    let explode = place.node.get("explode").is_some() && !place.node.is_true_at("explode");
    let usual = if location == "path" { "simple" } else { "form" };
    if (explode && location != "path") || style.is_some_and(|style| style != usual) {
        let problem = "progenitor ignores this style, and sends a list by repeating the name";
        report.add(
            "parameter-style",
            place,
            problem,
            format!("Write `style: {usual}` and `explode: true`, or neither"),
        );
    }
    if place.node.get("schema").is_none() {
        report.add(
            "parameter-schema",
            place,
            "the parameter has no schema",
            "Add one",
        );
    }
    if !has_setter(report, place.node) {
        let remedy = "A parameter is a text, a number, a boolean, an open enum, or a list of those";
        report.add(
            "parameter-schema",
            place,
            "no setter is known for such a value",
            remedy,
        );
    }
    if place.node.is_true_at("required") && !has_example(report, place.node) {
        let problem = "the documentation shows each operation with its required parameters, and has no value for this";
        report.add("parameter-example", place, problem, "Add an `example`");
    }
}

/// Whether the schema is one that a setter can be made for. What is no schema at all is found by other rules.
fn has_setter(report: &Report<'_>, parameter: &Node) -> bool {
    let resolve = |node: Option<&Node>| Some(report.spec.resolve(node?)?.clone());
    let Some(schema) = resolve(parameter.get("schema")) else {
        return true;
    };
    match schema.text_at("type") {
        Some("object") => false,
        Some("array") => resolve(schema.get("items"))
            .is_none_or(|items| !matches!(items.text_at("type"), Some("array" | "object"))),
        _ => true,
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
        report.add(
            "request-body",
            place,
            "a shared request body is not known to the generator",
            "Write it where it belongs",
        );
        return;
    }
    let content: Vec<_> = place.node.entries_at("content").collect();
    let [("application/json", media)] = content.as_slice() else {
        report.add(
            "request-body",
            place,
            "the body is not JSON alone",
            "Write `application/json`",
        );
        return;
    };
    let schema = media.get("schema");
    if schema.and_then(schema_reference).is_none() {
        let remedy = "Move its schema to components/schemas and `$ref` it";
        report.add("request-body", place, "the body has no name", remedy);
    }
    let required = schema
        .and_then(|schema| report.spec.resolve(schema))
        .and_then(|schema| schema.get("required"));
    if required.is_some_and(|required| required.as_list().is_none_or(|list| !list.is_empty())) {
        let problem = "the builder begins with an empty body, and this one cannot be empty";
        report.add(
            "request-body",
            place,
            problem,
            "Make its properties optional, or teach codegen/src/emit to ask",
        );
    }
}
