//! The models of the SDK by the names of their schemas, so that tests can iterate over them.

use std::fmt::Debug;

use gitlab_jobs::types;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A model of the SDK.
#[derive(Debug)]
pub(crate) struct Model {
    /// The name of its schema.
    pub(crate) name: &'static str,
    /// Decodes a value, or a list of values.
    decode: fn(&str) -> serde_json::Result<Decoded>,
    decode_list: fn(&str) -> serde_json::Result<Decoded>,
    /// The JSON Schema that is derived from the Rust type.
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
}

/// A decoded value: its `Debug` output, and its encoding.
#[derive(Debug, PartialEq)]
pub(crate) struct Decoded {
    pub(crate) shown: String,
    pub(crate) encoded: Value,
}

macro_rules! models {
    ($($name:ident)+) => {
        /// Every model of the SDK.
        pub(crate) const MODELS: &[Model] = &[$(Model::of::<types::$name>(stringify!($name))),+];
    };
}

// `tests/build.rs` reads the names in the generated code.
include!(concat!(env!("OUT_DIR"), "/models.rs"));

/// The model of a schema, if the SDK has a type for it.
pub(crate) fn find(schema: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.name == schema)
}

/// The model of a schema.
pub(crate) fn model(schema: &str) -> &'static Model {
    find(schema).unwrap_or_else(|| panic!("the SDK has no model for the schema {schema}"))
}

impl Model {
    const fn of<T: DeserializeOwned + Serialize + Debug + JsonSchema>(name: &'static str) -> Self {
        Self {
            name,
            decode: decode::<T>,
            decode_list: decode::<Vec<T>>,
            schema: SchemaGenerator::subschema_for::<T>,
        }
    }

    /// Decodes a value, or a list of values.
    pub(crate) fn try_decode(&self, value: &Value) -> serde_json::Result<Decoded> {
        let decode = if value.is_array() {
            self.decode_list
        } else {
            self.decode
        };
        decode(&value.to_string())
    }

    /// Decodes a value, or a list of values. Panics if it does not fit the model.
    pub(crate) fn decode(&self, value: &Value) -> Decoded {
        let decoded = self.try_decode(value);
        decoded.unwrap_or_else(|error| panic!("not a {}: {error}\n{value:#}", self.name))
    }
}

fn decode<T: DeserializeOwned + Serialize + Debug>(json: &str) -> serde_json::Result<Decoded> {
    let value: T = serde_json::from_str(json)?;
    let encoded = serde_json::to_value(&value)?;
    Ok(Decoded {
        shown: format!("{value:#?}"),
        encoded,
    })
}
