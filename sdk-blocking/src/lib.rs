#![doc = include_str!("../README.md")]

mod client;
mod client_builder;
mod custom_request;
mod derived;
mod download;
mod follow;
#[rustfmt::skip]
mod generated;
pub mod log;
mod pagination;
mod play;
mod runtime;

pub use client::Client;
pub use client_builder::ClientBuilder;
pub use custom_request::CustomRequest;
pub use download::Download;
pub use follow::FollowJobLog;
pub use gitlab_jobs::{
    Bytes, Cursor, Error, HeaderMap, InvalidCursor, InvalidProjectId, Method, PageInfo, ProjectId,
    RateLimit, Response, RetryPolicy, Secret, SecretString, StatusCode, TokenKind, WaitForJob,
    chrono, parameter, reqwest, types,
};
pub use pagination::{Items, Pages};

use log::JobLog;

/// The builders of the operations, which the methods of [`Client`] make.
pub mod builder {
    pub use crate::generated::operations::*;
}
