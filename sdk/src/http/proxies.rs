//! Which proxy a request goes through, which errors name.

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use url::Url;

use crate::Secret;

/// The proxies of a client, by the rules that reqwest follows as well.
#[derive(Default)]
pub(crate) struct Proxies(Option<Matcher>);

impl Proxies {
    /// The proxy of every request.
    pub(crate) fn all(url: &Secret) -> Self {
        Self(Some(Matcher::builder().all(url.expose()).build()))
    }

    /// The proxies that environment variables name.
    pub(crate) fn of_environment() -> Self {
        Self(Some(Matcher::from_env()))
    }

    /// Returns whether requests to a URL go through a SOCKS proxy.
    pub(crate) fn is_socks_for(&self, url: &Url) -> bool {
        let proxy = self.for_url(url);
        let scheme = proxy.as_ref().and_then(|proxy| proxy.uri().scheme_str());
        scheme.is_some_and(|scheme| scheme.starts_with("socks"))
    }

    /// Returns the host and the port of the proxy for a URL, if there is one.
    pub(super) fn host_for(&self, url: &Url) -> Option<String> {
        let proxy = self.for_url(url)?;
        let authority = proxy.uri().authority()?.as_str();
        // A password precedes the host.
        Some(authority.rsplit('@').next()?.to_owned())
    }

    fn for_url(&self, url: &Url) -> Option<Intercept> {
        self.0.as_ref()?.intercept(&url.as_str().parse().ok()?)
    }
}

/// Returns the password in the URL of a proxy, as it is written and as it is meant.
pub(crate) fn password(proxy: &Secret) -> Vec<Secret> {
    let url = Url::parse(proxy.expose()).ok();
    let Some(password) = url.as_ref().and_then(Url::password) else {
        return Vec::new();
    };
    let decoded = percent_encoding::percent_decode_str(password).decode_utf8_lossy();
    vec![password.into(), decoded.into_owned().into()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_named_without_its_password() {
        let proxy = Secret::from("http://user:pass%2Fword@proxy.test:3128");
        let url = Url::parse("https://gitlab.com/api").unwrap();
        let host = Proxies::all(&proxy).host_for(&url);
        assert_eq!(host.as_deref(), Some("proxy.test:3128"));
        assert_eq!(password(&proxy), ["pass%2Fword".into(), "pass/word".into()]);
        assert_eq!(Proxies::default().host_for(&url), None);
    }
}
