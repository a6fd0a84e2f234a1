//! The objects of a spec, each with its kind, so that rules need not traverse the spec, and never mistake a property
//! called `example` for an example.

use crate::api::VERBS;
use crate::load::Spec;
use crate::tree::{Node, below};

/// What to write for a reference that may be null.
pub(super) const NULLABLE_REFERENCE: &str =
    "For a null, write `oneOf: [$ref, { type: boolean, nullable: true, enum: [null] }]`";

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
    /// In `components`, with a name.
    Named,
    Property,
    Items,
    Parameter,
    /// In a request or response body.
    Body,
    /// One of a `oneOf`.
    Branch,
}

impl<'a> Place<'a> {
    /// Returns the last key of the pointer: the name of a component or property.
    pub(super) fn name(&self) -> String {
        let last = self.pointer.rsplit('/').next().unwrap_or_default();
        last.replace("~1", "/").replace("~0", "~")
    }

    pub(super) fn is_reference(&self) -> bool {
        self.node.get("$ref").is_some()
    }

    /// Returns whether this is the second branch of a nullable reference.
    pub(super) fn is_null(&self) -> bool {
        self.kind == Kind::Schema(Role::Branch) && self.node.is_true_at("nullable")
    }

    /// Returns the value below a key, for a finding about it.
    pub(super) fn at(&self, key: &str) -> Option<Place<'a>> {
        Some(Place {
            pointer: below(&self.pointer, key),
            node: self.node.get(key)?,
            kind: self.kind,
        })
    }

    /// Returns the values of the mapping or list below a key.
    pub(super) fn each_at(&self, key: &str, kind: Kind) -> Vec<Place<'a>> {
        let outer = below(&self.pointer, key);
        let children = self.node.get(key).map(Node::children).unwrap_or_default();
        let place = |(key, node)| Place {
            pointer: below(&outer, key),
            node,
            kind,
        };
        children.into_iter().map(place).collect()
    }
}

/// Returns all places, each before those inside it.
pub(super) fn all(spec: &Spec) -> Vec<Place<'_>> {
    let (pointer, node, kind) = (String::new(), &spec.root, Kind::Root);
    let mut places = Vec::new();
    collect(
        Place {
            pointer,
            node,
            kind,
        },
        &mut places,
    );
    places
}

fn collect<'a>(place: Place<'a>, places: &mut Vec<Place<'a>>) {
    let keys = place.node.entries().map(|(key, _)| key);
    let inside = keys.flat_map(|key| match inside(place.kind, key) {
        Some((kind, true)) => place.each_at(key, kind),
        Some((kind, false)) => Vec::from_iter(place.at(key).map(|inner| Place { kind, ..inner })),
        None => Vec::new(),
    });
    let inside: Vec<_> = inside.collect();
    places.push(place);
    inside.into_iter().for_each(|place| collect(place, places));
}

/// Returns the kind of the value below a key, and whether it is a mapping or list of such values.
fn inside(kind: Kind, key: &str) -> Option<(Kind, bool)> {
    Some(match key {
        "paths" => (Kind::PathItem, true),
        "components" => (Kind::Components, false),
        "parameters" => (Kind::Parameter, true),
        "requestBodies" => (Kind::RequestBody, true),
        "requestBody" => (Kind::RequestBody, false),
        "responses" => (Kind::Response, true),
        "content" => (Kind::MediaType, true),
        "schemas" => (Kind::Schema(Role::Named), true),
        "schema" if kind == Kind::Parameter => (Kind::Schema(Role::Parameter), false),
        "schema" => (Kind::Schema(Role::Body), false),
        "properties" => (Kind::Schema(Role::Property), true),
        "items" => (Kind::Schema(Role::Items), false),
        "oneOf" => (Kind::Schema(Role::Branch), true),
        verb if VERBS.contains(&verb) => (Kind::Operation, false),
        _ => return None,
    })
}
