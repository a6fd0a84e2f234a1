//! The objects of a spec that are generated from, each with its kind, so that a rule need not walk, and never takes a
//! property called `example` for an example.

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
    /// The last key of the pointer: the name of a component or property.
    pub(super) fn name(&self) -> String {
        let last = self.pointer.rsplit('/').next().unwrap_or_default();
        last.replace("~1", "/").replace("~0", "~")
    }

    pub(super) fn is_reference(&self) -> bool {
        self.node.get("$ref").is_some()
    }

    /// Whether this is the second branch of a nullable reference.
    pub(super) fn is_null(&self) -> bool {
        self.kind == Kind::Schema(Role::Branch) && self.node.is_true_at("nullable")
    }

    /// The value below a key, for a finding that is about it.
    pub(super) fn at(&self, key: &str) -> Option<Place<'a>> {
        Some(Place {
            pointer: below(&self.pointer, key),
            node: self.node.get(key)?,
            kind: self.kind,
        })
    }

    /// The values of the mapping or list below a key.
    pub(super) fn each_at(&self, key: &str, kind: Kind) -> Vec<Place<'a>> {
        let inside = self.at(key).into_iter().flat_map(|outer| {
            let children = outer.node.children().into_iter();
            children.map(move |(key, node)| Place {
                pointer: below(&outer.pointer, key),
                node,
                kind,
            })
        });
        inside.collect()
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
    let one = |key, kind| Vec::from_iter(place.at(key).map(|inner| Place { kind, ..inner }));
    let each = |key, kind| place.each_at(key, kind);
    let schema = Kind::Schema;
    let inner = match place.kind {
        Kind::Root => [
            each("paths", Kind::PathItem),
            one("components", Kind::Components),
        ]
        .concat(),
        Kind::Components => [
            each("parameters", Kind::Parameter),
            each("requestBodies", Kind::RequestBody),
            each("responses", Kind::Response),
            each("schemas", schema(Role::Named)),
        ]
        .concat(),
        Kind::PathItem => {
            let operations = VERBS.iter().flat_map(|verb| one(verb, Kind::Operation));
            each("parameters", Kind::Parameter)
                .into_iter()
                .chain(operations)
                .collect()
        }
        Kind::Operation => [
            each("parameters", Kind::Parameter),
            one("requestBody", Kind::RequestBody),
            each("responses", Kind::Response),
        ]
        .concat(),
        Kind::Parameter => one("schema", schema(Role::Parameter)),
        Kind::RequestBody | Kind::Response => each("content", Kind::MediaType),
        Kind::MediaType => one("schema", schema(Role::Body)),
        Kind::Schema(_) => [
            each("properties", schema(Role::Property)),
            one("items", schema(Role::Items)),
            each("oneOf", schema(Role::Branch)),
        ]
        .concat(),
    };
    places.push(place);
    inner.into_iter().for_each(|place| collect(place, places));
}
