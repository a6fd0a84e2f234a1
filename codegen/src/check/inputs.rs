//! Paths, parameters and request bodies for which a builder can be generated.

use super::Report;
use super::names::Scope;
use super::places::{Kind, Place};
use crate::api::{self, Shape, Type, VERBS, shape};
use crate::load::schema_reference;
use crate::names;

/// Arguments, methods and fields that each builder has.
const BUILDER: &str = "body client clone inner input inputs into into_future iter iter_as new pages pages_as project request \
                       runtime send send_as stream stream_as try_into variable variables";

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| match place.kind {
        Kind::PathItem => path(report, place),
        Kind::Parameter if !place.is_reference() => parameter(report, place),
        Kind::RequestBody if !place.is_reference() => body(report, place),
        _ => {}
    });
}

fn path(report: &mut Report<'_>, place: &Place<'_>) {
    let path = place.name();
    if !path.starts_with('/') {
        report.add(
            place,
            format!("the path has no leading slash. Write `/{path}`"),
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
                let message = format!(
                    "only a part of `{segment}` is a parameter. Let it take the whole segment"
                );
                report.add(place, message);
            }
            None => {}
        }
    }
    for operation in VERBS.iter().filter_map(|verb| place.at(verb)) {
        let shared = place.each_at("parameters", Kind::Parameter);
        let own = operation.each_at("parameters", Kind::Parameter);
        parameters(report, &operation, &[shared, own].concat(), &templates);
    }
}

/// Checks the parameters of an operation against each other and against its path.
fn parameters(
    report: &mut Report<'_>,
    operation: &Place<'_>,
    parameters: &[Place<'_>],
    templates: &[&str],
) {
    let mut names = Scope::new(BUILDER.split(' '), "something that every builder has");
    let mut in_path = Vec::new();
    for place in parameters {
        let Some(parameter) = report.spec.resolve(place.node) else {
            continue;
        };
        let name = parameter.text_at("name").unwrap_or_default();
        names.claim(report, place, name, &names::field(name));
        if parameter.text_at("in") == Some("path") {
            in_path.push(name);
            if !templates.contains(&name) {
                report.add(
                    place,
                    format!("the path has no `{{{name}}}`. Add it, or remove the parameter"),
                );
            }
        }
    }
    for missing in templates.iter().filter(|name| !in_path.contains(name)) {
        let message = format!(
            "`{{{missing}}}` of the path is not a parameter. Add it to `parameters`, with `in: path`"
        );
        report.add(operation, message);
    }
}

fn parameter(report: &mut Report<'_>, place: &Place<'_>) {
    let location = place.node.text_at("in").unwrap_or_default();
    let required = place.node.is_true_at("required");
    match location {
        "path" if !required => report.add(
            place,
            "a parameter of the path is not required. Write `required: true`",
        ),
        "path" | "query" => {}
        "header" => {
            let message = "header parameters would bypass the rules for credentials. Declare a token as a security scheme, \
                           and leave other headers to the client";
            report.add(place, message);
        }
        _ => report.add(
            place,
            format!("`in: {location}` is not supported. Write path or query"),
        ),
    }
    let usual = if location == "path" { "simple" } else { "form" };
    let explodes = place.node.get("explode").is_none() || place.node.is_true_at("explode");
    if place
        .node
        .text_at("style")
        .is_some_and(|style| style != usual)
        || (location == "query" && !explodes)
    {
        report.add(
            place,
            "lists are always sent by repeating the name. Remove `style` and `explode`",
        );
    }
    let is_settable = match api::parameter_type(report.spec, place.node) {
        // It may reject a value, which only an argument of the path can report.
        Some((Type::HandWritten(it), list)) => !list && location == "path" && it.argument.is_some(),
        Some((_, list)) => !list || location == "query",
        None => false,
    };
    if !is_settable {
        let message = "no argument or setter can take this value. Make it a string, a number, a boolean, a time or an \
                       open enum, or in the query a list of those";
        report.add(place, message);
    }
    if required && api::example(report.spec, place.node).is_none() {
        let message =
            "the documentation has no value to show for this required parameter. Add an `example`";
        report.add(place, message);
    }
}

fn body(report: &mut Report<'_>, place: &Place<'_>) {
    let content = place.each_at("content", Kind::MediaType);
    let [media] = &content[..] else {
        return report.add(place, "the body is not only JSON. Write `application/json`");
    };
    if media.name() != "application/json" {
        report.add(media, "the body is not JSON. Write `application/json`");
    }
    let name = media
        .node
        .get("schema")
        .and_then(schema_reference)
        .unwrap_or_default();
    if shape(report.spec, name) != Some(Shape::Struct) {
        let message = "the body is not a named object. Move its schema to components/schemas, with `properties`, and `$ref` it";
        return report.add(place, message);
    }
    let schema = report.spec.component("schemas", name);
    if schema.is_some_and(|schema| schema.get("required").is_some())
        && !place.node.is_true_at("required")
    {
        let message = "the body is optional, but has required properties. Write `required: true`, or make them optional";
        report.add(place, message);
    }
}
