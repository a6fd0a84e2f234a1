//! A job's log: as it arrives, line by line, or followed while the job runs.

mod chunk;
mod follow;
mod job_log;
mod known;
mod lines;
mod reader;
mod resume;
mod strip;

pub use chunk::LogChunk;
#[doc(hidden)]
pub use chunk::Piece;
pub use follow::FollowJobLog;
pub use job_log::JobLog;
pub use lines::{LineSplitter, Lines};
pub use strip::{strip_ansi, strip_section_markers, strip_timestamp};
