//! The parts of a linted spec that the passes and emitters ask for, without YAML in between.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::load::{Spec, schema_reference};
use crate::names;
use crate::tree::{Node, Value};

/// Verbs a path can have, in the order of the specification.
pub(crate) const VERBS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// What is generated: types and operations, both in the order of the spec.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) types: IndexMap<String, Type>,
    pub(crate) operations: Vec<Operation>,
}

/// A schema that becomes a type.
#[derive(Debug)]
pub(crate) struct Type {
    pub(crate) description: String,
    pub(crate) shape: Shape,
    /// Whether a user of the SDK makes one, to send it.
    pub(crate) is_sent: bool,
}

/// What kind of type a schema becomes.
#[derive(Debug)]
pub(crate) enum Shape {
    Struct(IndexMap<String, Property>),
    /// Descriptions by value.
    OpenEnum(IndexMap<String, String>),
    /// A list with a name of its own, because a parameter takes it.
    List,
    /// An object of which the spec says nothing.
    FreeForm,
}

/// A property of a struct.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) description: String,
    pub(crate) required: bool,
    pub(crate) list: bool,
    /// Whether it is a point in time.
    pub(crate) timestamp: bool,
    /// Whether it is not to be shown.
    pub(crate) secret: bool,
}

/// An operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    /// In capitals.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) parameters: Vec<Parameter>,
    /// Description of the request body, if there is one.
    pub(crate) body: Option<String>,
    /// The kinds of paging, `keyset` and `offset`.
    pub(crate) pagination: Vec<String>,
    /// Whether it takes the tokens of jobs and no others.
    pub(crate) job_token_only: bool,
}

/// A parameter of an operation.
#[derive(Debug)]
pub(crate) struct Parameter {
    /// Its name on the wire.
    pub(crate) name: String,
    pub(crate) required: bool,
    pub(crate) description: String,
    pub(crate) example: Option<serde_json::Value>,
}

impl Document {
    pub(crate) fn read(spec: &Spec) -> Self {
        let sent = sent_schemas(spec);
        let types = spec
            .components("schemas")
            .filter_map(|(name, schema)| {
                let shape = shape(spec, name, schema)?;
                let description = text(schema, "description");
                Some((
                    name.to_owned(),
                    Type {
                        description,
                        shape,
                        is_sent: sent.contains(name),
                    },
                ))
            })
            .collect();
        let operations = operations(spec)
            .map(|place| read_operation(spec, &place))
            .collect();
        Self { types, operations }
    }
}

/// An operation where it stands in the spec.
pub(crate) struct OperationPlace<'a> {
    pub(crate) path: &'a str,
    pub(crate) item: &'a Node,
    pub(crate) verb: &'a str,
    pub(crate) node: &'a Node,
}

/// The operations of a spec in the order of the file.
pub(crate) fn operations(spec: &Spec) -> impl Iterator<Item = OperationPlace<'_>> {
    spec.root.entries_at("paths").flat_map(|(path, item)| {
        item.entries()
            .filter(|(verb, _)| VERBS.contains(verb))
            .map(move |(verb, node)| OperationPlace {
                path,
                item,
                verb,
                node,
            })
    })
}

/// Whether uses of a named schema become what it stands for, without a type of its own: a plain string, and a list
/// that no parameter takes.
pub(crate) fn is_inlined(spec: &Spec, name: &str) -> bool {
    spec.component("schemas", name).is_some_and(|schema| {
        names::hand_written(name).is_none() && shape(spec, name, schema).is_none()
    })
}

fn shape(spec: &Spec, name: &str, schema: &Node) -> Option<Shape> {
    if names::hand_written(name).is_some() {
        return None;
    }
    match schema.text_at("type")? {
        "object" if schema.get("properties").is_some() => {
            Some(Shape::Struct(read_properties(spec, schema)))
        }
        "object" => Some(Shape::FreeForm),
        "array" => is_parameter(spec, name).then_some(Shape::List),
        _ => {
            let descriptions = schema.get("x-enumDescriptions");
            let values = schema
                .get("x-extensible-enum")?
                .as_list()?
                .iter()
                .filter_map(Node::as_text);
            let described = |value| descriptions.map(|all| text(all, value)).unwrap_or_default();
            Some(Shape::OpenEnum(
                values
                    .map(|value| (value.to_owned(), described(value)))
                    .collect(),
            ))
        }
    }
}

