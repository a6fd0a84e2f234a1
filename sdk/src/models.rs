//! Hand-written parts of the models: the project id, secrets, open enums, and methods of generated types.

mod failure;
mod job;
mod open_enum;
mod play;
mod project_id;
mod scope;
mod secret;
mod unknown_value;

pub(crate) use open_enum::{FromText, open_enum};
pub(crate) use project_id::ParsedProjectId;
pub use project_id::{InvalidProjectId, ProjectId};
pub use secret::Secret;
pub use unknown_value::UnknownValue;
