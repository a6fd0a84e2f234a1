//! The targets of redirects.

use std::borrow::Cow;

use http::header::LOCATION;
use url::Url;

use super::verdict::{moved, root};
use crate::request::BaseUrl;

/// The most redirects that one request follows.
pub(crate) const MAX_REDIRECTS: usize = 5;

/// Returns the target of a redirect, or `None` if the response is not a redirect or cannot be followed.
pub(crate) fn target<B>(
    response: &http::Response<B>,
    requested: &Url,
    base: &BaseUrl,
) -> Option<Url> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = std::str::from_utf8(response.headers().get(LOCATION)?.as_bytes()).ok()?;
    resolve(location, requested, base)
}

fn resolve(location: &str, requested: &Url, base: &BaseUrl) -> Option<Url> {
    let mut target = requested.join(location.trim()).ok()?;
    if !matches!(target.scheme(), "http" | "https") {
        return None;
    }
    // A user name in a `Location` would be sent as a credential.
    let _ = target.set_username("");
    let _ = target.set_password(None);
    // Behind a proxy that terminates TLS, GitLab assumes plain http. Staying with https is the intended meaning, and
    // never sends the token unencrypted.
    let mut secure = target.clone();
    if target.scheme() == "http"
        && target.port().is_none()
        && secure.set_scheme("https").is_ok()
        && base.is_origin_of(&secure)
    {
        target = secure;
    }
    Some(target)
}

/// Returns what to do about the redirect of a request that changes something, and is not sent again.
pub(super) fn advice(target: &Url, path: &str, base: &BaseUrl) -> Cow<'static, str> {
    if target
        .path()
        .trim_end_matches('/')
        .ends_with("/users/sign_in")
    {
        "it leads to a sign-in page, so the token or a credential for a front end is missing or was not accepted".into()
    } else if base.is_origin_of(target) {
        "a request that changes something is not sent again; use the new path of the project".into()
    } else if let Some(root) = root(target, path) {
        moved(root).into()
    } else {
        "a request that changes something is not sent to another server".into()
    }
}

/// Returns a target for errors: without its query, which may contain a signature.
pub(crate) fn shown(target: &Url) -> String {
    let mut target = target.clone();
    target.set_query(None);
    target.set_fragment(None);
    target.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_resolved_against_the_requested_url() {
        let base = BaseUrl::parse("https://gitlab.com").unwrap();
        let requested = base.join("/projects/old%2Fpath/jobs", "page=2");
        for (location, target) in [
            (
                "/api/v4/projects/7/jobs",
                Some("https://gitlab.com/api/v4/projects/7/jobs"),
            ),
            ("http://gitlab.com/x", Some("https://gitlab.com/x")),
            ("http://gitlab.com:8080/x", Some("http://gitlab.com:8080/x")),
            ("http://other.com/x", Some("http://other.com/x")),
            (
                "https://user:secret@other.com/x?sig=1",
                Some("https://other.com/x?sig=1"),
            ),
            ("//other.com/x", Some("https://other.com/x")),
            ("file:///etc/passwd", None),
            ("http://[", None),
        ] {
            assert_eq!(
                resolve(location, &requested, &base)
                    .as_ref()
                    .map(Url::as_str),
                target,
                "{location}"
            );
        }
    }

    #[test]
    fn an_error_shows_no_signature() {
        let url = Url::parse("https://store.com/log?signature=abc#x").unwrap();
        assert_eq!(shown(&url), "https://store.com/log");
    }
}