fn is_parameter(spec: &Spec, name: &str) -> bool {
    operations(spec).any(|place| {
        parameters(spec, &place).any(|parameter| {
            parameter
                .get("schema")
                .is_some_and(|schema| schema_reference(schema) == Some(name))
        })
    })
}

fn parameters<'a>(spec: &'a Spec, place: &OperationPlace<'a>) -> impl Iterator<Item = &'a Node> {
    let shared = place.item.items_at("parameters");
    shared
        .chain(place.node.items_at("parameters"))
        .filter_map(|parameter| spec.resolve(parameter))
}

fn read_properties(spec: &Spec, schema: &Node) -> IndexMap<String, Property> {
    let required = |name: &str| schema.texts_at("required").any(|required| required == name);
    schema
        .entries_at("properties")
        .map(|(name, property)| {
            // A bare `$ref` has no room for words of its own, so it borrows the first paragraph of its target's.
            let described = if property.get("description").is_some() {
                Some(property)
            } else {
                spec.resolve(property)
            };
            let description = described
                .map(|node| text(node, "description"))
                .unwrap_or_default();
            let description = description
                .split("\n\n")
                .next()
                .unwrap_or_default()
                .to_owned();
            (
                name.to_owned(),
                Property {
                    description,
                    required: required(name),
                    list: property.text_at("type") == Some("array"),
                    timestamp: property.text_at("format") == Some("date-time"),
                    secret: property.text_at("format") == Some("password"),
                },
            )
        })
        .collect()
}

fn read_operation(spec: &Spec, place: &OperationPlace<'_>) -> Operation {
    let node = place.node;
    let body = node.get("requestBody").and_then(|body| spec.resolve(body));
    Operation {
        id: text(node, "operationId"),
        method: place.verb.to_uppercase(),
        path: place.path.to_owned(),
        summary: text(node, "summary"),
        description: text(node, "description"),
        parameters: parameters(spec, place)
            .map(|parameter| read_parameter(spec, parameter))
            .collect(),
        body: body.map(|body| text(body, "description")),
        pagination: node.texts_at("x-pagination").map(str::to_owned).collect(),
        job_token_only: takes(spec, node, "JOB-TOKEN") && !takes(spec, node, "PRIVATE-TOKEN"),
    }
}

/// Whether the operation itself asks for a token in this header.
fn takes(spec: &Spec, operation: &Node, header: &str) -> bool {
    let mut schemes = operation
        .items_at("security")
        .flat_map(Node::entries)
        .map(|(name, _)| name);
    schemes.any(|name| {
        spec.component("securitySchemes", name)
            .and_then(|scheme| scheme.text_at("name"))
            == Some(header)
    })
}

fn read_parameter(spec: &Spec, node: &Node) -> Parameter {
    let schema = node.get("schema").and_then(|schema| spec.resolve(schema));
    let first = || {
        node.get("examples")
            .and_then(Node::as_map)?
            .values()
            .next()?
            .get("value")
    };
    let example = node
        .get("example")
        .or_else(|| schema?.get("example"))
        .or_else(first);
    Parameter {
        name: text(node, "name"),
        required: node.is_true_at("required"),
        description: text(node, "description"),
        example: example.map(Node::to_json),
    }
}

/// Names of the schemas in request bodies, and of all they refer to.
fn sent_schemas(spec: &Spec) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for place in operations(spec) {
        let body = place
            .node
            .get("requestBody")
            .and_then(|body| spec.resolve(body));
        if let Some(content) = body.and_then(|body| body.get("content")) {
            collect_references(spec, content, &mut found);
        }
    }
    found
}

/// Adds the names of all schemas that a value refers to, directly or through others.
pub(crate) fn collect_references(spec: &Spec, node: &Node, found: &mut BTreeSet<String>) {
    if let Some(name) = schema_reference(node)
        && found.insert(name.to_owned())
        && let Some(schema) = spec.component("schemas", name)
    {
        collect_references(spec, schema, found);
    }
    match &node.value {
        Value::Map(map) => map
            .values()
            .for_each(|node| collect_references(spec, node, found)),
        Value::List(list) => list
            .iter()
            .for_each(|node| collect_references(spec, node, found)),
        _ => {}
    }
}

fn text(node: &Node, key: &str) -> String {
    node.text_at(key).unwrap_or_default().trim().to_owned()
}
