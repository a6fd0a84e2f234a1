//! Everything that touches HTTP: requests, attempts, redirects, retries, timeouts and headers.

mod argument;
mod body;
mod call;
pub(crate) mod headers;
mod idle;
mod pacing;
pub mod parameter;
mod query;
mod rate_limit;
mod redirect;
mod request;
mod retry;
mod runtime;
mod transport;

pub(crate) use argument::InvalidArgument;
pub(crate) use body::Body;
pub(crate) use call::Call;
pub(crate) use pacing::Pacing;
pub(crate) use query::Query;
pub use rate_limit::RateLimit;
pub(crate) use request::{Method, Operation, Request, Tokens};
pub use retry::RetryPolicy;
pub(crate) use runtime::require_runtime;
pub(crate) use transport::Transport;
