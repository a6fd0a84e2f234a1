//! Hand-written types of values, of which models and parameters are made.

mod open_enum;
pub mod parameter;
mod project_id;
mod secret;
mod unknown_value;

pub(crate) use open_enum::{FromText, open_enum};
pub(crate) use project_id::ParsedProjectId;
pub use project_id::{InvalidProjectId, ProjectId};
pub use secret::Secret;
pub use unknown_value::UnknownValue;
