//! The options of a client, which `build` checks.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::credential::{Credential, Obtain, SentTokens, TokenKind, TokenOrigin};
use crate::http::{Fallbacks, Options, Pacing, Proxies, Sender, Transport, password};
use crate::request::{BaseUrl, header};
use crate::{Client, Error, RetryPolicy, Secret};

const GITLAB_COM: &str = "https://gitlab.com";
const USER_AGENT: &str = concat!("gitlab-jobs/", env!("CARGO_PKG_VERSION"));

/// Builds a [`Client`]. Every option has a default, and [`build`](Self::build) reports invalid values.
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
    /// `None` for gitlab.com. An error is returned by [`build`](Self::build).
    pub(super) base_url: Option<Result<BaseUrl, Error>>,
    pub(super) token: Option<TokenOrigin>,
    pub(super) connect_timeout: Duration,
    pub(super) idle_timeout: Duration,
    pub(super) retry: RetryPolicy,
    pub(super) user_agent: String,
    default_headers: Vec<(String, String)>,
    secret_headers: Vec<(String, Secret)>,
    max_concurrent_requests: Option<usize>,
    pub(super) max_body: usize,
    pub(super) max_error_body: usize,
    pub(super) proxy: Option<Secret>,
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
            base_url: None,
            token: None,
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
            retry: RetryPolicy::default(),
            user_agent: USER_AGENT.to_owned(),
            default_headers: Vec::new(),
            secret_headers: Vec::new(),
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
    /// Creates a builder with the defaults: gitlab.com, and no token.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the address of GitLab, such as `https://gitlab.example.com`. The default is `https://gitlab.com`.
    ///
    /// A relative root (`https://example.com/gitlab`) and the root of the API (`https://gitlab.example.com/api/v4`) are
    /// accepted too. The token is sent to this scheme, host and port only.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(BaseUrl::parse(&base_url.into()));
        self
    }

    /// Authenticates with a personal, project or group access token, in the header `PRIVATE-TOKEN`.
    ///
    /// If several tokens, files or sources are set, the last one is used.
    pub fn private_token(self, token: impl Into<Secret>) -> Self {
        self.token(TokenOrigin::Given(TokenKind::Private, token.into()))
    }

    /// Authenticates with the token of a CI/CD job, in the header `JOB-TOKEN`.
    pub fn job_token(self, token: impl Into<Secret>) -> Self {
        self.token(TokenOrigin::Given(TokenKind::Job, token.into()))
    }

    /// Authenticates with an OAuth token, or any other access token, in the header `Authorization`.
    pub fn bearer_token(self, token: impl Into<Secret>) -> Self {
        self.token(TokenOrigin::Given(TokenKind::Bearer, token.into()))
    }

    /// Authenticates with the token in a file, which can be rewritten while the client is in use. White space around
    /// the token is ignored.
    ///
    /// The file is read by [`build`](Self::build), before each request, and again shortly after the server rejects the
    /// token with 401: if the file then holds another token, the request is sent once more. While the file cannot be read,
    /// the last token that the server has accepted is used, and the feature `tracing` records one warning.
    ///
    /// A file on a network that hangs holds up a call no longer than [`with_timeout`](crate::Client::with_timeout) allows.
    /// `build` reads it without a limit.
    ///
    /// ```no_run
    /// use gitlab_jobs::{Client, TokenKind};
    ///
    /// let client = Client::builder().token_file(TokenKind::Private, "/run/secrets/gitlab").build()?;
    /// # Ok::<(), gitlab_jobs::Error>(())
    /// ```
    pub fn token_file(self, kind: TokenKind, path: impl Into<PathBuf>) -> Self {
        self.token(TokenOrigin::File(kind, path.into()))
    }

    /// Authenticates with the tokens that a function obtains, such as OAuth tokens that expire.
    ///
    /// The function is called for the first request, and again when the server rejects the token with 401: if the
    /// function then returns another token, the request is sent once more. A rejected request was not processed, so
    /// this applies to a POST as well. Calls that need a token at the same time share the result. The function is not
    /// called again while its token is accepted. It has to do its own retries.
    ///
    /// The function can send requests on the connections of this client, through one that is derived by
    /// [`with_token`](crate::Client::with_token). A request through the client that waits for the token fails with an error
    /// for which [`Error::is_token`] is true.
    ///
    /// If the function fails, so does the call, with an error for which [`Error::is_token`] is true, or with that of the 401
    /// and the failure as its [source](std::error::Error::source). The error must not contain a secret.
    ///
    /// ```
    /// use gitlab_jobs::{Client, TokenKind};
    ///
    /// async fn login() -> Result<String, std::io::Error> {
    ///     // …
    /// #   Ok("x".to_owned())
    /// }
    ///
    /// let client = Client::builder().token_source(TokenKind::Bearer, login).build()?;
    /// # Ok::<(), gitlab_jobs::Error>(())
    /// ```
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
        self.token(TokenOrigin::Source(kind, Obtain::new(source)))
    }

    fn token(mut self, token: TokenOrigin) -> Self {
        self.token = Some(token);
        self
    }

    /// Sets how long connecting may take, TLS included. The default is 10 s. A shorter [`idle_timeout`](Self::idle_timeout)
    /// applies to connecting as well.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long to wait for the server to send anything while a response is awaited or read. The default is 60 s.
    ///
    /// The time between two reads of a log does not count. There is no limit for a whole response, so that long logs
    /// are not cut off.
    pub fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Sets how many times a request is sent at most, including the first time; 1 turns retries off. The default is 5.
    ///
    /// [`RetryPolicy`] describes which requests are retried, and when.
    pub fn max_attempts(mut self, max_attempts: u32) -> Self {
        self.retry = self.retry.max_attempts(max_attempts);
        self
    }

    /// Sets how long after the start of the first attempt the last one may start. The default is 3 minutes.
    pub fn max_retry_time(mut self, max_time: Duration) -> Self {
        self.retry = self.retry.max_time(max_time);
        self
    }

    /// Sets the whole retry policy.
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Sets the `User-Agent` header. The default is `gitlab-jobs/` and the version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Adds a header to every request, such as `Sudo`. It replaces an earlier header of the same name.
    ///
    /// Like the token, it is sent only to the origin of [`base_url`](Self::base_url), even if a redirect leads to
    /// another. [`build`](Self::build) reports headers that carry a credential (see [`secret_header`](Self::secret_header)), that the client sets itself, that are about
    /// the connection, and ranges, which only a [single request](crate::CustomRequest::header) can have.
    pub fn default_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.default_headers.push((name.into(), value.into()));
        self
    }

    /// Adds a header with a secret value to every request, such as the credential that a proxy in front of GitLab requires:
    /// `Authorization`, if the token is in another header, `Cookie`, or `CF-Access-Client-Secret`. It replaces an earlier
    /// header of the same name.
    ///
    /// Like the token, it is sent only to the origin of [`base_url`](Self::base_url), and is shown neither by `Debug` nor
    /// in errors and traces, even if the server repeats it. [`build`](Self::build) rejects the header that carries the
    /// token, and those that the client sets itself.
    ///
    /// ```
    /// let client = gitlab_jobs::Client::builder()
    ///     .base_url("https://gitlab.example.com")
    ///     .private_token("glpat-x")
    ///     .secret_header("Authorization", "Basic dXNlcjpwYXNzd29yZA==")
    ///     .build()?;
    /// # Ok::<(), gitlab_jobs::Error>(())
    /// ```
    pub fn secret_header(mut self, name: impl Into<String>, value: impl Into<Secret>) -> Self {
        self.secret_headers.push((name.into(), value.into()));
        self
    }

    /// Sets how many requests the client, its clones and the clients derived from it send at the same time. Further ones
    /// wait. There is no limit by default.
    ///
    /// A request counts until its response has arrived. A log counts until its first bytes arrive, so that the program can
    /// send requests while it reads.
    ///
    /// Most GitLab servers report how many requests a rate limit still allows, and the client sends no more than that.
    /// On a server that reports it only when rejecting a request, this limit bounds the number of rejected requests.
    pub fn max_concurrent_requests(mut self, requests: usize) -> Self {
        self.max_concurrent_requests = Some(requests);
        self
    }

    /// Sets the largest JSON body that is read, in bytes after decompression. The default is 64 MiB.
    ///
    /// Logs have no limit, because they are not held in memory.
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }

    /// Sets how much of a body an error keeps, in bytes. The default is 64 KiB.
    pub fn max_error_body(mut self, bytes: usize) -> Self {
        self.max_error_body = bytes;
        self
    }

    /// Sends every request through a proxy, such as `http://user:password@proxy.example.com:3128`.
    ///
    /// The default is the proxy of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`). A SOCKS proxy, such as
    /// `socks5://proxy.example.com:1080`, needs the feature `socks`.
    pub fn proxy(mut self, url: impl Into<Secret>) -> Self {
        self.proxy = Some(url.into());
        self
    }

    /// Trusts the certificates in the content of a PEM file, or one in DER, in addition to those of the platform.
    ///
    /// Can be called several times.
    #[cfg(feature = "__tls")]
    pub fn add_root_certificate(mut self, pem_or_der: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem_or_der.into());
        self
    }

    /// Sets the client certificate: the content of a PEM file with the certificate and its private key.
    #[cfg(feature = "__tls")]
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.client_certificate = Some(pem.into().into());
        self
    }

    /// Configures the HTTP client beyond the other options, such as DNS or local addresses.
    ///
    /// Redirects, retries, the timeout for connecting and the user agent are set afterwards and cannot be changed here. Do not
    /// set the other timeouts here: `timeout` limits a whole response, which cuts off long logs. Headers that are
    /// set here are also sent to every server to which a redirect leads: use [`default_header`](Self::default_header) instead, and never
    /// set a credential here.
    pub fn configure_http(
        mut self,
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.configure = Some(Box::new(configure));
        self
    }

    /// Checks the options and creates the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// Returns an error for which [`Error::is_invalid`] is true if a value is invalid. Its text names the value, the reason
    /// and the remedy.
    pub fn build(mut self) -> Result<Client, Error> {
        let base_url = self.base_url.take();
        let base = base_url.unwrap_or_else(|| BaseUrl::parse(GITLAB_COM))?;
        let credential = self.token.take().map(Credential::new).transpose()?;
        let mut headers = header::parse_all(&self.default_headers)?;
        for (name, value) in &self.secret_headers {
            let (name, value) = header::parse_secret(name, value)?;
            headers.insert(name, value);
        }
        self.retry.check()?;
        for (name, timeout) in [
            ("connect_timeout", self.connect_timeout),
            ("idle_timeout", self.idle_timeout),
        ] {
            if timeout.is_zero() {
                return Err(Error::config(format!(
                    "{name} is zero, so every request would fail"
                )));
            }
        }
        if self.max_body == 0 {
            return Err(Error::config("max_body is 0, so no response could be read"));
        }
        if cfg!(not(feature = "__tls")) && base.as_url().scheme() == "https" {
            return Err(Error::config(
                "the base URL needs TLS, which this build of gitlab-jobs does not have; enable its feature `rustls` or \
                 `native-tls`",
            ));
        }
        if self.max_concurrent_requests == Some(0) {
            return Err(Error::config(
                "max_concurrent_requests is 0, so no request would be sent",
            ));
        }
        let mut secrets = self.proxy.as_ref().map(password).unwrap_or_default();
        for (_, value) in &self.secret_headers {
            secrets.extend(header::secrets(value));
        }
        // What a hook does about proxies is unknown.
        let proxies = match &self.proxy {
            Some(proxy) => Proxies::all(proxy),
            None if self.configure.is_some() => Proxies::default(),
            None => Proxies::of_environment(),
        };
        if cfg!(not(feature = "socks")) && proxies.is_socks_for(base.as_url()) {
            return Err(Error::config(
                "the proxy is a SOCKS proxy, which this build of gitlab-jobs does not support; enable its feature `socks`",
            ));
        }
        let http = self.http_client()?;
        let transport = Transport {
            http,
            base,
            pacing: Pacing::new(self.max_concurrent_requests),
            idle_timeout: self.idle_timeout,
            max_body: self.max_body,
            max_error_body: self.max_error_body,
            fallbacks: Fallbacks::default(),
            sent: Arc::new(SentTokens::with(secrets)),
            proxies,
        };
        let options = Options {
            credential: None,
            headers,
            retry: self.retry,
            timeout: None,
        };
        let options = match credential {
            Some(credential) => options.with_credential(credential)?,
            None => options,
        };
        Ok(Client::new(Sender {
            transport: Arc::new(transport),
            options,
        }))
    }
}

