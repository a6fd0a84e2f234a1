//! The root of the API, and its origin, the only one to which credentials are sent.

use std::fmt;

use url::Url;

use crate::Error;

/// The path of the API below the root of GitLab.
pub(crate) const API: &str = "/api/v4";

/// The root of the API, such as `https://gitlab.example.com/api/v4`.
#[derive(Clone)]
pub(crate) struct BaseUrl(Url);

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_str().fmt(f)
    }
}

impl BaseUrl {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let invalid = |reason: &str| Error::config(format!("the base URL {reason}"));

        let text = text.trim();
        if text.is_empty() {
            return Err(invalid(
                "is empty; use the address of GitLab, such as `https://gitlab.example.com`",
            ));
        }
        let mut url = Url::parse(text).map_err(|error| {
            if text.contains("://") {
                invalid(&format!("is not a URL: {error}"))
            } else {
                invalid("is not a URL; include the scheme, as in `https://gitlab.example.com`")
                    .with_source(error)
            }
        })?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(invalid("must start with `https://` or `http://`"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid(
                "must not contain a user name or password; set a token on the builder instead",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid(
                "must end with the path; remove everything from `?` or `#` on",
            ));
        }
        let path = url.path().trim_end_matches('/');
        let path = path.strip_suffix(API).unwrap_or(path);
        if path.contains("/-/") || path.split('/').any(|segment| segment == "api") {
            return Err(invalid(
                "must end with the root of GitLab or with `/api/v4`; remove the path below it",
            ));
        }
        url.set_path(&format!("{path}{API}"));
        Ok(Self(url))
    }

    /// Returns the URL of a path and a query below the root.
    pub(crate) fn join(&self, path: &str, query: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path()));
        url.set_query((!query.is_empty()).then_some(query));
        url
    }

    pub(crate) fn as_url(&self) -> &Url {
        &self.0
    }

    /// Returns whether a URL has the scheme, host and port of the root.
    pub(crate) fn is_origin_of(&self, url: &Url) -> bool {
        self.0.origin() == url.origin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_form_is_accepted() {
        for (text, root) in [
            ("https://gitlab.com", "https://gitlab.com/api/v4"),
            ("https://gitlab.com/", "https://gitlab.com/api/v4"),
            ("https://gitlab.com/api/v4", "https://gitlab.com/api/v4"),
            ("https://gitlab.com/api/v4/", "https://gitlab.com/api/v4"),
            (" http://host:8080/git ", "http://host:8080/git/api/v4"),
            ("http://[::1]:81/git/api/v4//", "http://[::1]:81/git/api/v4"),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().as_url().as_str(), root);
        }
    }

    #[test]
    fn an_invalid_address_is_rejected_with_a_remedy_and_without_secrets() {
        for (text, words) in [
            ("", "is empty"),
            ("gitlab.com", "scheme"),
            ("gitlab.com:443", "https://"),
            ("https://gitlab.com:99999", "port"),
            ("https://[fe80::1%25eth0]", "IPv6"),
            ("https://gitlab.com/api/v4/projects", "remove the path"),
            ("https://gitlab.com/api/graphql", "remove the path"),
            ("https://gitlab.com/api/v3", "remove the path"),
            (
                "https://gitlab.com/group/project/-/jobs/8",
                "remove the path",
            ),
            ("ftp://gitlab.com", "https://"),
            ("https://u:secret@gitlab.com", "password"),
            ("https://gitlab.com?private_token=secret", "remove"),
        ] {
            let error = format!("{:#?}", BaseUrl::parse(text).unwrap_err());
            assert!(error.contains(words), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn an_encoded_path_stays_encoded() {
        let base = BaseUrl::parse("https://gitlab.com").unwrap();
        let url = base.join("/projects/a%2Fb/jobs", "page=2");
        assert_eq!(
            url.as_str(),
            "https://gitlab.com/api/v4/projects/a%2Fb/jobs?page=2"
        );
    }
}
