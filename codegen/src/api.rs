//! The parts of a checked spec that are generated from, without YAML.

mod read;

use indexmap::IndexMap;

use crate::names;

pub(crate) use read::{VERBS, collect, contents, example, parameter_type, read, response, shape};

/// The API to generate, in the order of the spec.
#[derive(Debug, Default)]
pub(crate) struct Api {
    /// Descriptions of the properties of each object. progenitor writes the structs, but drops some of these.
    pub(crate) structs: IndexMap<String, IndexMap<String, String>>,
    pub(crate) enums: IndexMap<String, OpenEnum>,
    pub(crate) operations: Vec<Operation>,
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

#[derive(Debug)]
pub(crate) struct Parameter {
    /// Its name in the URL.
    pub(crate) name: String,
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
    /// Whether it has required properties, so that no empty value exists.
    pub(crate) required: bool,
}

/// The content of a successful response.
#[derive(Debug, PartialEq)]
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

/// The Rust type of a named schema.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    Struct,
    Enum,
    HandWritten(&'static names::HandWritten),
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
}
