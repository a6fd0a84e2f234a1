//! Clients derived from another one.

use std::time::Duration;

use gitlab_jobs::{Error, RetryPolicy, TokenKind};

use super::Client;

impl Client {
    pub(crate) fn with_timeout(&self, timeout: Duration) -> Self {
        match self {
            Self::Async(client) => Self::Async(client.with_timeout(timeout)),
            Self::Blocking(client) => Self::Blocking(client.with_timeout(timeout)),
        }
    }

    pub(crate) fn with_retry_policy(&self, policy: RetryPolicy) -> Self {
        match self {
            Self::Async(client) => Self::Async(client.with_retry_policy(policy)),
            Self::Blocking(client) => Self::Blocking(client.with_retry_policy(policy)),
        }
    }

    pub(crate) fn with_token(&self, kind: TokenKind, token: &str) -> Result<Self, Error> {
        Ok(match self {
            Self::Async(client) => Self::Async(client.with_token(kind, token)?),
            Self::Blocking(client) => Self::Blocking(client.with_token(kind, token)?),
        })
    }

    pub(crate) fn with_header(&self, name: &str, value: &str) -> Result<Self, Error> {
        Ok(match self {
            Self::Async(client) => Self::Async(client.with_header(name, value)?),
            Self::Blocking(client) => Self::Blocking(client.with_header(name, value)?),
        })
    }
}
