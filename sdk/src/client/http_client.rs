//! The HTTP client that the options describe, and what it must never do.

use std::time::Duration;

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::ClientBuilder;
#[cfg(feature = "__tls")]
use super::certificate;
use crate::Error;

/// Shorter than what servers and load balancers use (60 s and more), so that they rarely close a connection just when
/// a request is sent on it.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);

impl ClientBuilder {
    /// The HTTP client of these options.
    pub(super) fn http_client(&mut self) -> Result<reqwest::Client, Error> {
        let mut http = reqwest::Client::builder();
        if let Some(configure) = self.configure.take() {
            http = configure(http);
            refuse_credentials(&http)?;
        }
        http = http
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .user_agent(self.checked_user_agent()?)
            // Redirects and retries are ours: reqwest's would take the token along, or do not know the method.
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
            Error::config("the HTTP client cannot be made of these options")
                .with_source(error.without_url())
        })
    }

    fn checked_user_agent(&self) -> Result<HeaderValue, Error> {
        HeaderValue::from_str(&self.user_agent).map_err(|error| {
            Error::config("the user agent has a character that no header can carry")
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

/// Refuses default headers which carry a credential: those that GitLab knows, and any that is marked as sensitive.
/// reqwest gives no way to look at them but this.
fn refuse_credentials(http: &reqwest::ClientBuilder) -> Result<(), Error> {
    let shown = format!("{http:?}").to_ascii_lowercase();
    let names = ["private-token", "job-token", "authorization", "cookie"];
    let named = names
        .iter()
        .any(|name| shown.contains(&format!("\"{name}\":")));
    if named || shown.contains(": sensitive") {
        return Err(Error::config(
            "configure_http sets a default header with a credential: it would follow every redirect; set the token on \
             the builder instead",
        ));
    }
    Ok(())
}

fn parse_proxy(url: &SecretString) -> Result<reqwest::Proxy, Error> {
    // The reason is left out: it would repeat the URL, and with it the password.
    reqwest::Proxy::all(url.expose_secret()).map_err(|_| {
        Error::config("the proxy is no URL; give it as in `http://proxy.example.com:3128`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_header_with_a_credential_is_refused() {
        for name in ["PRIVATE-TOKEN", "Job-Token", "authorization", "cookie"] {
            let headers: http::HeaderMap = [(name.parse().unwrap(), "secret".parse().unwrap())]
                .into_iter()
                .collect();
            let error = ClientBuilder::new()
                .configure_http(|http| http.default_headers(headers))
                .build()
                .unwrap_err();
            assert!(
                error.is_invalid() && error.to_string().contains("follow every redirect"),
                "{error}"
            );
        }
        let headers: http::HeaderMap = [("x-team".parse().unwrap(), "a".parse().unwrap())]
            .into_iter()
            .collect();
        ClientBuilder::new()
            .configure_http(|http| http.default_headers(headers))
            .build()
            .unwrap();
    }
}
