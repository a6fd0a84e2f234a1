//! The options of a client, which are those of the async one.

use std::time::Duration;

use crate::{Client, Error, RetryPolicy, reqwest};

/// The options of a [`Client`]: those of [`gitlab_jobs::ClientBuilder`], which tells what each of them does.
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
    private_token(token: impl Into<gitlab_jobs::SecretString>);
    job_token(token: impl Into<gitlab_jobs::SecretString>);
    bearer_token(token: impl Into<gitlab_jobs::SecretString>);
    connect_timeout(timeout: Duration);
    idle_timeout(timeout: Duration);
    max_attempts(max_attempts: u32);
    max_retry_time(max_time: Duration);
    retry_policy(policy: RetryPolicy);
    user_agent(user_agent: impl Into<String>);
    default_header(name: impl Into<String>, value: impl Into<String>);
    max_concurrent_requests(requests: usize);
    max_body(bytes: usize);
    max_error_body(bytes: usize);
    proxy(url: impl Into<gitlab_jobs::SecretString>);
    #[cfg(feature = "__tls")]
    add_root_certificate(pem_or_der: impl Into<Vec<u8>>);
    #[cfg(feature = "__tls")]
    client_certificate(pem: impl Into<Vec<u8>>);
    configure_http(
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static
    );
}

impl ClientBuilder {
    /// The defaults: gitlab.com, and no token.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts from the environment; see [`gitlab_jobs::Client::from_env`].
    ///
    /// # Errors
    ///
    /// Neither pair of variables is complete, or the certificate's file cannot be read.
    pub fn from_env() -> Result<Self, Error> {
        gitlab_jobs::ClientBuilder::from_env().map(Self)
    }

    /// Checks the options and makes the client, without any network.
    ///
    /// # Errors
    ///
    /// A value is not valid: [`Error::is_invalid`], and the text says which, why, and what to do.
    pub fn build(self) -> Result<Client, Error> {
        Client::new(self.0.build()?)
    }
}
