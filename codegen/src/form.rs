//! The form of a document: which keys each object of OpenAPI has here, what they hold, and that references lead somewhere.
//!
//! What has this form is read by `read`, which need not doubt it. What OpenAPI allows beyond it would be lost, or would
//! change its meaning, in a client.

use crate::api::VERBS;
use crate::finding::Finding;
use crate::load::Spec;
use crate::place::Place;
use crate::report::Report;
use crate::tree::{Node, Value};

/// What to write for a reference that may be null.
pub(crate) const NULLABLE_REFERENCE: &str =
    "For a null, write `oneOf: [$ref, { type: boolean, nullable: true, enum: [null] }]`";

/// What OpenAPI calls the object.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Root,
    Components,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    MediaType,
    /// A schema with a description of its own: a component, or a property.
    Described(&'static str),
    Schema,
}

/// What a key holds.
#[derive(Clone, Copy)]
enum Form {
    /// Anything: it is not read, or not only here.
    Any,
    Text,
    Flag,
    Texts,
    TextByName,
    Object(Kind),
    List(Kind),
    ByName(Kind),
}

/// Returns what a key of an object holds, or `None` if it has no such key.
fn form(kind: Kind, key: &str) -> Option<Form> {
    use Form::{Any, ByName, Flag, List, Object, Text, TextByName, Texts};
    Some(match (kind, key) {
        (Kind::Root, "paths") => ByName(Kind::PathItem),
        (Kind::Root, "components") => Object(Kind::Components),
        (Kind::Root, "openapi") => Text,
        (Kind::Root, "info" | "servers" | "tags" | "security" | "externalDocs") => Any,
        (Kind::Components, "schemas") => ByName(Kind::Described("schema")),
        (Kind::Components, "parameters") => ByName(Kind::Parameter),
        (Kind::Components, "requestBodies") => ByName(Kind::RequestBody),
        (Kind::Components, "responses") => ByName(Kind::Response),
        (Kind::Components, "headers" | "examples" | "securitySchemes" | "links") => Any,
        (Kind::PathItem, "parameters") => List(Kind::Parameter),
        (Kind::PathItem, "summary" | "description") => Text,
        (Kind::PathItem, verb) if VERBS.contains(&verb) => Object(Kind::Operation),
        (Kind::Operation, "operationId" | "summary" | "description" | "x-fallback") => Text,
        (Kind::Operation, "deprecated") => Flag,
        (Kind::Operation, "tags" | "x-aliases" | "x-pagination") => Texts,
        (Kind::Operation, "parameters") => List(Kind::Parameter),
        (Kind::Operation, "requestBody") => Object(Kind::RequestBody),
        (Kind::Operation, "responses") => ByName(Kind::Response),
        (Kind::Operation, "security" | "externalDocs") => Any,
        (Kind::Parameter, "name" | "in" | "description" | "style" | "x-item-property") => Text,
        (Kind::Parameter, "required" | "deprecated" | "explode") => Flag,
        (Kind::Parameter, "schema") => Object(Kind::Schema),
        (Kind::Parameter, "example" | "examples") => Any,
        (Kind::RequestBody, "description") => Text,
        (Kind::RequestBody, "required") => Flag,
        (Kind::RequestBody | Kind::Response, "content") => ByName(Kind::MediaType),
        (Kind::Response, "description") => Text,
        (Kind::Response, "headers" | "links") => Any,
        (Kind::MediaType, "schema") => Object(Kind::Schema),
        (Kind::MediaType, "example" | "examples") => Any,
        (Kind::Described(_) | Kind::Schema, key) => match key {
            "type" | "format" | "description" => Text,
            "nullable" | "deprecated" => Flag,
            "oneOf" => List(Kind::Schema),
            "items" => Object(Kind::Schema),
            "properties" => ByName(Kind::Described("property")),
            "required" | "x-extensible-enum" => Texts,
            "x-enumDescriptions" => TextByName,
            "additionalProperties" | "example" => Any,
            _ => return None,
        },
        _ => return None,
    })
}

/// Returns what is wrong with the form of a document.
pub(crate) fn check(spec: &Spec) -> Result<(), Vec<Finding>> {
    let root = Place::root(&spec.root);
    let mut report = Report::new(spec);
    if !root.text("openapi").starts_with("3.0.") {
        report.add(
            &root,
            "progenitor reads OpenAPI 3.0 only. Write `openapi: 3.0.3`",
        );
    }
    object(spec, &root, Kind::Root, &mut report);
    report.finish(())
}

fn object(spec: &Spec, place: &Place<'_>, kind: Kind, report: &mut Report<'_>) {
    if place.node.as_map().is_none() {
        return report.add(
            place,
            format!("`{}` is not an object. Write a mapping", place.name()),
        );
    }
    if let Some(target) = place.at("$ref") {
        return reference(spec, place, &target, kind, report);
    }
    if is_null(place.node) {
        return;
    }
    for (key, _) in place.node.entries() {
        let Some(value) = place.at(key) else { continue };
        match form(kind, key) {
            Some(form) => check_value(spec, &value, form, report),
            None => report.add(&value, format!("`{key}` {}", reason(key))),
        }
    }
    let described = match kind {
        Kind::Operation => "operation",
        Kind::Parameter => "parameter",
        Kind::RequestBody => "request body",
        Kind::Described(what) => what,
        _ => return,
    };
    if place.text("description").is_empty() {
        let remedy = "Say what it is, and when it is absent or null";
        report.add(
            place,
            format!("the {described} has no description. {remedy}"),
        );
    }
}

