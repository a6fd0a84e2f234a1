//! Job logs: as chunks, line by line, or followed while the job runs.

pub(crate) mod chunk;
mod follow;
mod job_log;
mod known;
pub(crate) mod lines;
mod reader;
mod resume;
mod strip;

pub use chunk::LogChunk;
pub use follow::FollowJobLog;
pub use job_log::JobLog;
pub use lines::Lines;
pub use strip::{strip_ansi, strip_section_markers, strip_timestamp};
