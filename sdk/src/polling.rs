//! Polling: waiting for a job, and the deadlines and intervals of everything that polls.

mod deadline;
mod wait;

pub(crate) use deadline::{Deadline, check_interval};
pub use wait::WaitForJob;
