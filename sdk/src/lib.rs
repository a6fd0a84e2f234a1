#![doc = include_str!("../README.md")]

mod client;
mod error;
#[rustfmt::skip]
mod generated;
mod http;
mod json;
pub mod log;
mod models;
mod pagination;
mod polling;
mod response;
mod trace;

pub use ::http::{HeaderMap, StatusCode};
pub use bytes::Bytes;
pub use chrono;
pub use client::{Client, ClientBuilder};
pub use error::Error;
pub use http::{RateLimit, RetryPolicy, parameter};
pub use log::FollowJobLog;
pub use models::{InvalidProjectId, ProjectId, Secret};
pub use pagination::{Cursor, InvalidCursor, Items, PageInfo, Pages};
pub use polling::{
    JobChange, JobSummary, PipelineJob, WaitForJob, WaitForJobs, WaitForPipeline, WatchPipeline,
};
pub use reqwest;
pub use response::{Download, Response};
pub use secrecy::SecretString;

/// The models of the API. Fields that a server may leave out or send as null are optional, unknown fields are ignored,
/// and unknown values are kept.
pub mod types {
    pub use crate::generated::types::*;
    pub use crate::models::UnknownValue;
}

/// The builders of the operations, which the methods of [`Client`] make.
pub mod builder {
    pub use crate::generated::operations::*;
}