fn check_value(spec: &Spec, place: &Place<'_>, form: Form, report: &mut Report<'_>) {
    let is_text = |node: &Node| node.as_text().is_some();
    let expected = match (form, &place.node.value) {
        (Form::Any, _) | (Form::Text, Value::Text(_)) | (Form::Flag, Value::Bool(_)) => return,
        (Form::Object(kind), _) => return object(spec, place, kind, report),
        (Form::List(kind), Value::List(_)) | (Form::ByName(kind), Value::Map(_)) => {
            let children = place.children();
            return children
                .iter()
                .for_each(|child| object(spec, child, kind, report));
        }
        (Form::Texts, Value::List(_)) | (Form::TextByName, Value::Map(_)) => {
            for child in place.children().iter().filter(|child| !is_text(child.node)) {
                report.add(child, "the value is not a string. Quote it");
            }
            return;
        }
        (Form::Text, _) => "a string. Write one, in quotes if it looks like something else",
        (Form::Flag, _) => "a boolean. Write true or false",
        (Form::List(_) | Form::Texts, _) => "a list. Write one, if only of one value",
        (Form::ByName(_) | Form::TextByName, _) => "an object. Write a mapping",
    };
    let expected = match (place.name().as_str(), form) {
        ("type", Form::Text) => {
            "the name of a type. Write one; what may be null also has `nullable: true`"
        }
        _ => expected,
    };
    report.add(place, format!("`{}` is not {expected}", place.name()));
}

/// Checks that a reference leads to a component of the same kind in this file, and that nothing stands beside it.
fn reference(
    spec: &Spec,
    place: &Place<'_>,
    target: &Place<'_>,
    kind: Kind,
    report: &mut Report<'_>,
) {
    let components = match kind {
        Kind::Parameter => "parameters",
        Kind::RequestBody => "requestBodies",
        Kind::Response => "responses",
        Kind::Schema | Kind::Described(_) => "schemas",
        _ => {
            return report.add(
                target,
                "references are not supported here. Write the object itself",
            );
        }
    };
    let text = target.node.as_text().unwrap_or_default();
    let name = text.strip_prefix(&format!("#/components/{components}/"));
    if name.is_none_or(|name| spec.component(components, name).is_none()) {
        let problem = match (spec.root.resolve(place.node), name) {
            (None, _) => "does not exist",
            (Some(_), Some(_)) => "is only a part of a component",
            (Some(_), None) => "does not belong here",
        };
        let message =
            format!("`{text}` {problem}. Refer to something in #/components/{components}/");
        report.add(target, message);
    } else if spec.root.resolve(place.node).is_none() {
        report.add(
            target,
            format!("`{text}` refers to itself. Write the object itself"),
        );
    }
    // Only the target of a reference is read.
    for (key, _) in place.node.entries().filter(|(key, _)| *key != "$ref") {
        let remedy = if key == "nullable" {
            NULLABLE_REFERENCE
        } else {
            "Move it to the target"
        };
        report.add(place, format!("`{key}` is ignored beside `$ref`. {remedy}"));
    }
}

/// Returns whether a schema is the null of a nullable reference.
pub(crate) fn is_null(schema: &Node) -> bool {
    let values = schema.get("enum").and_then(Node::as_list);
    matches!(values, Some([value]) if matches!(value.value, Value::Null))
        && schema.is_true_at("nullable")
        && schema.get("type").is_some()
}

/// Returns why a key is rejected, and what to write instead.
fn reason(key: &str) -> &'static str {
    match key {
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
            "becomes a NonZero type, or has no effect. State the bounds in the description"
        }
        "pattern" | "minLength" | "maxLength" => {
            "becomes a type that rejects what newer servers send. State it in the description"
        }
        "minItems" | "maxItems" | "uniqueItems" => {
            "becomes a set or an array instead of a Vec. State it in the description"
        }
        "default" => {
            "makes an absent value look like one that was sent. Describe what absence means"
        }
        "enum" => {
            "rejects the values of newer servers. Write `x-extensible-enum` and `x-enumDescriptions`"
        }
        "anyOf" => {
            "becomes a struct in which no value fits. Leave out the type and describe the forms"
        }
        "allOf" => "is merged by each generator in its own way. Write the properties out",
        "not" => "has no Rust type. Describe what the value is instead",
        "discriminator" => "is ignored by progenitor. Remove it",
        "title" => "renames the type. Name the schema in components/schemas",
        "servers" => "would be ignored: a client sends all requests to one server. Remove it",
        _ if key.starts_with("x-") => {
            "is not known here. A schema takes x-extensible-enum and x-enumDescriptions, an operation the lists x-aliases and x-pagination, and x-fallback, and an optional text parameter x-item-property"
        }
        _ => "is not supported. Correct its spelling, or remove it",
    }
}
