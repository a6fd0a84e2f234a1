//! Everything that touches HTTP: requests, attempts, redirects, retries, timeouts and headers.

mod body;
pub(crate) mod headers;
mod idle;
mod rate_limit;
mod redirect;
mod request;
mod retry;
mod runtime;
mod transport;

pub(crate) use body::{Body, read};
pub use rate_limit::RateLimit;
pub(crate) use request::{Argument, Method, Operation, Request};
pub use retry::RetryPolicy;
pub(crate) use runtime::require_runtime;
pub(crate) use transport::Transport;
