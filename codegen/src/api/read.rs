//! Reads the API from the tree of a spec.

use super::{Api, Body, OpenEnum, Operation, Parameter, Response, Shape, Type};
use crate::load::{Spec, schema_reference};
use crate::names;
use crate::rustdoc;
use crate::tree::Node;

/// Verbs a path can have, in the order of the OpenAPI specification.
pub(crate) const VERBS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Reads the operations, and the schemas that their parameters, bodies and successful responses refer to. The SDK reads
/// error bodies in any shape, so their schemas are left out.
pub(crate) fn read(spec: &Spec) -> Api {
    let mut api = Api::default();
    let mut reachable = Vec::new();
    for (path, item) in spec.root.entries_at("paths") {
        for (verb, node) in item.entries().filter(|(verb, _)| VERBS.contains(verb)) {
            let parameters = item
                .items_at("parameters")
                .chain(node.items_at("parameters"));
            let parameters: Vec<_> = parameters.filter_map(|node| spec.resolve(node)).collect();
            let body = node.get("requestBody").and_then(|body| spec.resolve(body));
            for node in parameters
                .iter()
                .copied()
                .chain(body)
                .chain(success(spec, node))
            {
                collect(spec, node, &mut reachable);
            }
            api.operations.push(Operation {
                id: text(node, "operationId"),
                method: verb.to_uppercase(),
                path: path.to_owned(),
                description: described(node),
                aliases: node.texts_at("x-aliases").map(str::to_owned).collect(),
                deprecated: node.is_true_at("deprecated"),
                parameters: in_order(
                    path,
                    parameters
                        .iter()
                        .map(|node| parameter(spec, node))
                        .collect(),
                ),
                body: body.and_then(|node| read_body(spec, node)),
                response: response(spec, node).unwrap_or(Response::Empty),
                pagination: node.texts_at("x-pagination").map(str::to_owned).collect(),
                tokens: tokens(spec, node),
                fallback: node.text_at("x-fallback").map(str::to_owned),
            });
        }
    }
    for (name, schema) in spec
        .components("schemas")
        .filter(|(name, _)| reachable.contains(name))
    {
        match shape(spec, name) {
            Some(Shape::Struct) => {
                let properties = schema.entries_at("properties");
                let properties =
                    properties.map(|(name, node)| (name.to_owned(), description(spec, node)));
                api.structs.insert(name.to_owned(), properties.collect());
            }
            Some(Shape::Enum) => _ = api.enums.insert(name.to_owned(), read_enum(schema)),
            _ => {}
        }
    }
    api
}

/// Adds the names of all schemas that a value refers to, directly or through others.
pub(crate) fn collect<'a>(spec: &'a Spec, node: &'a Node, found: &mut Vec<&'a str>) {
    if let Some(name) = schema_reference(node)
        && !found.contains(&name)
    {
        found.push(name);
        if let Some(schema) = spec.component("schemas", name) {
            collect(spec, schema, found);
        }
    }
    node.children()
        .into_iter()
        .for_each(|(_, child)| collect(spec, child, found));
}

/// The successful responses of an operation.
fn success<'a>(spec: &'a Spec, operation: &'a Node) -> impl Iterator<Item = &'a Node> {
    let responses = operation
        .entries_at("responses")
        .filter(|(status, _)| status.starts_with('2'));
    responses.filter_map(|(_, response)| spec.resolve(response))
}

/// Returns the content of the first successful response of an operation. All others have the same.
pub(crate) fn response(spec: &Spec, operation: &Node) -> Option<Response> {
    success(spec, operation)
        .flat_map(|response| contents(spec, response))
        .next()?
}

/// Returns the description of a property. A bare `$ref` cannot have one, so it uses the first paragraph of its
/// target's.
fn description(spec: &Spec, property: &Node) -> String {
    if property.get("description").is_some() {
        return described(property);
    }
    let target = spec.resolve(property).map(described);
    let target = target.unwrap_or_default();
    target.split("\n\n").next().unwrap_or_default().to_owned()
}

fn read_enum(schema: &Node) -> OpenEnum {
    let descriptions = schema.get("x-enumDescriptions");
    let value_described = |value: &str| {
        descriptions
            .map(|all| rustdoc::description(&text(all, value)))
            .unwrap_or_default()
    };
    OpenEnum {
        description: described(schema),
        values: schema
            .texts_at("x-extensible-enum")
            .map(|value| (value.to_owned(), value_described(value)))
            .collect(),
    }
}

/// Puts the parameters of the path first, in its order; the others keep theirs.
fn in_order(path: &str, mut parameters: Vec<Parameter>) -> Vec<Parameter> {
    parameters.sort_by_key(|parameter| {
        let place = path.find(&format!("{{{}}}", parameter.name));
        place.filter(|_| parameter.in_path).unwrap_or(usize::MAX)
    });
    parameters
}

/// Returns the Rust type of a named schema, or `None` if it has none: a plain string, a list, or a free-form object is
/// inlined where it is used.
pub(crate) fn shape(spec: &Spec, name: &str) -> Option<Shape> {
    if let Some(hand_written) = names::hand_written(name) {
        return Some(Shape::HandWritten(hand_written));
    }
    let schema = spec.component("schemas", name)?;
    if schema.get("x-extensible-enum").is_some() {
        return Some(Shape::Enum);
    }
    schema.get("properties").map(|_| Shape::Struct)
}

