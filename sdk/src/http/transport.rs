//! The connections to one server.

use std::sync::Arc;
use std::time::Duration;

use super::{Fallbacks, Pacing, Proxies};
use crate::credential::SentTokens;
use crate::request::BaseUrl;

/// The connections to one server, and the settings that all clients on them have in common.
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) base: BaseUrl,
    pub(crate) pacing: Arc<Pacing>,
    pub(crate) idle_timeout: Duration,
    pub(crate) max_body: usize,
    pub(crate) max_error_body: usize,
    pub(crate) fallbacks: Fallbacks,
    pub(crate) sent: Arc<SentTokens>,
    pub(crate) proxies: Proxies,
}
