//! The objects of a spec that are generated from, each with its kind, so that a rule need not walk, and never takes a
//! property called `example` for an example.

use crate::api::VERBS;
use crate::load::Spec;
use crate::tree::{Node, below};

/// An object of the spec.
#[derive(Clone)]
pub(super) struct Place<'a> {
    pub(super) pointer: String,
    pub(super) node: &'a Node,
    pub(super) kind: Kind,
}

/// What OpenAPI calls the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    Components,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    MediaType,
    Schema(Role),
}

/// Where a schema is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Below `components`, with a name.
    Named,
    Property,
    Items,
    Parameter,
    /// In a request or response body.
    Body,
    /// One of a `oneOf`, `anyOf` or `allOf`.
    Branch,
}

impl<'a> Place<'a> {
    /// The last key of the pointer: the name of a component or property.
    pub(super) fn name(&self) -> String {
        let last = self.pointer.rsplit('/').next().unwrap_or_default();
        last.replace("~1", "/").replace("~0", "~")
    }

    pub(super) fn is_reference(&self) -> bool {
        self.node.get("$ref").is_some()
    }

    /// The value below a key, for a finding that is about it.
    pub(super) fn at(&self, key: &str) -> Option<Place<'a>> {
        Some(Place {
            pointer: below(&self.pointer, key),
            node: self.node.get(key)?,
            kind: self.kind,
        })
    }

    /// The values of the mapping below a key.
    pub(super) fn each_at(&self, key: &str, kind: Kind) -> Vec<Place<'a>> {
        let pointer = below(&self.pointer, key);
        let entries = self.node.entries_at(key);
        entries
            .map(|(name, node)| Place {
                pointer: below(&pointer, name),
                node,
                kind,
            })
            .collect()
    }

    /// The values of the list below a key.
    pub(super) fn items_at(&self, key: &str, kind: Kind) -> Vec<Place<'a>> {
        let pointer = below(&self.pointer, key);
        let items = self.node.items_at(key).enumerate();
        items
            .map(|(index, node)| Place {
                pointer: below(&pointer, index),
                node,
                kind,
            })
            .collect()
    }
}

/// All places, each before those inside it.
pub(super) fn all(spec: &Spec) -> Vec<Place<'_>> {
    let mut places = Vec::new();
    collect(
        Place {
            pointer: String::new(),
            node: &spec.root,
            kind: Kind::Root,
        },
        &mut places,
    );
    places
}

fn collect<'a>(place: Place<'a>, places: &mut Vec<Place<'a>>) {
    let inner = inner(&place);
    places.push(place);
    inner.into_iter().for_each(|place| collect(place, places));
}

/// The objects directly inside one.
fn inner<'a>(place: &Place<'a>) -> Vec<Place<'a>> {
    let one = |key, kind| Vec::from_iter(place.at(key).map(|inner| Place { kind, ..inner }));
    let each = |key, kind| place.each_at(key, kind);
    let items = |key, kind| place.items_at(key, kind);
    let schema = |role| one("schema", Kind::Schema(role));
    let branch = Kind::Schema(Role::Branch);
    match place.kind {
        Kind::Root => [
            each("paths", Kind::PathItem),
            one("components", Kind::Components),
        ]
        .concat(),
        Kind::Components => [
            each("parameters", Kind::Parameter),
            each("requestBodies", Kind::RequestBody),
            each("responses", Kind::Response),
            each("schemas", Kind::Schema(Role::Named)),
        ]
        .concat(),
        Kind::PathItem => {
            let operations = VERBS.iter().flat_map(|verb| one(verb, Kind::Operation));
            items("parameters", Kind::Parameter)
                .into_iter()
                .chain(operations)
                .collect()
        }
        Kind::Operation => [
            items("parameters", Kind::Parameter),
            one("requestBody", Kind::RequestBody),
            each("responses", Kind::Response),
        ]
        .concat(),
        Kind::Parameter => schema(Role::Parameter),
        Kind::RequestBody | Kind::Response => each("content", Kind::MediaType),
        Kind::MediaType => schema(Role::Body),
        Kind::Schema(_) => [
            each("properties", Kind::Schema(Role::Property)),
            one("items", Kind::Schema(Role::Items)),
            items("oneOf", branch),
            items("anyOf", branch),
            items("allOf", branch),
        ]
        .concat(),
    }
}
