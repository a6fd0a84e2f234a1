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

impl ClientBuilder {
    /// Builds the HTTP client for these options.
    pub(super) fn http_client(&mut self) -> Result<reqwest::Client, Error> {
        let mut http = reqwest::Client::builder();
        if let Some(configure) = self.configure.take() {
            http = configure(http);
        }
        http = http
            .connect_timeout(self.connect_timeout)
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
