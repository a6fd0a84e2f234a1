//! The HTTP client, built from the options.

use std::time::Duration;

use http::HeaderValue;

use super::ClientBuilder;
#[cfg(feature = "__tls")]
use super::certificate;
use crate::{Error, Secret};

/// Shorter than the idle timeouts of servers and load balancers (60 s and more), so that they rarely close a connection
/// just when a request is sent on it.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// How many bytes of a response the server may send on HTTP/2 before they are read.
#[cfg(feature = "http2")]
const STREAM_WINDOW: u32 = 512 << 10;

/// The same for all responses on a connection. A log that nobody reads takes up a stream's window of it.
#[cfg(feature = "http2")]
const CONNECTION_WINDOW: u32 = 16 << 20;

/// How often a connection of HTTP/2 that is in use is checked.
#[cfg(feature = "http2")]
const PING_INTERVAL: Duration = Duration::from_secs(20);

impl ClientBuilder {
    /// Builds the HTTP client for these options.
    pub(super) fn http_client(&mut self) -> Result<reqwest::Client, Error> {
        // Without a crypto provider, reqwest panics.
        #[cfg(all(
            feature = "rustls-no-provider",
            not(any(feature = "rustls", feature = "native-tls"))
        ))]
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(Error::config(
                "there is no crypto provider for TLS; call `install_default` of rustls's `CryptoProvider` first, or use the \
                 feature `rustls`, which brings one",
            ));
        }
        let mut http = reqwest::Client::builder();
        #[cfg(feature = "http2")]
        {
            http = http
                .http2_initial_stream_window_size(STREAM_WINDOW)
                .http2_initial_connection_window_size(CONNECTION_WINDOW)
                .http2_keep_alive_interval(PING_INTERVAL);
        }
        if let Some(configure) = self.configure.take() {
            http = configure(http);
        }
        http = http
            // Both run while a connection is established. If the other one expired first, it would seem that the request had
            // been sent.
            .connect_timeout(self.connect_timeout.min(self.idle_timeout))
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .user_agent(self.checked_user_agent()?)
            // Redirects and retries are handled by this crate: reqwest would send the token to other origins, and retry
            // requests of any method.
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false);
        if let Some(proxy) = &self.proxy {
            http = http.proxy(parse_proxy(proxy)?);
        }
        #[cfg(feature = "__tls")]
        {
            http = self.tls(http)?;
        }
        http.build().map_err(|error| {
            Error::config("the HTTP client cannot be built with these options")
                .with_source(error.without_url())
        })
    }

    fn checked_user_agent(&self) -> Result<HeaderValue, Error> {
        HeaderValue::from_str(&self.user_agent).map_err(|error| {
            Error::config("the user agent contains a character that no header can carry")
                .with_source(error)
        })
    }

    #[cfg(feature = "__tls")]
    fn tls(&self, mut http: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        for certificate in &self.root_certificates {
            let parsed = certificate::parse_roots(certificate)?;
            http = http.tls_certs_merge(parsed);
        }
        if let Some(pem) = &self.client_certificate {
            http = http.identity(certificate::parse_identity(pem)?);
        }
        Ok(http)
    }
}

fn parse_proxy(url: &Secret) -> Result<reqwest::Proxy, Error> {
    // The cause is left out, because it would repeat the URL, including the password.
    reqwest::Proxy::all(url.expose()).map_err(|_| {
        Error::config("the proxy is not a URL; use the form `http://proxy.example.com:3128`")
    })
}
