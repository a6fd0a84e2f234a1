//! Headers that the caller adds to requests.

use http::header::{
    ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HOST, IF_RANGE,
    PROXY_AUTHORIZATION, RANGE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{Error, Secret, TokenKind};

/// Which requests a header is for.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Use {
    /// All those of a client, whatever they are about.
    EveryRequest,
    /// One that the caller makes.
    OneRequest,
    /// All those of a client, with a secret value, such as the credential of a proxy in front of GitLab.
    Secret,
}

/// Returns why a caller may not set a header, if so.
fn refusal(name: &HeaderName, use_: Use) -> Option<&'static str> {
    if *name == PROXY_AUTHORIZATION {
        Some(
            "this header carries a credential; set the proxy with its password on the client instead",
        )
    } else if use_ != Use::Secret && is_credential(name) {
        Some(
            "this header carries a credential; set it on the builder, as the token or by the method for headers that are not shown",
        )
    } else if is_set_by_the_client(name) {
        Some("the client sets this header itself")
    } else if is_about_the_connection(name) {
        Some("this header is about the connection, which the client manages")
    } else if use_ != Use::OneRequest && [RANGE, IF_RANGE].contains(name) {
        Some("a range is for a single request; set it there")
    } else {
        None
    }
}

/// Returns whether a header carries a credential. There are separate methods for these, which keep them secret.
fn is_credential(name: &HeaderName) -> bool {
    TokenKind::ALL.iter().any(|kind| kind.header() == name)
        || *name == COOKIE
        || name.as_str() == "deploy-token"
}

/// Returns whether the request or a separate method determines a header.
fn is_set_by_the_client(name: &HeaderName) -> bool {
    [
        ACCEPT,
        ACCEPT_ENCODING,
        CONTENT_LENGTH,
        CONTENT_TYPE,
        HOST,
        USER_AGENT,
    ]
    .contains(name)
}

/// Returns whether a header is for the next hop only, such as a proxy (RFC 9110, 7.6.1).
fn is_about_the_connection(name: &HeaderName) -> bool {
    [CONNECTION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE].contains(name)
        || name.as_str() == "keep-alive"
        || name.as_str().starts_with("proxy-")
}

/// Parses the headers of a builder. Of several with the same name, the last is used.
pub(crate) fn parse_all(headers: &[(String, String)]) -> Result<HeaderMap, Error> {
    let mut parsed = HeaderMap::new();
    for (name, value) in headers {
        let (name, value) = parse(name, value, Use::EveryRequest).map_err(invalid)?;
        parsed.insert(name, value);
    }
    Ok(parsed)
}

/// Parses a header, or returns the reason why it cannot be sent. The reason never shows the value.
pub(crate) fn parse(
    name: &str,
    value: &str,
    use_: Use,
) -> Result<(HeaderName, HeaderValue), String> {
    let invalid = |reason: &str| Err(format!("{name:?}: {reason}"));

    let Ok(parsed) = HeaderName::try_from(name) else {
        return invalid("this is not a header name");
    };
    if let Some(reason) = refusal(&parsed, use_) {
        return invalid(reason);
    }
    match HeaderValue::try_from(value) {
        Ok(value) => Ok((parsed, value)),
        Err(_) => invalid("the value has a character that no header can carry"),
    }
}

/// Parses a header whose value is a secret.
pub(crate) fn parse_secret(name: &str, value: &Secret) -> Result<(HeaderName, HeaderValue), Error> {
    if value.expose().is_empty() {
        let reason = format!("{name:?}: the value is empty; set it, or leave the header out");
        return Err(invalid(reason));
    }
    let (name, mut value) = parse(name, value.expose(), Use::Secret).map_err(invalid)?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// Returns the parts of a secret value that are secret by themselves: a server can repeat one cookie, or a credential
/// without its scheme.
pub(crate) fn secrets(value: &Secret) -> impl Iterator<Item = Secret> {
    let parts = value.expose().split(';').map(str::trim);
    let parts = parts.flat_map(|part| {
        let after = part.split_once([' ', '=']).map(|(_, after)| after);
        [Some(part), after].into_iter().flatten()
    });
    [value.expose()].into_iter().chain(parts).map(Secret::from)
}

/// Returns the error for a header that cannot be sent.
pub(crate) fn invalid(reason: String) -> Error {
    Error::config(format!("invalid header {reason}"))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn parsed(headers: &[(&str, &str)]) -> Result<HeaderMap, String> {
        let owned = headers
            .iter()
            .map(|(name, value)| (String::from(*name), String::from(*value)));
        parse_all(&owned.collect::<Vec<_>>()).map_err(|error| format!("{error:?} {error}"))
    }

    #[test]
    fn the_last_header_of_a_name_counts() {
        let headers = parsed(&[("Sudo", "a"), ("X-Team", "b"), ("sudo", "c")]).unwrap();
        assert_eq!(headers.len(), 2);
        assert_eq!(
            (&headers["sudo"], &headers["x-team"]),
            (&"c".parse().unwrap(), &"b".parse().unwrap())
        );
    }

    #[test]
    fn each_part_of_a_secret_header_is_a_secret() {
        let parts = |value: &str| secrets(&value.into()).collect::<HashSet<_>>();
        assert!(parts("Basic dXNlcjpwYXNz").contains(&"dXNlcjpwYXNz".into()));
        let cookies = parts("first=11111111; second=22222222");
        for secret in ["11111111", "22222222", "second=22222222"] {
            assert!(cookies.contains(&secret.into()));
        }
    }

    #[test]
    fn a_header_that_cannot_be_sent_is_rejected_without_its_value() {
        for (name, reason) in [
            ("PRIVATE-TOKEN", "credential"),
            ("Job-Token", "credential"),
            ("authorization", "credential"),
            ("Proxy-Authorization", "credential"),
            ("cookie", "credential"),
            ("Deploy-Token", "credential"),
            ("Content-Length", "itself"),
            ("Host", "itself"),
            ("Connection", "connection"),
            ("Keep-Alive", "connection"),
            ("Proxy-Connection", "connection"),
            ("TE", "connection"),
            ("Trailer", "connection"),
            ("Transfer-Encoding", "connection"),
            ("Upgrade", "connection"),
            ("Range", "single request"),
            ("If-Range", "single request"),
            ("user-agent", "itself"),
            ("no name", "not a header name"),
            ("", "not a header name"),
        ] {
            let error = parsed(&[(name, "secret")]).unwrap_err();
            assert!(error.contains(reason) && error.contains(name), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
        for name in ["Range", "If-Range"] {
            parse(name, "bytes=0-4", Use::OneRequest).unwrap();
        }
        let error = parsed(&[("x-team", "secret\n")]).unwrap_err();
        assert!(
            error.contains("no header can carry") && !error.contains("secret"),
            "{error}"
        );
    }
}
