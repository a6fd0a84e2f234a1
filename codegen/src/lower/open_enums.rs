//! Open enums. Published as a plain string with known values beside it, which never fails anyone's decode; progenitor
//! gets a closed enum to name the variants by, and a pass opens it again.

use super::{for_each_schema, refusal};
use crate::error::Error;
use crate::tree::{Node, Value};

/// Turns `x-extensible-enum` into `enum`.
pub(super) fn close(root: &mut Node) -> Result<(), Error> {
    for_each_schema(root, &mut |schema| {
        let line = schema.line;
        let Some(map) = schema.as_map_mut() else {
            return Ok(());
        };
        let Some(values) = map.shift_remove("x-extensible-enum") else {
            return Ok(());
        };
        let texts = values.as_list().is_some_and(|list| {
            !list.is_empty()
                && list
                    .iter()
                    .all(|value| matches!(value.value, Value::Text(_)))
        });
        if !texts {
            return Err(refusal(
                "open enums",
                format!("line {line}: x-extensible-enum is no list of texts"),
            ));
        }
        map.insert("enum".to_owned(), values);
        Ok(())
    })
}
