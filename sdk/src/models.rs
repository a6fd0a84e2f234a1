//! Hand-written parts of the models: the project id, open enums, and methods on generated types.

mod job;
pub(crate) mod open_enum;
mod play;
mod project_id;
mod scope;
mod unknown_value;

pub(crate) use open_enum::open_enum;
pub use project_id::{InvalidProjectId, ProjectId};
pub use unknown_value::UnknownValue;
