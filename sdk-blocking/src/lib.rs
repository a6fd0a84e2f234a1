#![doc = include_str!("../README.md")]

mod client;
mod client_builder;
mod download;
mod follow;
#[rustfmt::skip]
mod generated;
pub mod log;
mod pagination;
mod play;
mod runtime;
mod wait;
mod watch;

pub use client::Client;
pub use client_builder::ClientBuilder;
pub use download::Download;
pub use follow::FollowJobLog;
pub use gitlab_jobs::{
    Bytes, Cursor, Error, HeaderMap, InvalidCursor, InvalidProjectId, JobChange, JobSummary,
    PageInfo, PipelineJob, ProjectId, RateLimit, Response, RetryPolicy, Secret, SecretString,
    StatusCode, chrono, parameter, reqwest, types,
};
pub use pagination::{Items, Pages};
pub use wait::{WaitForJob, WaitForJobs, WaitForPipeline};
pub use watch::WatchPipeline;

use log::JobLog;

/// The builders of the operations, which the methods of [`Client`] make.
pub mod builder {
    pub use crate::generated::operations::*;
}