impl ClientBuilder {
    fn header_names(&self) -> Vec<&str> {
        let secret = self.secret_headers.iter().map(|(name, _)| name.as_str());
        let shown = self.default_headers.iter().map(|(name, _)| name.as_str());
        shown.chain(secret).collect()
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("base_url", &self.base_url)
            .field("token", &self.token)
            .field("connect_timeout", &self.connect_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("retry", &self.retry)
            .field("user_agent", &self.user_agent)
            // A value can be a secret.
            .field("headers", &self.header_names())
            .field("max_concurrent_requests", &self.max_concurrent_requests)
            .field("max_body", &self.max_body)
            .field("max_error_body", &self.max_error_body)
            .field("proxy", &self.proxy)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(not(feature = "__tls"))]
    #[test]
    fn https_without_tls_is_rejected() {
        let error = ClientBuilder::new().build().unwrap_err();
        assert!(
            error.is_invalid() && error.to_string().contains("`rustls`"),
            "{error}"
        );
        ClientBuilder::new()
            .base_url("http://localhost")
            .build()
            .unwrap();
    }

    #[cfg(not(feature = "socks"))]
    #[test]
    fn a_socks_proxy_needs_the_feature() {
        for scheme in ["socks4", "socks4a", "socks5", "socks5h"] {
            let builder = ClientBuilder::new().proxy(format!("{scheme}://localhost:1080"));
            let error = builder.base_url("http://localhost").build().unwrap_err();
            assert!(
                error.is_invalid() && error.to_string().contains("`socks`"),
                "{error}"
            );
        }
    }

    #[test]
    fn invalid_values_are_rejected_with_reasons() {
        let plain = || ClientBuilder::new().base_url("http://localhost");
        for (builder, words) in [
            (plain().max_attempts(0), "max_attempts is 0"),
            (
                plain().connect_timeout(Duration::ZERO),
                "connect_timeout is zero",
            ),
            (plain().idle_timeout(Duration::ZERO), "idle_timeout is zero"),
            (plain().max_body(0), "max_body is 0"),
            (
                plain().max_concurrent_requests(0),
                "max_concurrent_requests is 0",
            ),
            (plain().user_agent("a\nb"), "user agent"),
            (plain().proxy("http://u:secret@["), "proxy"),
            (plain().private_token("secret\n"), "line break"),
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
