//! Everything that sends: attempts, redirects, retries, timeouts and pacing.

mod attempt;
mod body;
mod buffered;
mod call;
mod deadline;
mod download;
mod fallback;
mod idle;
mod options;
mod pacing;
mod proxies;
mod raw_response;
mod redirect;
mod retry;
mod runtime;
mod sender;
mod task;
mod transport;
mod verdict;

pub(crate) use body::Body;
pub(crate) use buffered::{Buffered, Chunks, readable};
pub(crate) use deadline::Deadline;
pub use download::Download;
pub(crate) use fallback::Fallbacks;
pub(crate) use options::Options;
pub(crate) use pacing::Pacing;
pub(crate) use proxies::{Proxies, password};
pub(crate) use raw_response::RawResponse;
pub(crate) use retry::Retry;
pub use retry::RetryPolicy;
pub(crate) use runtime::require_runtime;
pub(crate) use sender::{Accept, Pending, Sender};
pub(crate) use task::Task;
pub(crate) use transport::Transport;
