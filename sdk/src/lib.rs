#![doc = include_str!("../README.md")]
// On docs.rs, items say which feature they need. `__tls` stands for each of the three TLS features.
#![cfg_attr(docsrs, feature(doc_cfg), doc(auto_cfg(hide(feature = "__tls"))))]

#[cfg(target_family = "wasm")]
compile_error!(
    "gitlab-jobs needs sockets and timers of an operating system, which WebAssembly does not have"
);

#[doc(hidden)]
pub mod __private;
mod client;
mod credential;
mod custom_request;
mod error;
mod generated;
#[cfg(doc)]
pub mod guide;
mod headers;
mod http;
mod json;
pub mod log;
mod models;
mod pagination;
mod request;
mod response;
mod telemetry;
mod value;
mod watch;

pub use ::http::{HeaderMap, Method, StatusCode};
pub use bytes::Bytes;
pub use chrono;
pub use client::{Client, ClientBuilder};
pub use credential::TokenKind;
pub use custom_request::CustomRequest;
pub use error::Error;
pub use headers::{PageInfo, RateLimit};
pub use http::{Download, RetryPolicy};
pub use pagination::{Cursor, InvalidCursor, Items, Pages};
pub use reqwest;
pub use response::Response;
pub use value::{InvalidProjectId, ProjectId, Secret, parameter};
pub use watch::{
    FollowJobLog, JobChange, JobSummary, PipelineJob, WaitForJob, WaitForJobs, WaitForPipeline,
    WatchPipeline,
};

/// The models of the API.
///
/// Fields that a server may omit or send as null are optional, unknown fields are ignored, and unknown values are kept.
pub mod types {
    pub use crate::generated::types::*;
    pub use crate::value::UnknownValue;
}

/// The builders of the operations, which the methods of [`Client`] return.
pub mod builder {
    pub use crate::generated::operations::*;
}
