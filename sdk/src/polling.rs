//! Polling: waiting for a job, and the deadline and interval shared by all that polls.

mod deadline;
mod wait;

pub(crate) use deadline::{Deadline, check_interval};
pub use wait::WaitForJob;
