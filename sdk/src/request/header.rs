//! Headers that the caller adds to requests.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::Error;

/// These carry credentials, which have separate methods that keep them secret.
const CREDENTIALS: [&str; 5] = [
    "authorization",
    "cookie",
    "job-token",
    "private-token",
    "proxy-authorization",
];

/// These depend on the request, or have separate methods.
const SET_BY_THE_CLIENT: [&str; 6] = [
    "accept",
    "accept-encoding",
    "content-length",
    "content-type",
    "transfer-encoding",
    "user-agent",
];

/// Parses the headers of a builder. Of several with the same name, the last is used.
pub(crate) fn parse_all(headers: &[(String, String)]) -> Result<HeaderMap, Error> {
    let mut parsed = HeaderMap::new();
    for (name, value) in headers {
        let (name, value) = parse(name, value).map_err(invalid)?;
        parsed.insert(name, value);
    }
    Ok(parsed)
}

/// Parses a header, or returns the reason why it cannot be sent. The reason never shows the value.
pub(crate) fn parse(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let invalid = |reason: &str| Err(format!("{name:?}: {reason}"));

    let Ok(parsed) = HeaderName::try_from(name) else {
        return invalid("this is not a header name");
    };
    if CREDENTIALS.contains(&parsed.as_str()) {
        return invalid(
            "this header carries a credential; set the token, or the proxy with its password, on the client instead",
        );
    }
    if SET_BY_THE_CLIENT.contains(&parsed.as_str()) {
        return invalid("the client sets this header itself");
    }
    match HeaderValue::try_from(value) {
        Ok(value) => Ok((parsed, value)),
        Err(_) => invalid("the value has a character that no header can carry"),
    }
}

/// Returns the error for a header that cannot be sent.
pub(crate) fn invalid(reason: String) -> Error {
    Error::config(format!("invalid header {reason}"))
}

#[cfg(test)]
mod tests {
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
    fn a_header_that_cannot_be_sent_is_rejected_without_its_value() {
        for (name, reason) in [
            ("PRIVATE-TOKEN", "credential"),
            ("Job-Token", "credential"),
            ("authorization", "credential"),
            ("Proxy-Authorization", "credential"),
            ("cookie", "credential"),
            ("Content-Length", "itself"),
            ("user-agent", "itself"),
            ("no name", "not a header name"),
            ("", "not a header name"),
        ] {
            let error = parsed(&[(name, "secret")]).unwrap_err();
            assert!(error.contains(reason) && error.contains(name), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
        let error = parsed(&[("x-team", "secret\n")]).unwrap_err();
        assert!(
            error.contains("no header can carry") && !error.contains("secret"),
            "{error}"
        );
    }
}
