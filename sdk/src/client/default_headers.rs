//! Headers that every request carries.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::Error;

/// They carry a credential, which has a method of its own that keeps it secret.
const CREDENTIALS: [&str; 5] = [
    "authorization",
    "cookie",
    "job-token",
    "private-token",
    "proxy-authorization",
];

/// They depend on the request, or have a method of their own.
const SET_BY_THE_CLIENT: [&str; 6] = [
    "accept",
    "accept-encoding",
    "content-length",
    "content-type",
    "transfer-encoding",
    "user-agent",
];

/// Parses the headers, of which the last one of a name counts. An error never shows a value.
pub(super) fn parse(headers: &[(String, String)]) -> Result<HeaderMap, Error> {
    let mut parsed = HeaderMap::new();
    for (name, value) in headers {
        let (name, value) = parse_one(name, value)?;
        parsed.insert(name, value);
    }
    Ok(parsed)
}

fn parse_one(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Error> {
    let refuse = |reason: &str| Error::config(format!("invalid default header {name:?}: {reason}"));

    let parsed = HeaderName::try_from(name)
        .map_err(|error| refuse("it is not a header name").with_source(error))?;
    if CREDENTIALS.contains(&parsed.as_str()) {
        return Err(refuse(
            "it carries a credential; set the token, or the proxy with its password, on the builder instead",
        ));
    }
    if SET_BY_THE_CLIENT.contains(&parsed.as_str()) {
        return Err(refuse("the client sets it itself"));
    }
    let value = HeaderValue::try_from(value).map_err(|error| {
        refuse("the value contains a character that no header can carry").with_source(error)
    })?;
    Ok((parsed, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(headers: &[(&str, &str)]) -> Result<HeaderMap, String> {
        let owned = headers
            .iter()
            .map(|(name, value)| (String::from(*name), String::from(*value)));
        parse(&owned.collect::<Vec<_>>()).map_err(|error| format!("{error:?} {error}"))
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
    fn a_header_that_cannot_be_sent_is_refused_without_its_value() {
        for (name, reason) in [
            ("PRIVATE-TOKEN", "credential"),
            ("Job-Token", "credential"),
            ("authorization", "credential"),
            ("Proxy-Authorization", "credential"),
            ("cookie", "credential"),
            ("Content-Length", "sets it itself"),
            ("user-agent", "sets it itself"),
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
