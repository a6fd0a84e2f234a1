#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod auth;
mod body;
mod builder;
mod clock;
mod connection;
mod demo;
mod fault;
mod gzip;
mod job;
mod log;
mod operations;
mod pagination;
mod params;
mod project;
mod query;
mod rate_limit;
mod record;
mod render;
mod response;
mod route;
mod samples;
mod script;
mod server;
mod service;
mod settings;
mod socket;
mod state;

pub use hyper::http;

pub use crate::auth::{
    Access, DEVELOPER_TOKEN, DOCUMENTED_JOB_TOKEN, EXPIRED_TOKEN, GUEST_TOKEN, MAINTAINER_TOKEN,
    OUTSIDER_TOKEN, READ_ONLY_TOKEN,
};
pub use crate::builder::Builder;
pub use crate::clock::Clock;
pub use crate::demo::{
    DEMO_BRIDGE, DEMO_FAILED_JOB, DEMO_FINISHED_JOB, DEMO_MANUAL_BRIDGE, DEMO_MANUAL_JOB,
    DEMO_PIPELINE, DEMO_PROJECT, DEMO_RUNNING_JOB,
};
pub use crate::fault::Fault;
pub use crate::job::Job;
pub use crate::log::GeneratedLog;
pub use crate::rate_limit::RateLimit;
pub use crate::record::RecordedRequest;
pub use crate::route::operations;
pub use crate::samples::{
    DOCUMENTED_ACTION_JOB, DOCUMENTED_JOB, DOCUMENTED_PIPELINE, DOCUMENTED_PROJECT,
};
pub use crate::script::Script;
pub use crate::server::FakeGitlab;
pub use crate::settings::{Keyset, Settings};
pub use crate::state::State;
