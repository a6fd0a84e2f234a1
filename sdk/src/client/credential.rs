//! The token that a client presents, kept from logs and from other servers.

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::Error;

/// The header of a job token.
pub(crate) const JOB_TOKEN: HeaderName = HeaderName::from_static("job-token");

/// A token, and the header which carries it.
#[derive(Clone, Debug)]
pub(crate) enum Credential {
    Private(SecretString),
    Job(SecretString),
    Bearer(SecretString),
}

impl Credential {
    /// The header, or why the token cannot be sent in one. The error tells where the token is wrong, not what it is.
    pub(crate) fn header(&self) -> Result<(HeaderName, HeaderValue), Error> {
        let (kind, name, prefix, token) = match self {
            Self::Private(token) => (
                "private token",
                HeaderName::from_static("private-token"),
                "",
                token,
            ),
            Self::Job(token) => ("job token", JOB_TOKEN, "", token),
            Self::Bearer(token) => ("bearer token", AUTHORIZATION, "Bearer ", token),
        };
        let token = token.expose_secret();
        if token.is_empty() {
            return Err(Error::config(format!(
                "the {kind} is empty; set it, or leave it out"
            )));
        }
        if let Some(at) = token.bytes().position(|byte| !byte.is_ascii_graphic()) {
            let what = match token.as_bytes()[at] {
                b'\n' | b'\r' => "a line break",
                b' ' | b'\t' => "white space",
                _ => "a character that no token has",
            };
            return Err(Error::config(format!(
                "the {kind} has {what} at position {at}; was it read from a file?"
            )));
        }
        let mut value = HeaderValue::try_from(format!("{prefix}{token}")).map_err(|error| {
            Error::config(format!("the {kind} cannot be sent in a header")).with_source(error)
        })?;
        value.set_sensitive(true);
        Ok((name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_no_header_can_carry_is_refused_without_being_shown() {
        for (token, words) in [
            ("", "is empty"),
            ("glpat-secret\n", "a line break at position 12"),
            ("glpat secret", "white space at position 5"),
            ("glpat-secret\u{7f}", "a character"),
            ("glpat-secreté", "a character"),
        ] {
            let error = format!(
                "{:#?}",
                Credential::Private(token.into()).header().unwrap_err()
            );
            assert!(
                error.contains(words) && !error.contains("secret"),
                "{error}"
            );
        }
    }

    #[test]
    fn debug_shows_neither_the_token_nor_the_header() {
        let credential = Credential::Bearer("glpat-secret".into());
        let (name, value) = credential.header().unwrap();
        assert_eq!(
            (name, value.to_str().unwrap()),
            (AUTHORIZATION, "Bearer glpat-secret")
        );
        assert!(!format!("{credential:?} {value:?}").contains("secret"));
    }
}
