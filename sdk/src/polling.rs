//! Polling: waiting for jobs and pipelines, and watching pipelines.

mod deadline;
mod options;
mod pipeline_job;
mod poll;
mod summary;
mod unfold;
mod wait_for_job;
mod wait_for_jobs;
mod wait_for_pipeline;
mod watch_pipeline;

pub(crate) use deadline::{Deadline, check_interval};
pub use pipeline_job::PipelineJob;
pub(crate) use poll::wait_after_failure;
pub use summary::JobSummary;
pub(crate) use unfold::{Advance, Next, Unfold};
pub use wait_for_job::WaitForJob;
pub use wait_for_jobs::WaitForJobs;
pub use wait_for_pipeline::WaitForPipeline;
pub use watch_pipeline::{JobChange, WatchPipeline};
