//! Everything that touches HTTP: requests, attempts, redirects, retries, timeouts and headers.

mod argument;
mod body;
mod call;
pub(crate) mod headers;
mod idle;
mod options;
mod pacing;
pub mod parameter;
mod path;
mod query;
mod range;
mod rate_limit;
mod raw_response;
mod redirect;
mod request;
mod retry;
mod runtime;
mod time_limit;
mod transport;
mod trigger_jobs;

pub(crate) use argument::InvalidArgument;
pub(crate) use body::Body;
pub(crate) use call::Call;
pub(crate) use options::Options;
pub(crate) use pacing::Pacing;
pub(crate) use query::Query;
pub(crate) use range::{Range, strong_etag};
pub use rate_limit::RateLimit;
pub(crate) use raw_response::RawResponse;
pub(crate) use request::{Method, Operation, Request, Tokens};
pub(crate) use retry::Retry;
pub use retry::RetryPolicy;
pub(crate) use runtime::require_runtime;
pub(crate) use transport::Transport;
pub(crate) use trigger_jobs::TriggerJobs;
