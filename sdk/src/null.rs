//! A list that a server sends as null is an empty one.

use serde::{Deserialize, Deserializer};

pub(crate) fn as_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
