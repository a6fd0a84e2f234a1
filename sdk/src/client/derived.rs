//! Clients that share the connections of another one, with different options.

use std::sync::Arc;
use std::time::Duration;

use super::Client;
use crate::credential::{Credential, TokenKind, TokenOrigin};
use crate::http::{Options, Sender};
use crate::request::header::{self, Use};
use crate::{Error, RetryPolicy, Secret};

/// Derived clients: the same connections with different options, for a single call or for a part of a program.
///
/// Deriving one is cheap and changes nothing about the original. Anything created from a derived client, such as a
/// stream or a follower, keeps its options.
///
/// ```no_run
/// use std::time::Duration;
/// use gitlab_jobs::RetryPolicy;
///
/// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
/// let quick = client.with_timeout(Duration::from_secs(5)).with_retry_policy(RetryPolicy::none());
/// let job = quick.get_job("group/project", 8).await?;
///
/// let as_root = client.with_header("Sudo", "root")?;
/// let mut jobs = as_root.list_project_jobs("group/project").stream();
/// # Ok(())
/// # }
/// ```
impl Client {
    /// Limits how long a call may take: all its attempts with the waits between them, and the body of the response. For a
    /// log or another download, the limit ends when the body begins.
    ///
    /// There is no such limit by default. Each page of a list is a call, and so is each poll while following or
    /// waiting. If a retry could start only after the limit, the error is returned at once. A call that reaches the
    /// limit fails with an error for which [`is_timeout`](Error::is_timeout) is true; a POST may have been processed
    /// by then.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        self.derive(|options| options.timeout = Some(timeout))
    }

    /// Replaces the retry policy. If it is invalid, calls return an error.
    #[must_use]
    pub fn with_retry_policy(&self, policy: RetryPolicy) -> Self {
        self.derive(|options| options.retry = policy)
    }

    /// Adds a header to every request, or replaces it, such as `Sudo`. Like the token, it is sent to the origin of the base
    /// URL only.
    ///
    /// # Errors
    ///
    /// Returns an error if the name or the value is invalid, or if the header carries a credential, is set by the client
    /// itself, is about the connection, or is a range, which only a [single request](crate::CustomRequest::header) can have.
    pub fn with_header(&self, name: &str, value: &str) -> Result<Self, Error> {
        let (name, value) =
            header::parse(name, value, Use::EveryRequest).map_err(header::invalid)?;
        Ok(self.derive(|options| {
            options.headers.insert(name, value);
        }))
    }

    /// Replaces the token, for example by that of another user. The kind determines the header, as on the builder.
    ///
    /// # Errors
    ///
    /// Returns an error if no header can carry the token, or if its header is a
    /// [secret header](crate::ClientBuilder::secret_header) of the client.
    pub fn with_token(&self, kind: TokenKind, token: impl Into<Secret>) -> Result<Self, Error> {
        let credential = Credential::new(TokenOrigin::Given(kind, token.into()))?;
        let options = self.0.options.clone().with_credential(credential)?;
        Ok(self.with_options(options))
    }

    fn derive(&self, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = self.0.options.clone();
        change(&mut options);
        self.with_options(options)
    }

    fn with_options(&self, options: Options) -> Self {
        Self::new(Sender {
            transport: Arc::clone(&self.0.transport),
            options,
        })
    }
}
