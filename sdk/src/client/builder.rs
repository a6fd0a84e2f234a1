//! The options of a client, checked when it is built.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;

use super::base_url::BaseUrl;
use super::credential::Credential;
use super::default_headers;
use crate::http::{Pacing, Transport};
use crate::{Client, Error, RetryPolicy};

const GITLAB_COM: &str = "https://gitlab.com";
const USER_AGENT: &str = concat!("gitlab-jobs/", env!("CARGO_PKG_VERSION"));

/// The options of a [`Client`]. Everything has a default; bad values are told by [`build`](Self::build).
///
/// ```
/// use std::time::Duration;
///
/// let client = gitlab_jobs::Client::builder()
///     .base_url("https://gitlab.example.com/gitlab")
///     .private_token("glpat-…".replace('…', "x"))
///     .idle_timeout(Duration::from_secs(30))
///     .max_attempts(8)
///     .build()?;
/// # Ok::<(), gitlab_jobs::Error>(())
/// ```
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    pub(super) base_url: String,
    pub(super) credential: Option<Credential>,
    pub(super) connect_timeout: Duration,
    pub(super) idle_timeout: Duration,
    pub(super) retry: RetryPolicy,
    pub(super) user_agent: String,
    default_headers: Vec<(String, String)>,
    max_concurrent_requests: Option<usize>,
    pub(super) max_body: usize,
    pub(super) max_error_body: usize,
    pub(super) proxy: Option<SecretString>,
    #[cfg(feature = "__tls")]
    pub(super) root_certificates: Vec<Vec<u8>>,
    #[cfg(feature = "__tls")]
    pub(super) client_certificate: Option<secrecy::SecretSlice<u8>>,
    pub(super) configure: Option<Configure>,
}

pub(super) type Configure =
    Box<dyn FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync>;

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            base_url: GITLAB_COM.to_owned(),
            credential: None,
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
            retry: RetryPolicy::default(),
            user_agent: USER_AGENT.to_owned(),
            default_headers: Vec::new(),
            max_concurrent_requests: None,
            max_body: 64 << 20,
            max_error_body: 64 << 10,
            proxy: None,
            #[cfg(feature = "__tls")]
            root_certificates: Vec::new(),
            #[cfg(feature = "__tls")]
            client_certificate: None,
            configure: None,
        }
    }
}

