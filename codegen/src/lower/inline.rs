//! Names that are good for readers of the spec and would only be in the way in Rust: a plain string, and a list that
//! no parameter takes. progenitor makes a newtype of each; a user wants `String` and `Vec`.

use std::collections::BTreeSet;

use super::{for_each_schema, refusal};
use crate::document::is_inlined;
use crate::error::Error;
use crate::load::{Spec, schema_reference};
use crate::tree::Node;

/// Puts nameless schemas where they are referred to, and removes them from the components.
pub(super) fn inline_nameless(spec: &Spec, root: &mut Node) -> Result<(), Error> {
    // What is put in may refer to the next one.
    while let Some(name) = inline_once(spec, root)? {
        if refers_to_itself(spec, &name) {
            return Err(refusal(
                "inline",
                format!("{name} has no type of its own and refers to itself"),
            ));
        }
    }
    let components = root
        .as_map_mut()
        .and_then(|root| root.get_mut("components"))
        .and_then(Node::as_map_mut);
    if let Some(schemas) = components
        .and_then(|all| all.get_mut("schemas"))
        .and_then(Node::as_map_mut)
    {
        schemas.retain(|name, _| !is_inlined(spec, name));
    }
    Ok(())
}

/// Replaces references to nameless schemas by what they lead to, and returns the name of one if there were any.
fn inline_once(spec: &Spec, root: &mut Node) -> Result<Option<String>, Error> {
    let mut found = None;
    for_each_schema(root, &mut |schema| {
        let Some(name) = schema_reference(schema).filter(|name| is_inlined(spec, name)) else {
            return Ok(());
        };
        let target = spec.component("schemas", name);
        let target = target
            .ok_or_else(|| refusal("inline", format!("there is no schema {name}")))?
            .clone();
        found = Some(name.to_owned());
        *schema = target;
        Ok(())
    })?;
    Ok(found)
}

fn refers_to_itself(spec: &Spec, name: &str) -> bool {
    let mut found = BTreeSet::new();
    if let Some(schema) = spec.component("schemas", name) {
        collect_nameless(spec, schema, &mut found);
    }
    found.contains(name)
}

/// Adds the names of the nameless schemas that a schema refers to, directly or through each other.
fn collect_nameless(spec: &Spec, schema: &Node, found: &mut BTreeSet<String>) {
    if let Some(name) = schema_reference(schema)
        && is_inlined(spec, name)
        && found.insert(name.to_owned())
        && let Some(target) = spec.component("schemas", name)
    {
        collect_nameless(spec, target, found);
    }
    if let Some(items) = schema.get("items") {
        collect_nameless(spec, items, found);
    }
}
