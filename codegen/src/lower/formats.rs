//! Integers. The published formats are the ones every generator knows; nothing GitLab counts is negative, and an id
//! must have the same type wherever it is taken or given.

use super::{for_each_schema, refusal};
use crate::error::Error;
use crate::tree::Node;

/// Turns `int64` into `uint64` and `int32` into `uint32`.
pub(super) fn make_unsigned(root: &mut Node) -> Result<(), Error> {
    for_each_schema(root, &mut |schema| {
        if schema.text_at("type") != Some("integer") {
            return Ok(());
        }
        let unsigned = match schema.text_at("format") {
            Some("int64") => "uint64",
            Some("int32") => "uint32",
            other => {
                let problem = format!(
                    "line {}: an integer of format {}",
                    schema.line,
                    other.unwrap_or("none")
                );
                return Err(refusal("formats", problem));
            }
        };
        if let Some(map) = schema.as_map_mut() {
            map.insert("format".to_owned(), Node::text(unsigned));
        }
        Ok(())
    })
}
