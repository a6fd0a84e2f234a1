//! Waiting for jobs and pipelines, watching pipelines, and following logs: whatever polls.

mod composite;
mod end;
mod follow_job_log;
mod listing;
mod options;
mod outage;
mod pipeline_job;
mod poll;
mod runs;
mod subject;
mod summary;
mod unfold;
mod wait_for_job;
mod wait_for_jobs;
mod wait_for_pipeline;
mod watch_pipeline;

pub use follow_job_log::FollowJobLog;
pub use pipeline_job::PipelineJob;
pub use summary::JobSummary;
pub use wait_for_job::WaitForJob;
pub use wait_for_jobs::WaitForJobs;
pub use wait_for_pipeline::WaitForPipeline;
pub use watch_pipeline::{JobChange, WatchPipeline};
