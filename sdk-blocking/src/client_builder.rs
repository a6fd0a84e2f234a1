//! The options of a client, which are the same as those of the async client.

use std::path::PathBuf;
use std::time::Duration;

use crate::{Client, Error, RetryPolicy, Secret, TokenKind, reqwest};

/// Builds a [`Client`], with the options of [`gitlab_jobs::ClientBuilder`].
///
/// ```
/// let client = gitlab_jobs_blocking::Client::builder()
///     .base_url("https://gitlab.example.com")
///     .private_token("glpat-x")
///     .max_attempts(8)
///     .build()?;
/// # Ok::<(), gitlab_jobs_blocking::Error>(())
/// ```
#[derive(Debug, Default)]
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder(gitlab_jobs::ClientBuilder);

macro_rules! forward {
    ($($(#[$meta:meta])* $name:ident($($argument:ident: $type:ty),+ $(,)?);)+) => {
        impl ClientBuilder {
            $(
                #[doc = concat!("See [`gitlab_jobs::ClientBuilder::", stringify!($name), "`].")]
                $(#[$meta])*
                pub fn $name(self, $($argument: $type),+) -> Self {
                    Self(self.0.$name($($argument),+))
                }
            )+
        }
    };
}

forward! {
    base_url(base_url: impl Into<String>);
    private_token(token: impl Into<Secret>);
    job_token(token: impl Into<Secret>);
    bearer_token(token: impl Into<Secret>);
    token_file(kind: TokenKind, path: impl Into<PathBuf>);
    connect_timeout(timeout: Duration);
    idle_timeout(timeout: Duration);
    max_attempts(max_attempts: u32);
    max_retry_time(max_time: Duration);
    retry_policy(policy: RetryPolicy);
    user_agent(user_agent: impl Into<String>);
    default_header(name: impl Into<String>, value: impl Into<String>);
    secret_header(name: impl Into<String>, value: impl Into<Secret>);
    max_concurrent_requests(requests: usize);
    max_body(bytes: usize);
    max_error_body(bytes: usize);
    proxy(url: impl Into<Secret>);
    #[cfg(feature = "__tls")]
    add_root_certificate(pem_or_der: impl Into<Vec<u8>>);
    #[cfg(feature = "__tls")]
    client_certificate(pem: impl Into<Vec<u8>>);
    configure_http(
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static
    );
}

impl ClientBuilder {
    /// Creates a builder with the defaults: gitlab.com, and no token.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a builder from the environment, as [`gitlab_jobs::Client::from_env`] does, so that more options can be set.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no address or no token, or if a value is invalid. The error names the variable.
    pub fn from_env() -> Result<Self, Error> {
        gitlab_jobs::ClientBuilder::from_env().map(Self)
    }

    /// Authenticates with the tokens that a function obtains. See [`gitlab_jobs::ClientBuilder::token_source`].
    ///
    /// The calling thread runs the function's future, on the client's tokio runtime.
    pub fn token_source<F, T, E>(
        self,
        kind: TokenKind,
        source: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
        T: Into<Secret>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Self(self.0.token_source(kind, source))
    }

    /// Checks the options and creates the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Returns an error for which [`Error::is_invalid`] is true if a value is invalid. Its text names the value, the reason
    /// and the remedy.
    pub fn build(self) -> Result<Client, Error> {
        Client::new(self.0.build()?)
    }
}
