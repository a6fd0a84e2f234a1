//! Names that are good for readers of the spec and would only be in the way in Rust: a plain string, and a list that
//! no parameter takes. progenitor makes a newtype of each; a user wants `String` and `Vec`.

use super::{for_each_schema, refusal};
use crate::document::is_inlined;
use crate::error::Error;
use crate::load::{Spec, schema_reference};
use crate::tree::Node;

/// Puts nameless schemas where they are referred to, and removes them from the components.
pub(super) fn inline_nameless(spec: &Spec, root: &mut Node) -> Result<(), Error> {
    for_each_schema(root, &mut |schema| {
        // The target may be such a name again.
        while let Some(name) = schema_reference(schema).filter(|name| is_inlined(spec, name)) {
            let target = spec.component("schemas", name);
            *schema = target.ok_or_else(|| refusal("inline", format!("there is no schema {name}")))?.clone();
        }
        Ok(())
    })?;
    let components = root.as_map_mut().and_then(|root| root.get_mut("components")).and_then(Node::as_map_mut);
    if let Some(schemas) = components.and_then(|all| all.get_mut("schemas")).and_then(Node::as_map_mut) {
        schemas.retain(|name, _| !is_inlined(spec, name));
    }
    Ok(())
}