fn parameter(spec: &Spec, node: &Node) -> Parameter {
    let (ty, list) = parameter_type(spec, node).unwrap_or((Type::Text, false));
    Parameter {
        name: text(node, "name"),
        in_path: node.text_at("in") == Some("path"),
        required: node.is_true_at("required"),
        description: described(node),
        ty,
        list,
        item_property: node.text_at("x-item-property").map(str::to_owned),
        example: example(spec, node).map(Node::to_json).unwrap_or_default(),
    }
}

/// Returns the type of a parameter, and whether it is a list of that type, or `None` if no setter could take one.
pub(crate) fn parameter_type(spec: &Spec, parameter: &Node) -> Option<(Type, bool)> {
    let schema = parameter.get("schema")?;
    let items = spec.resolve(schema)?.get("items");
    Some((value_type(spec, items.unwrap_or(schema))?, items.is_some()))
}

/// Returns the value that the documentation shows for a parameter.
pub(crate) fn example<'a>(spec: &'a Spec, parameter: &'a Node) -> Option<&'a Node> {
    let first = || parameter.entries_at("examples").next()?.1.get("value");
    let of_schema = || spec.resolve(parameter.get("schema")?)?.get("example");
    parameter.get("example").or_else(of_schema).or_else(first)
}

fn value_type(spec: &Spec, schema: &Node) -> Option<Type> {
    let name = schema_reference(schema).unwrap_or_default();
    match shape(spec, name) {
        Some(Shape::Enum) => return Some(Type::Enum(name.to_owned())),
        Some(Shape::HandWritten(hand_written)) => return Some(Type::HandWritten(hand_written)),
        Some(Shape::Struct) => return None,
        None => {}
    }
    let schema = spec.resolve(schema)?;
    Some(match (schema.text_at("type")?, schema.text_at("format")) {
        ("integer", Some("int32")) => Type::Scalar("u32"),
        ("integer", _) => Type::Scalar("u64"),
        ("number", Some("float")) => Type::Scalar("f32"),
        ("number", _) => Type::Scalar("f64"),
        ("boolean", _) => Type::Scalar("bool"),
        ("string", Some("date-time")) => Type::Scalar("DateTime<Utc>"),
        ("string", Some("date")) => Type::Scalar("NaiveDate"),
        ("string", _) => Type::Text,
        _ => return None,
    })
}

fn read_body(spec: &Spec, node: &Node) -> Option<Body> {
    let (_, media) = node.entries_at("content").next()?;
    let name = schema_reference(media.get("schema")?)?;
    let required = spec
        .component("schemas", name)?
        .items_at("required")
        .next()
        .is_some();
    Some(Body {
        description: described(node),
        ty: name.to_owned(),
        required: required || node.is_true_at("required"),
    })
}

/// Returns the content of a response for each of its media types, or `None` for one that has no Rust type.
pub(crate) fn contents(spec: &Spec, response: &Node) -> Vec<Option<Response>> {
    let contents = spec
        .resolve(response)
        .into_iter()
        .flat_map(|response| response.entries_at("content"));
    let contents: Vec<_> = contents
        .map(|(media_type, media)| content(spec, media_type, media.get("schema")?))
        .collect();
    if contents.is_empty() {
        vec![Some(Response::Empty)]
    } else {
        contents
    }
}

fn content(spec: &Spec, media_type: &str, schema: &Node) -> Option<Response> {
    let resolved = spec.resolve(schema)?;
    if media_type != "application/json" {
        let hand_written = schema_reference(schema).and_then(names::hand_written);
        return (resolved.text_at("format") == Some("binary"))
            .then_some(Response::Stream(hand_written));
    }
    let items = resolved.get("items");
    let name = schema_reference(items.unwrap_or(schema))?;
    match shape(spec, name)? {
        Shape::Struct if items.is_none() => Some(Response::One(name.to_owned())),
        Shape::Struct | Shape::Enum if items.is_some() => Some(Response::List(name.to_owned())),
        _ => None,
    }
}

fn tokens(spec: &Spec, operation: &Node) -> &'static str {
    let requirements = operation
        .get("security")
        .or_else(|| spec.root.get("security"));
    let Some(requirements) = requirements else {
        return "Any";
    };
    let accepts = |header: &str| {
        let list = requirements.as_list().unwrap_or_default();
        list.iter().flat_map(Node::entries).any(|(name, _)| {
            let scheme = spec.component("securitySchemes", name);
            scheme.and_then(|scheme| scheme.text_at("name")) == Some(header)
        })
    };
    match (accepts("JOB-TOKEN"), accepts("PRIVATE-TOKEN")) {
        (true, false) => "JobOnly",
        (false, true) => "NoJob",
        _ => "Any",
    }
}

/// The description of an object, as documentation.
fn described(node: &Node) -> String {
    rustdoc::description(&text(node, "description"))
}

fn text(node: &Node, key: &str) -> String {
    node.text_at(key).unwrap_or_default().trim().to_owned()
}
