//! What a client sends its requests with.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::RetryPolicy;

/// What a client sends its requests with.
///
/// A derived client has options of its own, and shares the [`Transport`](super::Transport) of the original.
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) credential: Option<(HeaderName, HeaderValue)>,
    pub(crate) headers: HeaderMap,
    pub(crate) retry: RetryPolicy,
    pub(crate) timeout: Option<Duration>,
}
