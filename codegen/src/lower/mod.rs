//! Third step: the published spec, made pleasant for every generator, takes the form that progenitor needs.

mod answers;
mod formats;
mod inline;
mod nullable;
pub(crate) use nullable::nullable_reference;
mod open_enums;
mod trim;

use crate::document::VERBS;
use crate::error::Error;
use crate::load::Spec;
use crate::tree::Node;

/// Lowers a linted spec.
///
/// # Errors
///
/// When the spec holds a form that a lowering pass does not know, which the lint should have refused.
pub fn lower(spec: &Spec) -> Result<openapiv3::OpenAPI, Error> {
    let mut root = spec.root.clone();
    // Answers first: the later passes need not know error bodies. Trimming last: the others read what it drops.
    answers::keep_one_success(spec, &mut root)?;
    inline::inline_nameless(spec, &mut root)?;
    nullable::lower_nullable_references(&mut root)?;
    open_enums::close(&mut root)?;
    formats::make_unsigned(&mut root)?;
    trim::trim(&mut root)?;
    // Through text, because a Map of serde_json would sort what the spec has in an order of its own.
    let refused =
        |error: serde_json::Error| refusal("trim", format!("this is no OpenAPI document: {error}"));
    serde_json::from_str(&serde_json::to_string(&root).map_err(refused)?).map_err(refused)
}

fn refusal(pass: &'static str, problem: impl Into<String>) -> Error {
    Error::Lower {
        pass,
        problem: problem.into(),
    }
}

/// Calls `visit` on every operation.
fn for_each_operation(
    root: &mut Node,
    visit: &mut impl FnMut(&mut Node) -> Result<(), Error>,
) -> Result<(), Error> {
    let paths = root
        .as_map_mut()
        .and_then(|root| root.get_mut("paths"))
        .and_then(Node::as_map_mut);
    let operations = paths
        .into_iter()
        .flat_map(|paths| paths.values_mut())
        .filter_map(Node::as_map_mut)
        .flatten();
    operations
        .filter(|(verb, _)| VERBS.contains(&verb.as_str()))
        .try_for_each(|(_, operation)| visit(operation))
}

/// Calls `visit` on every schema, inner ones first. It knows where schemas stand, so that a property called
/// `example` or `format` is not taken for the keyword.
fn for_each_schema(
    root: &mut Node,
    visit: &mut impl FnMut(&mut Node) -> Result<(), Error>,
) -> Result<(), Error> {
    if let Some(components) = root
        .as_map_mut()
        .and_then(|root| root.get_mut("components"))
        .and_then(Node::as_map_mut)
    {
        if let Some(schemas) = components.get_mut("schemas").and_then(Node::as_map_mut) {
            schemas
                .values_mut()
                .try_for_each(|schema| schema_and_below(schema, visit))?;
        }
        if let Some(parameters) = components.get_mut("parameters").and_then(Node::as_map_mut) {
            parameters
                .values_mut()
                .try_for_each(|parameter| schema_of(parameter, visit))?;
        }
    }
    for_each_operation(root, &mut |operation| {
        let Some(operation) = operation.as_map_mut() else {
            return Ok(());
        };
        if let Some(Node {
            value: crate::tree::Value::List(parameters),
            ..
        }) = operation.get_mut("parameters")
        {
            parameters
                .iter_mut()
                .try_for_each(|parameter| schema_of(parameter, visit))?;
        }
        if let Some(body) = operation.get_mut("requestBody") {
            schemas_of_content(body, visit)?;
        }
        let responses = operation.get_mut("responses").and_then(Node::as_map_mut);
        let mut responses = responses
            .into_iter()
            .flat_map(|responses| responses.values_mut());
        responses.try_for_each(|response| schemas_of_content(response, visit))
    })
}

fn schemas_of_content(
    node: &mut Node,
    visit: &mut impl FnMut(&mut Node) -> Result<(), Error>,
) -> Result<(), Error> {
    let content = node
        .as_map_mut()
        .and_then(|node| node.get_mut("content"))
        .and_then(Node::as_map_mut);
    content
        .into_iter()
        .flat_map(|content| content.values_mut())
        .try_for_each(|media| schema_of(media, visit))
}

fn schema_of(
    node: &mut Node,
    visit: &mut impl FnMut(&mut Node) -> Result<(), Error>,
) -> Result<(), Error> {
    let schema = node.as_map_mut().and_then(|node| node.get_mut("schema"));
    schema
        .into_iter()
        .try_for_each(|schema| schema_and_below(schema, visit))
}

fn schema_and_below(
    schema: &mut Node,
    visit: &mut impl FnMut(&mut Node) -> Result<(), Error>,
) -> Result<(), Error> {
    if let Some(map) = schema.as_map_mut() {
        if let Some(items) = map.get_mut("items") {
            schema_and_below(items, visit)?;
        }
        if let Some(properties) = map.get_mut("properties").and_then(Node::as_map_mut) {
            properties
                .values_mut()
                .try_for_each(|property| schema_and_below(property, visit))?;
        }
    }
    visit(schema)
}
