//! What a response is, beyond its status: GitLab's, that of another server, or none at all.

use std::borrow::Cow;

use http::header::{CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, StatusCode};
use url::{Position, Url};

use super::Accept;
use crate::credential::TokenKind;
use crate::error::ErrorKind;
use crate::headers::text;
use crate::request::{API, Request, Tokens};

/// The sender of a response.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// The origin of the base URL.
    GitLab,
    /// GitLab at another root, to which a redirect led without the token.
    OtherGitLab(&'a str),
    /// Another server, such as an object storage.
    Elsewhere(&'a Url),
}

impl<'a> Place<'a> {
    /// Returns the sender of a response to a request for this path of the API.
    pub(super) fn of(url: &'a Url, path: &str, same_origin: bool) -> Self {
        if same_origin {
            Self::GitLab
        } else if let Some(root) = root(url, path) {
            Self::OtherGitLab(root)
        } else {
            Self::Elsewhere(url)
        }
    }
}

/// Returns the root of GitLab in a URL with this path of the API, or `None` if it has another path.
pub(super) fn root<'a>(url: &'a Url, path: &str) -> Option<&'a str> {
    url[..Position::AfterPath]
        .strip_suffix(path)?
        .strip_suffix(API)
}

/// Returns the advice for a server that has moved to another root.
pub(super) fn moved(root: &str) -> String {
    format!("redirected to {root}, where the token is not sent; use {root} as the base URL")
}

/// Returns why the body of a successful response is not what was requested, if that is so.
pub(super) fn unreadable(
    request: &Request,
    accept: Accept,
    headers: &HeaderMap,
) -> Option<ErrorKind> {
    if is_html(headers) {
        // A custom request can download a file that happens to be HTML.
        let is_file = text(headers, CONTENT_DISPOSITION)
            .is_some_and(|it| it.to_ascii_lowercase().starts_with("attachment"));
        if !(request.is_custom() && accept == Accept::Bytes && is_file) {
            return Some(ErrorKind::Html);
        }
    }
    // An encoding that was requested is decoded by now, and its header removed.
    let encoding = text(headers, CONTENT_ENCODING)?;
    if encoding.is_empty() || encoding.eq_ignore_ascii_case("identity") {
        return None;
    }
    Some(ErrorKind::Encoding(encoding.to_owned()))
}

/// Returns whether a body is a page of HTML, as its type says. A log has the type of text, even if it looks like HTML.
fn is_html(headers: &HeaderMap) -> bool {
    text(headers, CONTENT_TYPE).is_some_and(|content_type| {
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        ["text/html", "application/xhtml+xml"]
            .iter()
            .any(|html| media_type.eq_ignore_ascii_case(html))
    })
}

/// Explains a status where the server does not.
pub(super) fn hint(
    accepted: Tokens,
    sent: Option<TokenKind>,
    status: StatusCode,
    headers: &HeaderMap,
) -> Option<Cow<'static, str>> {
    use StatusCode as S;
    let is_page = is_html(headers);
    let hint = match (accepted, sent, status) {
        (_, _, S::FORBIDDEN | S::NOT_FOUND) if is_page => {
            "a page of HTML, so not GitLab but a front end has refused the request; if the path of the project has a \
             slash, the front end may not allow `%2F`, so try the numeric id of the project"
        }
        (_, _, S::UNAUTHORIZED) if is_page => {
            "a page of HTML, so not GitLab but a front end wants a credential of its own"
        }
        (Tokens::JobOnly, _, S::NOT_FOUND) => "the token is not the job token of a running job",
        (Tokens::NoJob, Some(TokenKind::Job), S::UNAUTHORIZED | S::NOT_FOUND) => {
            "GitLab does not accept job tokens for this operation; use a personal, project or group access token"
        }
        _ => return None,
    };
    Some(hint.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_the_api_elsewhere_becomes_the_base_url() {
        let path = "/projects/42/jobs/8";
        for (url, root) in [
            (
                "https://gitlab.com/api/v4/projects/42/jobs/8?x=1",
                "https://gitlab.com",
            ),
            (
                "https://host:81/git/api/v4/projects/42/jobs/8",
                "https://host:81/git",
            ),
        ] {
            let url = Url::parse(url).unwrap();
            let Place::OtherGitLab(found) = Place::of(&url, path, false) else {
                panic!("{url}");
            };
            assert_eq!(found, root);
            let advice = moved(found);
            assert!(advice.contains(&format!("use {root} as")), "{advice}");
        }
        let storage = Url::parse("https://store.com/bucket/projects/42/jobs/8?sig=1").unwrap();
        assert!(matches!(
            Place::of(&storage, path, false),
            Place::Elsewhere(_)
        ));
        assert!(matches!(Place::of(&storage, path, true), Place::GitLab));
    }
}
