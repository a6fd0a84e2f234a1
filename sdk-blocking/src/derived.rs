//! Clients that share the connections of another one, with different options.

use std::time::Duration;

use crate::{Client, Error, RetryPolicy, Secret, TokenKind};

/// Derived clients: the same connections with different options, for a single call or for a part of a program.
///
/// Deriving one is cheap and changes nothing about the original. Anything created from a derived client, such as an
/// iterator or a follower, keeps its options.
///
/// ```no_run
/// use std::time::Duration;
/// use gitlab_jobs_blocking::RetryPolicy;
///
/// # let client = gitlab_jobs_blocking::Client::from_env()?;
/// let quick = client.with_timeout(Duration::from_secs(5)).with_retry_policy(RetryPolicy::none());
/// let job = quick.get_job("group/project", 8).send()?;
///
/// let as_root = client.with_header("Sudo", "root")?;
/// let jobs = as_root.list_project_jobs("group/project").iter();
/// # Ok::<(), gitlab_jobs_blocking::Error>(())
/// ```
impl Client {
    /// Limits how long a call may take. See [`gitlab_jobs::Client::with_timeout`].
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.derive(self.inner.with_timeout(timeout))
    }

    /// Replaces the retry policy. See [`gitlab_jobs::Client::with_retry_policy`].
    #[must_use]
    pub fn with_retry_policy(&self, policy: RetryPolicy) -> Self {
        self.derive(self.inner.with_retry_policy(policy))
    }

    /// Adds a header to every request, or replaces it, such as `Sudo`. See [`gitlab_jobs::Client::with_header`].
    ///
    /// # Errors
    ///
    /// Returns an error if the name or the value is invalid, or if the header carries a credential or is set by the client
    /// itself.
    pub fn with_header(&self, name: &str, value: &str) -> Result<Self, Error> {
        Ok(self.derive(self.inner.with_header(name, value)?))
    }

    /// Replaces the token. See [`gitlab_jobs::Client::with_token`].
    ///
    /// # Errors
    ///
    /// Returns an error if no header can carry the token.
    pub fn with_token(&self, kind: TokenKind, token: impl Into<Secret>) -> Result<Self, Error> {
        Ok(self.derive(self.inner.with_token(kind, token)?))
    }

    fn derive(&self, inner: gitlab_jobs::Client) -> Self {
        Self {
            inner,
            runtime: self.runtime.clone(),
        }
    }
}
