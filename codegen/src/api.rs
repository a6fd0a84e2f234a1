//! The part of a checked spec that becomes Rust, without YAML in between.

use indexmap::IndexMap;

use crate::load::{Spec, schema_reference};
use crate::names;
use crate::tree::Node;

/// Verbs a path can have, in the order of the OpenAPI specification.
pub(crate) const VERBS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// What is generated, in the order of the spec.
#[derive(Debug, Default)]
pub(crate) struct Api {
    pub(crate) structs: IndexMap<String, Struct>,
    pub(crate) enums: IndexMap<String, OpenEnum>,
    pub(crate) operations: Vec<Operation>,
}

/// An object with properties. progenitor writes the struct; this is what it does not keep.
#[derive(Debug)]
pub(crate) struct Struct {
    /// Descriptions by property, in the order of the spec.
    pub(crate) properties: IndexMap<String, String>,
}

#[derive(Debug)]
pub(crate) struct OpenEnum {
    pub(crate) description: String,
    /// Descriptions by value.
    pub(crate) values: IndexMap<String, String>,
}

#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    /// In capitals.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) deprecated: bool,
    /// In the order of the URL, then in the order of the spec.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) response: Response,
    /// The kinds of pagination, `keyset` and `offset`.
    pub(crate) pagination: Vec<String>,
    /// Which kinds of tokens it accepts: a variant of the SDK's `Tokens`.
    pub(crate) tokens: &'static str,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    /// Its name in the URL.
    pub(crate) name: String,
    pub(crate) in_path: bool,
    pub(crate) required: bool,
    pub(crate) description: String,
    pub(crate) ty: Type,
    /// Whether it takes several values of the type.
    pub(crate) list: bool,
    pub(crate) example: Option<serde_json::Value>,
}

/// The type of a parameter's value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    /// A number, a boolean or a time, by the name of its Rust type.
    Scalar(&'static str),
    Text,
    Enum(String),
    /// A type written by hand, which may refuse a value.
    HandWritten(&'static names::HandWritten),
}

#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) description: String,
    pub(crate) ty: String,
    /// Whether it has properties that must be given, so that there is no empty one to begin with.
    pub(crate) required: bool,
}

/// What a successful response holds.
#[derive(Debug, PartialEq)]
pub(crate) enum Response {
    Empty,
    One(String),
    List(String),
    /// A body that is streamed: a type written by hand, or any file.
    Stream(Option<&'static names::HandWritten>),
}

impl Operation {
    /// The parameters that are arguments of the call.
    pub(crate) fn required(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters
            .iter()
            .filter(|parameter| parameter.required)
    }

    /// The body, if it is an argument of the call.
    pub(crate) fn required_body(&self) -> Option<&Body> {
        self.body.as_ref().filter(|body| body.required)
    }
}

impl Type {
    /// Its name in Rust.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Scalar(name) => name,
            Self::Text => "String",
            Self::Enum(name) => name,
            Self::HandWritten(hand_written) => hand_written.schema,
        }
    }
}

impl Api {
    pub(crate) fn read(spec: &Spec) -> Self {
        let reachable = reachable_schemas(spec);
        let mut api = Self {
            structs: IndexMap::new(),
            enums: IndexMap::new(),
            operations: operations(spec)
                .map(|place| operation(spec, &place))
                .collect(),
        };
        for (name, schema) in spec.components("schemas") {
            match shape(spec, name) {
                Some(Shape::Struct) if reachable.contains(&name) => {
                    api.structs
                        .insert(name.to_owned(), read_struct(spec, schema));
                }
                Some(Shape::Enum) if reachable.contains(&name) => {
                    api.enums.insert(name.to_owned(), read_enum(schema));
                }
                _ => {}
            }
        }
        api
    }
}

/// An operation and where it is in the spec.
pub(crate) struct OperationPlace<'a> {
    pub(crate) path: &'a str,
    pub(crate) item: &'a Node,
    pub(crate) verb: &'a str,
    pub(crate) node: &'a Node,
}

