//! Removes tokens from errors, in case the server has repeated them.

use std::fmt;

use http::HeaderValue;

use super::{Error, ErrorKind};

const REDACTED: &str = "[REDACTED]";

/// Shorter texts are not GitLab tokens, and could occur in ordinary words.
const SHORTEST: usize = 8;

impl Error {
    /// Removes secrets from everything that the server sent and from the causes, and truncates long texts.
    pub(crate) fn without<'a>(mut self, secrets: impl Iterator<Item = &'a str>) -> Self {
        secrets.for_each(|secret| self.redact(secret));
        // Only now, since a secret that was truncated would not be recognized.
        self.shorten();
        self
    }

    /// Removes a secret from everything that the server sent, and from the causes.
    fn redact(&mut self, secret: &str) {
        let redact = |text: &mut String| {
            if let Some(redacted) = redacted(text.as_bytes(), secret) {
                *text = String::from_utf8_lossy(&redacted).into_owned();
            }
        };
        self.0.host.iter_mut().for_each(redact);
        match &mut self.0.kind {
            ErrorKind::Decode { path } => redact(path),
            ErrorKind::Redirect { target, reason } => {
                redact(target);
                redact(reason.to_mut());
            }
            ErrorKind::Status { hint: Some(hint) } => redact(hint.to_mut()),
            ErrorKind::Encoding(encoding) => redact(encoding),
            _ => {}
        }
        if let Some(response) = &mut self.0.response {
            if let Some(body) = redacted(&response.body, secret) {
                response.body = body.into();
            }
            // The body may have encoded it differently, such as with a JSON escape sequence.
            response.message.iter_mut().for_each(redact);
            for value in response.headers.values_mut() {
                if redacted(value.as_bytes(), secret).is_some() {
                    *value = HeaderValue::from_static(REDACTED);
                }
            }
        }
        let causes = self.causes().collect::<Vec<_>>().join(": ");
        if let Some(causes) = redacted(causes.as_bytes(), secret) {
            let causes = String::from_utf8_lossy(&causes).into_owned();
            self.0.source = Some(Box::new(Redacted(causes)));
        }
    }
}

/// Returns a text without the secret, or `None` if the text does not contain it.
///
/// ASCII case is ignored, since hosts are converted to lower case. At the end of the text, the beginning of the secret is
/// enough, since the text may have been truncated there.
pub(crate) fn redacted(text: &[u8], secret: &str) -> Option<Vec<u8>> {
    let (mut rest, mut redacted, mut found) = (text, Vec::new(), false);
    while let Some((&first, tail)) = rest.split_first() {
        let length = secret.len().min(rest.len());
        let (start, after) = rest.split_at(length);
        if length >= SHORTEST && start.eq_ignore_ascii_case(&secret.as_bytes()[..length]) {
            redacted.extend_from_slice(REDACTED.as_bytes());
            rest = after;
            found = true;
        } else {
            redacted.push(first);
            rest = tail;
        }
    }
    found.then_some(redacted)
}

/// The causes of an error, one of which showed the secret.
#[derive(Debug)]
struct Redacted(String);

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Redacted {}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;

    const SECRET: &str = "glpat-secret";

    #[track_caller]
    fn assert_redacted(mut error: Error) {
        error.redact(SECRET);
        let mut shown = format!("{error} {error:#} {error:?} {:?}", error.headers());
        shown += &format!("{:?} {:?}", error.source_text(), error.message());
        shown += &String::from_utf8_lossy(error.body().unwrap_or_default());
        assert!(shown.contains(REDACTED), "{shown}");
        assert!(!shown.to_lowercase().contains("secre"), "{shown}");
    }

    impl Error {
        fn source_text(&self) -> Option<String> {
            self.0.source.as_ref().map(|source| format!("{source:?}"))
        }
    }

    fn response(body: &str) -> Error {
        let status = StatusCode::UNAUTHORIZED;
        let body = Bytes::from(body.to_owned());
        Error::new(ErrorKind::Status { hint: None }).with_response(status, HeaderMap::new(), body)
    }

    #[test]
    fn a_secret_is_removed_wherever_it_occurs() {
        assert_redacted(response(SECRET));
        assert_redacted(response(&format!("{SECRET}{SECRET}")));
        assert_redacted(response(&format!(
            r#"{{"message": "{}{SECRET}"}}"#,
            "x".repeat(992)
        )));
        assert_redacted(response("GLPAT-SECRET"));
        assert_redacted(response("cut off: glpat-secre"));
        assert_redacted(
            response(r#"{"message": "the token glpat\u002dsecret is wrong"}"#).with_body(b"?"),
        );
        assert_redacted(Error::new(ErrorKind::Decode {
            path: format!("[1].{SECRET}"),
        }));
        assert_redacted(Error::new(ErrorKind::Redirect {
            reason: "".into(),
            target: format!("https://gitlab.com/{SECRET}"),
        }));
        let source = format!("invalid type: string \"{SECRET}\"");
        assert_redacted(Error::new(ErrorKind::Connect).with_source(source));
        let headers = [("x-request-id", SECRET)]
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let headers = headers.into_iter().collect();
        let kind = ErrorKind::Status { hint: None };
        assert_redacted(Error::new(kind).with_response(StatusCode::OK, headers, Bytes::new()));
    }

    impl Error {
        /// Replaces the body and keeps the message.
        fn with_body(mut self, body: &'static [u8]) -> Self {
            self.0.response.as_mut().unwrap().body = body.into();
            self
        }
    }

    #[test]
    fn a_text_that_is_too_short_for_a_token_is_kept() {
        let mut error = response(r#"{"message": "401 Unauthorized"}"#);
        error.redact("a");
        error.redact("Unauth");
        assert_eq!(error.message(), Some("401 Unauthorized"));
    }
}
