#![doc = include_str!("../README.md")]

mod base_url;
mod body;
#[cfg(feature = "__tls")]
mod certificate;
mod client;
mod client_builder;
mod credential;
mod cursor;
mod decode;
mod environment;
mod error;
mod follow;
mod generated;
mod idle;
mod job;
pub mod log;
mod model;
mod open_enum;
mod page_info;
mod pagination;
mod play;
mod project_id;
mod rate_limit;
mod redirect;
mod request;
mod response;
mod retry;
mod scope;
mod server_message;
mod timestamp;
mod transport;
mod wait;

pub use bytes::Bytes;
pub use chrono;
pub use client::Client;
pub use client_builder::ClientBuilder;
pub use cursor::{Cursor, InvalidCursor};
pub use error::Error;
pub use follow::FollowJobLog;
pub use http::{HeaderMap, StatusCode};
pub use page_info::PageInfo;
pub use pagination::{Items, Pages};
pub use project_id::{InvalidProjectId, ProjectId};
pub use rate_limit::RateLimit;
pub use reqwest;
pub use response::Response;
pub use retry::RetryPolicy;
pub use secrecy::SecretString;
pub use wait::WaitForJob;

/// The models of the API. Fields that a server may leave out or send as null are optional, unknown fields are ignored,
/// and unknown values are kept.
pub mod types {
    pub use crate::generated::types::*;
}

/// The builders of the operations, which the methods of [`Client`] make.
pub mod builder {
    pub use crate::generated::operations::*;
}