impl ClientBuilder {
    /// The defaults: gitlab.com, and no token.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where GitLab is, such as `https://gitlab.example.com`. A relative root (`https://example.com/gitlab`) and the
    /// root of the API (`https://gitlab.example.com/api/v4`) do as well. The default is `https://gitlab.com`.
    ///
    /// The token goes to this scheme, host and port, and nowhere else.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = base_url.into();
        self
    }

    /// Presents a personal, project or group access token, in the header `PRIVATE-TOKEN`.
    pub fn private_token(mut self, token: impl Into<SecretString>) -> Self {
        self.credential = Some(Credential::Private(token.into()));
        self
    }

    /// Presents the token of a CI/CD job, in the header `JOB-TOKEN`.
    pub fn job_token(mut self, token: impl Into<SecretString>) -> Self {
        self.credential = Some(Credential::Job(token.into()));
        self
    }

    /// Presents an OAuth token, or any other access token, in the header `Authorization`.
    pub fn bearer_token(mut self, token: impl Into<SecretString>) -> Self {
        self.credential = Some(Credential::Bearer(token.into()));
        self
    }

    /// How long connecting may take, TLS included. The default is 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long the server may send nothing while an answer is awaited or read. The default is 60 s.
    ///
    /// The time that you take between two reads of a log does not count. There is no limit on the whole of an answer, so that a long log is not cut.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// How often a request is sent at most, the first time included; 1 turns retries off. The default is 5. See
    /// [`RetryPolicy`] for what is sent again, and when.
    pub fn max_attempts(mut self, max_attempts: u32) -> Self {
        self.retry = self.retry.max_attempts(max_attempts);
        self
    }

    /// How long after the first attempt began the last one may begin. The default is 3 minutes.
    pub fn max_retry_time(mut self, max_time: Duration) -> Self {
        self.retry = self.retry.max_time(max_time);
        self
    }

    /// All of the retry policy at once.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Who the server's logs say is asking. The default is `gitlab-jobs/` and the version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Adds a header to every request, such as `Sudo`. The last value of a name counts.
    ///
    /// Like the token, it is sent to the origin of [`base_url`](Self::base_url) only, and not along a redirect to another
    /// one. [`build`](Self::build) reports headers that carry a credential or that the client sets itself.
    pub fn default_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.default_headers.push((name.into(), value.into()));
        self
    }

    /// Sets how many requests the client and its clones send at the same time. Further ones wait in the order in which
    /// they were made. There is no limit by default.
    ///
    /// A request counts until its response has arrived. A log counts until its first bytes arrive, so that the program can
    /// send requests while it reads.
    ///
    /// Most GitLab servers say how many requests a rate limit still allows, and the client sends no more than that. For a
    /// server that only says so when it rejects a request, this limit bounds how many are rejected.
    pub fn max_concurrent_requests(mut self, requests: usize) -> Self {
        self.max_concurrent_requests = Some(requests);
        self
    }

    /// The largest JSON body that is read, in bytes after decompression. The default is 64 MiB. Logs have no limit:
    /// they are not held in memory.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// How much of a body an error keeps, in bytes. The default is 64 KiB.
    pub fn max_error_body(mut self, bytes: usize) -> Self {
        self.max_error_body = bytes;
        self
    }

    /// Sends everything through a proxy, such as `http://user:password@proxy.example.com:3128`. The default is what
    /// the environment says (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`).
    pub fn proxy(mut self, url: impl Into<SecretString>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Trusts the certificates of a PEM file's content, or one in DER, beside those of the platform. Can be called
    /// several times.
    #[cfg(feature = "__tls")]
    pub fn add_root_certificate(mut self, pem_or_der: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem_or_der.into());
        self
    }

    /// Presents a client certificate: the content of a PEM file with the certificate and its private key.
    #[cfg(feature = "__tls")]
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.client_certificate = Some(pem.into().into());
        self
    }

    /// Configures the HTTP client beyond the other options, such as DNS or local addresses.
    ///
    /// Redirects, retries, timeouts and the user agent are set afterwards and cannot be changed here. Headers that are set
    /// here are sent to every server that a redirect leads to: use [`default_header`](Self::default_header) instead, and
    /// never set a credential here.
    pub fn configure_http(
        mut self,
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.configure = Some(Box::new(configure));
        self
    }

    /// Checks the options and makes the client, without any network.
    ///
    /// # Errors
    ///
    /// A value is not valid: [`Error::is_invalid`], and the text says which, why, and what to do.
    pub fn build(mut self) -> Result<Client, Error> {
        let base = BaseUrl::parse(&self.base_url)?;
        let credential = self
            .credential
            .as_ref()
            .map(Credential::header)
            .transpose()?;
        let default_headers = default_headers::parse(&self.default_headers)?;
        self.retry.check()?;
        for (name, timeout) in [
            ("connect_timeout", self.connect_timeout),
            ("idle_timeout", self.idle_timeout),
        ] {
            if timeout.is_zero() {
                return Err(Error::config(format!(
                    "{name} is zero, so that every request would fail"
                )));
            }
        }
        if self.max_body == 0 {
            return Err(Error::config(
                "max_body is 0, so that no answer could be read",
            ));
        }
        if self.max_concurrent_requests == Some(0) {
            return Err(Error::config(
                "max_concurrent_requests is 0, so that nothing would ever be sent",
            ));
        }
        let http = self.http_client()?;
        let transport = Transport {
            http,
            base,
            pacing: Pacing::new(self.max_concurrent_requests),
            credential,
            default_headers,
            idle_timeout: self.idle_timeout,
            max_body: self.max_body,
            max_error_body: self.max_error_body,
        };
        Ok(Client::new(transport, self.retry))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            // A base URL with a password is refused, but only when the client is built.
            .field(
                "base_url",
                &BaseUrl::parse(&self.base_url).map(|url| url.as_url().to_string()),
            )
            .field("credential", &self.credential)
            .field("connect_timeout", &self.connect_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("retry", &self.retry)
            .field("user_agent", &self.user_agent)
            // A value can be a secret.
            .field("default_headers", &names(&self.default_headers))
            .field("max_concurrent_requests", &self.max_concurrent_requests)
            .field("max_body", &self.max_body)
            .field("max_error_body", &self.max_error_body)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

fn names(headers: &[(String, String)]) -> Vec<&str> {
    headers.iter().map(|(name, _)| name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_values_are_refused_with_reasons() {
        for (builder, words) in [
            (ClientBuilder::new().max_attempts(0), "max_attempts is 0"),
            (
                ClientBuilder::new().connect_timeout(Duration::ZERO),
                "connect_timeout is zero",
            ),
            (
                ClientBuilder::new().idle_timeout(Duration::ZERO),
                "idle_timeout is zero",
            ),
            (ClientBuilder::new().max_body(0), "max_body is 0"),
            (
                ClientBuilder::new().max_concurrent_requests(0),
                "max_concurrent_requests is 0",
            ),
            (ClientBuilder::new().user_agent("a\nb"), "user agent"),
            (ClientBuilder::new().proxy("http://u:secret@["), "proxy"),
            (ClientBuilder::new().private_token("secret\n"), "line break"),
            (
                ClientBuilder::new().base_url("https://u:secret@host"),
                "password",
            ),
        ] {
            let shown = format!("{builder:?}");
            let error = builder.build().unwrap_err();
            assert!(
                error.is_invalid() && error.to_string().contains(words),
                "{error}"
            );
            assert!(
                !format!("{shown} {error:?}").contains("secret"),
                "{shown} {error:?}"
            );
        }
    }
}
