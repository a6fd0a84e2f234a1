//! Job logs: as chunks or line by line.

pub(crate) mod chunk;
mod job_log;
mod known;
pub(crate) mod lines;
mod reader;
mod resume;
mod section;
mod strip;
mod timestamp;

pub use chunk::LogChunk;
pub use job_log::JobLog;
pub use lines::Lines;
pub(crate) use reader::{LogReader, Read};
pub use section::strip_section_markers;
pub use strip::{strip_ansi, strip_except_colors};
pub use timestamp::strip_timestamp;
