//! What is generated, without YAML: every value of it has been read, so that nothing after this doubts it.

use indexmap::IndexMap;

use crate::names;

/// Verbs a path can have, in the order of the OpenAPI specification.
pub(crate) const VERBS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The API to generate, in the order of the spec.
#[derive(Debug, Default)]
pub(crate) struct Api {
    pub(crate) structs: IndexMap<String, Struct>,
    pub(crate) enums: IndexMap<String, OpenEnum>,
    pub(crate) operations: Vec<Operation>,
}

#[derive(Debug, Default)]
pub(crate) struct Struct {
    pub(crate) description: String,
    pub(crate) properties: IndexMap<String, Property>,
}

#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) description: String,
    pub(crate) required: bool,
    pub(crate) value: Value,
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
    pub(crate) description: String,
    /// What else people search the documentation for.
    pub(crate) aliases: Vec<String>,
    pub(crate) deprecated: bool,
    /// In the order of the URL, then in the order of the spec.
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) response: Response,
    /// The kinds of pagination, `keyset` and `offset`.
    pub(crate) pagination: Vec<String>,
    /// The kinds of tokens it accepts: a variant of the SDK's `Tokens`.
    pub(crate) tokens: &'static str,
    /// The operation that older servers have instead, by its id.
    pub(crate) fallback: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parameter {
    /// Its name in the URL.
    pub(crate) name: String,
    /// Its name in Rust.
    pub(crate) argument: String,
    pub(crate) in_path: bool,
    pub(crate) required: bool,
    pub(crate) description: String,
    pub(crate) ty: Type,
    /// Whether it takes several values.
    pub(crate) list: bool,
    /// The property by which the items of the list are filtered, if older servers ignore the parameter.
    pub(crate) item_property: Option<String>,
    /// The value that the documentation shows, or null.
    pub(crate) example: serde_json::Value,
}

/// A value, which may be null.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Value {
    pub(crate) ty: Type,
    pub(crate) nullable: bool,
}

/// The Rust type of a value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Type {
    /// A number, a boolean or a time, by the name of its Rust type.
    Scalar(&'static str),
    Text,
    /// A text that is not shown.
    Secret,
    /// Any JSON.
    Any,
    /// An object whose fields have no description.
    Map,
    List(Box<Value>),
    Struct(String),
    Enum(String),
    /// A type written by hand.
    HandWritten(&'static names::HandWritten),
    /// The bytes of a body.
    Binary,
}

#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) description: String,
    pub(crate) ty: String,
    /// Whether it has required properties, so that no empty value exists.
    pub(crate) required: bool,
}

/// The content of a successful response.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Response {
    Empty,
    One(String),
    List(String),
    /// A streamed body: a type written by hand, or any file.
    Stream(Option<&'static names::HandWritten>),
}

impl Operation {
    /// The parameters that are arguments of the call.
    pub(crate) fn required(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters
            .iter()
            .filter(|parameter| parameter.required)
    }

    /// Returns the type of the items, if the operation is paginated.
    pub(crate) fn paginated_item(&self) -> Option<&str> {
        match &self.response {
            Response::List(item) if !self.pagination.is_empty() => Some(item),
            _ => None,
        }
    }

    /// Returns the body, if it is an argument of the call.
    pub(crate) fn required_body(&self) -> Option<&Body> {
        self.body.as_ref().filter(|body| body.required)
    }
}

impl Type {
    /// Returns the name of the struct or enum that this is, or that this is a list of.
    pub(crate) fn named(&self) -> Option<&str> {
        match self {
            Self::Struct(name) | Self::Enum(name) => Some(name),
            Self::List(items) => items.ty.named(),
            _ => None,
        }
    }
}

impl Api {
    /// The types that are generated, in the order of their names.
    pub(crate) fn types(&self) -> Vec<String> {
        let mut names: Vec<_> = self
            .structs
            .keys()
            .chain(self.enums.keys())
            .cloned()
            .collect();
        names.sort();
        names
    }

    /// Returns the names of all types that a type contains, itself included.
    pub(crate) fn reachable<'a>(
        &'a self,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Vec<&'a str> {
        let mut found = Vec::new();
        let mut next: Vec<_> = names.into_iter().collect();
        while let Some(name) = next.pop() {
            if !found.contains(&name) {
                found.push(name);
                let properties = self
                    .structs
                    .get(name)
                    .into_iter()
                    .flat_map(|it| it.properties.values());
                next.extend(properties.filter_map(|property| property.value.ty.named()));
            }
        }
        found
    }

    /// Returns the names of the types that the parameters, bodies and successful responses of operations contain. The SDK
    /// reads error bodies in any shape.
    pub(crate) fn used(&self) -> Vec<String> {
        let names = self.operations.iter().flat_map(|operation| {
            let parameters = operation.parameters.iter().filter_map(|it| it.ty.named());
            let body = operation.body.as_ref().map(|body| body.ty.as_str());
            let response = match &operation.response {
                Response::One(name) | Response::List(name) => Some(name.as_str()),
                _ => None,
            };
            parameters.chain(body).chain(response)
        });
        self.reachable(names)
            .into_iter()
            .map(str::to_owned)
            .collect()
    }
}
