//! A token, and the header that carries it.

use crate::Secret;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};

const BEARER: &str = "Bearer ";

/// The prefix of the tokens of CI/CD jobs.
const JOB_PREFIX: &str = "glcbt-";

/// Returns what a text is that stands in place of a token, if it is no token.
fn placeholder(token: &str) -> Option<&'static str> {
    let enclosed = |start, end| token.len() > 1 && token.starts_with(start) && token.ends_with(end);
    if enclosed('"', '"') || enclosed('\'', '\'') || enclosed('`', '`') {
        Some("is in quotes; remove them")
    } else if token.starts_with('$') || enclosed('%', '%') {
        Some("is the name of a variable, which was not expanded")
    } else if token.eq_ignore_ascii_case("[masked]") || token.bytes().all(|byte| byte == b'*') {
        Some("is what a log shows in place of a masked variable; read the variable itself")
    } else if enclosed('<', '>') {
        Some("is a placeholder; replace it by a token")
    } else {
        None
    }
}

/// The kind of a token, which determines the header that carries it.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum TokenKind {
    /// A personal, project or group access token, in the header `PRIVATE-TOKEN`.
    Private,
    /// The token of a CI/CD job, in the header `JOB-TOKEN`.
    Job,
    /// An OAuth token, or any other access token, in the header `Authorization`.
    Bearer,
}

impl TokenKind {
    pub(crate) const ALL: [Self; 3] = [Self::Private, Self::Job, Self::Bearer];

    /// Returns the header that carries a token of this kind.
    pub(crate) const fn header(self) -> HeaderName {
        match self {
            Self::Private => HeaderName::from_static("private-token"),
            Self::Job => HeaderName::from_static("job-token"),
            Self::Bearer => AUTHORIZATION,
        }
    }
}

/// A header that carries a token. `Debug` does not show its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TokenHeader {
    pub(crate) kind: TokenKind,
    pub(crate) name: HeaderName,
    pub(crate) value: HeaderValue,
}

impl TokenHeader {
    /// Returns the header, or the reason why no header can carry the token. The reason names the position of the
    /// problem, but never shows the token.
    pub(super) fn new(kind: TokenKind, token: &Secret) -> Result<Self, String> {
        let (word, prefix) = match kind {
            TokenKind::Private => ("private", ""),
            TokenKind::Job => ("job", ""),
            TokenKind::Bearer => ("bearer", BEARER),
        };
        let token = token.expose();
        if token.is_empty() {
            return Err(format!(
                "the {word} token is empty; set it, or leave it out"
            ));
        }
        if let Some(reason) = placeholder(token) {
            return Err(format!("the {word} token {reason}"));
        }
        if kind == TokenKind::Private && token.starts_with(JOB_PREFIX) {
            return Err(
                "the private token is the token of a CI/CD job, as its prefix says; set it as the job token".to_owned(),
            );
        }
        if let Some(at) = token.bytes().position(|byte| !byte.is_ascii_graphic()) {
            let what = match token.as_bytes()[at] {
                b'\n' | b'\r' => "a line break",
                b' ' | b'\t' => "white space",
                _ => "a character that no token has",
            };
            return Err(format!(
                "the {word} token has {what} at position {at}; was it read from a file?"
            ));
        }
        let mut value = HeaderValue::try_from(format!("{prefix}{token}"))
            .map_err(|_| format!("no header can carry the {word} token"))?;
        value.set_sensitive(true);
        Ok(Self {
            kind,
            name: kind.header(),
            value,
        })
    }
}

impl TokenHeader {
    /// Returns the token without its prefix in the header.
    pub(crate) fn token(&self) -> &str {
        let value = self.value.to_str().unwrap_or_default();
        value.strip_prefix(BEARER).unwrap_or(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_no_header_can_carry_is_rejected_without_being_shown() {
        for (token, words) in [
            ("", "is empty"),
            ("glpat-secret\n", "a line break at position 12"),
            ("glpat secret", "white space at position 5"),
            ("glpat-secret\u{7f}", "a character"),
            ("glpat-secreté", "a character"),
        ] {
            let reason = TokenHeader::new(TokenKind::Private, &token.into()).unwrap_err();
            assert!(reason.contains(words), "{reason}");
            assert!(!reason.contains("secret"), "{reason}");
        }
    }

    #[test]
    fn a_text_that_is_no_token_is_rejected() {
        for (token, words) in [
            ("\"glpat-secret\"", "quotes"),
            ("'glpat-secret'", "quotes"),
            ("${SECRET}", "not expanded"),
            ("$SECRET", "not expanded"),
            ("%SECRET%", "not expanded"),
            ("[MASKED]", "masked"),
            ("********", "masked"),
            ("<your-secret>", "placeholder"),
            ("glcbt-64_secret", "job token"),
        ] {
            let reason = TokenHeader::new(TokenKind::Private, &token.into()).unwrap_err();
            assert!(reason.contains(words), "{reason}");
            assert!(!reason.to_lowercase().contains("secret"), "{reason}");
        }
        for token in ["glpat-secret", "x'y", "glcbt-64_secret"] {
            TokenHeader::new(TokenKind::Job, &token.into()).unwrap();
        }
    }

    #[test]
    fn debug_does_not_show_the_token() {
        let header = TokenHeader::new(TokenKind::Bearer, &"glpat-secret".into()).unwrap();
        assert_eq!(
            (&header.name, header.value.to_str().unwrap()),
            (&AUTHORIZATION, "Bearer glpat-secret")
        );
        assert!(!format!("{header:?}").contains("secret"));
    }
}
