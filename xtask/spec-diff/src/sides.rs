//! Determines whether each schema is sent, received, or both. The same change can be harmless on one side and breaking
//! on the other.

use std::collections::BTreeMap;

use gitlab_jobs_codegen::{Node, Value};

use crate::operations;

/// The sides on which a schema is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sides {
    pub(crate) sent: bool,
    pub(crate) received: bool,
}

impl Sides {
    pub(crate) const SENT: Self = Self {
        sent: true,
        received: false,
    };
    pub(crate) const RECEIVED: Self = Self {
        sent: false,
        received: true,
    };

    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            sent: self.sent || other.sent,
            received: self.received || other.received,
        }
    }
}

/// The sides that each named schema is used on, directly or through others.
pub(crate) fn of(root: &Node) -> BTreeMap<String, Sides> {
    let mut found = BTreeMap::new();
    for operation in operations::of(root) {
        let parameters = operation.parameters().into_iter();
        for node in parameters.chain(operation.body()) {
            collect(root, node, Sides::SENT, &mut found);
        }
        for (_, response) in operation.responses() {
            collect(root, response, Sides::RECEIVED, &mut found);
        }
    }
    found
}

fn collect(root: &Node, node: &Node, sides: Sides, found: &mut BTreeMap<String, Sides>) {
    if let Some(reference) = node.text_at("$ref") {
        let Some(target) = root.resolve(node) else {
            return;
        };
        if let Some(name) = reference.strip_prefix("#/components/schemas/") {
            let known = found.entry(name.to_owned()).or_default();
            let both = known.and(sides);
            if *known == both {
                return;
            }
            *known = both;
        }
        collect(root, target, sides, found);
        return;
    }
    match &node.value {
        Value::Map(map) => map
            .values()
            .for_each(|inner| collect(root, inner, sides, found)),
        Value::List(list) => list
            .iter()
            .for_each(|inner| collect(root, inner, sides, found)),
        _ => {}
    }
}