impl<'a> OperationPlace<'a> {
    /// Its parameters, those of the path included.
    fn parameters(&self, spec: &'a Spec) -> impl Iterator<Item = &'a Node> {
        let shared = self.item.items_at("parameters");
        shared
            .chain(self.node.items_at("parameters"))
            .filter_map(|parameter| spec.resolve(parameter))
    }

    fn body(&self, spec: &'a Spec) -> Option<&'a Node> {
        spec.resolve(self.node.get("requestBody")?)
    }
}

/// The successful responses of an operation.
fn success<'a>(spec: &'a Spec, operation: &'a Node) -> impl Iterator<Item = &'a Node> {
    let responses = operation
        .entries_at("responses")
        .filter(|(status, _)| status.starts_with('2'));
    responses.filter_map(|(_, response)| spec.resolve(response))
}

/// What the first successful response of an operation holds, as all of them do.
pub(crate) fn response(spec: &Spec, operation: &Node) -> Option<Response> {
    success(spec, operation)
        .flat_map(|response| contents(spec, response))
        .next()?
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

/// What a named schema becomes in Rust.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    Struct,
    Enum,
    HandWritten(&'static names::HandWritten),
}

/// What a named schema becomes in Rust; `None` for one that has no type of its own: a plain text, a list, or an object of
/// any form stands where it is used.
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

/// The schemas that parameters, bodies and successful responses lead to. Bodies of errors are read without a schema, in
/// whatever shape they come.
fn reachable_schemas(spec: &Spec) -> Vec<&str> {
    let mut found = Vec::new();
    for place in operations(spec) {
        for node in place
            .parameters(spec)
            .chain(place.body(spec))
            .chain(success(spec, place.node))
        {
            collect(spec, node, &mut found);
        }
    }
    found
}

/// Adds the names of all schemas that a value refers to, directly or through others.
fn collect<'a>(spec: &'a Spec, node: &'a Node, found: &mut Vec<&'a str>) {
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

fn read_struct(spec: &Spec, schema: &Node) -> Struct {
    let properties = schema.entries_at("properties").map(|(name, property)| {
        // A bare `$ref` has no room for words of its own, so it borrows the first paragraph of its target's.
        let described = Some(property).filter(|property| property.get("description").is_some());
        let description = described
            .or_else(|| spec.resolve(property))
            .map(|node| text(node, "description"))
            .unwrap_or_default();
        let paragraph = description.split("\n\n").next().unwrap_or_default();
        (name.to_owned(), paragraph.to_owned())
    });
    Struct {
        properties: properties.collect(),
    }
}

fn read_enum(schema: &Node) -> OpenEnum {
    let descriptions = schema.get("x-enumDescriptions");
    let described = |value: &str| descriptions.map(|all| text(all, value)).unwrap_or_default();
    OpenEnum {
        description: text(schema, "description"),
        values: schema
            .texts_at("x-extensible-enum")
            .map(|value| (value.to_owned(), described(value)))
            .collect(),
    }
}

fn operation(spec: &Spec, place: &OperationPlace<'_>) -> Operation {
    let node = place.node;
    let mut parameters: Vec<_> = place
        .parameters(spec)
        .map(|node| parameter(spec, node))
        .collect();
    let in_url = |parameter: &Parameter| place.path.find(&format!("{{{}}}", parameter.name));
    // A stable sort: what is not in the path keeps its place after it.
    parameters.sort_by_key(|parameter| {
        in_url(parameter)
            .filter(|_| parameter.in_path)
            .unwrap_or(usize::MAX)
    });
    Operation {
        id: text(node, "operationId"),
        method: place.verb.to_uppercase(),
        path: place.path.to_owned(),
        summary: text(node, "summary"),
        description: text(node, "description"),
        deprecated: node.is_true_at("deprecated"),
        parameters,
        body: place.body(spec).and_then(|node| body(spec, node)),
        response: response(spec, node).unwrap_or(Response::Empty),
        pagination: node.texts_at("x-pagination").map(str::to_owned).collect(),
        tokens: tokens(spec, node),
    }
}

fn parameter(spec: &Spec, node: &Node) -> Parameter {
    let (ty, list) = parameter_type(spec, node).unwrap_or((Type::Text, false));
    Parameter {
        name: text(node, "name"),
        in_path: node.text_at("in") == Some("path"),
        required: node.is_true_at("required"),
        description: text(node, "description"),
        ty,
        list,
        example: example(spec, node).and_then(|value| serde_json::to_value(value).ok()),
    }
}

/// The type of a parameter, and whether it is a list of that; `None` where no setter could take one.
pub(crate) fn parameter_type(spec: &Spec, parameter: &Node) -> Option<(Type, bool)> {
    let schema = parameter.get("schema")?;
    let items = spec.resolve(schema)?.get("items");
    Some((value_type(spec, items.unwrap_or(schema))?, items.is_some()))
}

/// The value that the documentation shows for a parameter.
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

fn body(spec: &Spec, node: &Node) -> Option<Body> {
    let (_, media) = node.entries_at("content").next()?;
    let name = schema_reference(media.get("schema")?)?;
    let required = spec
        .component("schemas", name)?
        .items_at("required")
        .next()
        .is_some();
    Some(Body {
        description: text(node, "description"),
        ty: name.to_owned(),
        required: required || node.is_true_at("required"),
    })
}

/// What a response holds in each of its media types; `None` for what has no Rust type.
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

fn text(node: &Node, key: &str) -> String {
    node.text_at(key).unwrap_or_default().trim().to_owned()
}
