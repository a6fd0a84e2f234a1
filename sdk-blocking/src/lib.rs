#![doc = include_str!("../README.md")]
// On docs.rs, items say which feature they need. `__tls` stands for each of the three TLS features.
#![cfg_attr(docsrs, feature(doc_cfg), doc(auto_cfg(hide(feature = "__tls"))))]

mod client;
mod client_builder;
mod custom_request;
mod derived;
mod download;
mod follow;
mod generated;
pub mod log;
mod pagination;
mod play;
mod runtime;
mod wait;
mod watch;

pub use client::Client;
pub use client_builder::ClientBuilder;
pub use custom_request::CustomRequest;
pub use download::Download;
pub use follow::FollowJobLog;
pub use gitlab_jobs::{
    Bytes, Cursor, Error, HeaderMap, InvalidCursor, InvalidProjectId, JobChange, JobSummary,
    Method, PageInfo, PipelineJob, ProjectId, RateLimit, Response, RetryPolicy, Secret, StatusCode,
    TokenKind, chrono, parameter, reqwest, types,
};
pub use pagination::{Items, Pages};
pub use wait::{WaitForJob, WaitForJobs, WaitForPipeline};
pub use watch::WatchPipeline;

/// The builders of the operations, which the methods of [`Client`] return.
pub mod builder {
    pub use crate::generated::operations::*;
}
