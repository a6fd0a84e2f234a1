//! The models of the SDK by the names of their schemas, so that tests can go through all of them.

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
    /// Decodes JSON as it is on the wire.
    decode: fn(&str) -> serde_json::Result<Decoded>,
    /// The JSON Schema that is derived from the Rust type.
    pub(crate) schema: fn(&mut SchemaGenerator) -> Schema,
}

/// A value that a model was decoded from, as the model shows it and as it writes it.
#[derive(Debug, PartialEq)]
pub(crate) struct Decoded {
    pub(crate) shown: String,
    pub(crate) encoded: Value,
}

macro_rules! models {
    ($($name:ident)+) => {
        /// Every model that the SDK has a type for.
        pub(crate) const MODELS: &[Model] = &[$(Model::of::<types::$name>(stringify!($name))),+];
    };
}

models! {
    AgentConfigProject AgentProject AgentUser AllowedAgent AllowedAgents ArtifactFileFormat ArtifactFileType
    ArtifactsFile Bridge Commit FailureReason GroupReference Job JobArtifact JobEnvironment JobOrder
    JobReference JobScope JobSource JobStatus JobVariable PaginationKind Pipeline PipelineReference
    PipelineSource PipelineStatus PlayJobRequest ProjectSettings RetryJobRequest Runner RunnerExecutionStatus RunnerManager
    RunnerStatus RunnerType SortDirection User UserState
}

/// Answers that are lists have no type of their own.
const LISTS: &[Model] = &[
    Model::of::<Vec<types::Job>>("JobList"),
    Model::of::<Vec<types::Bridge>>("BridgeList"),
];

/// The model of a schema.
pub(crate) fn model(schema: &str) -> &'static Model {
    let model = MODELS
        .iter()
        .chain(LISTS)
        .find(|model| model.name == schema);
    model.unwrap_or_else(|| panic!("the SDK has no model for the schema {schema}"))
}

impl Model {
    const fn of<T: DeserializeOwned + Serialize + Debug + JsonSchema>(name: &'static str) -> Self {
        Self {
            name,
            decode: decode::<T>,
            schema: SchemaGenerator::subschema_for::<T>,
        }
    }

    /// Decodes a value, or tells why it is none of the model's.
    pub(crate) fn try_decode(&self, value: &Value) -> serde_json::Result<Decoded> {
        (self.decode)(&value.to_string())
    }

    /// Decodes a value that is one of the model's.
    pub(crate) fn decode(&self, value: &Value) -> Decoded {
        let decoded = self.try_decode(value);
        decoded.unwrap_or_else(|error| panic!("no {}: {error}\n{value:#}", self.name))
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
