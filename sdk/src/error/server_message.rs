//! The message in the body of an error response, whichever form it has.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use serde_json::Value;

use crate::headers;

/// Returns the message of an error response as one line: from GitLab's JSON or from plain text, and not from the HTML of a
/// proxy.
pub(super) fn server_message(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Option<String> {
    if status.is_success() {
        return None;
    }
    let body = std::str::from_utf8(body).ok()?;
    let words = match serde_json::from_str(body) {
        Ok(error) => from_json(&error),
        Err(_) => from_text(headers, body),
    }?;
    let words = words
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    (!words.is_empty()).then_some(words)
}

fn from_json(error: &Value) -> Option<String> {
    let words = |key: &str| {
        error
            .get(key)
            .map(flatten)
            .filter(|words| !words.is_empty())
    };
    words("message").or_else(|| match (words("error"), words("error_description")) {
        (Some(error), Some(description)) => Some(format!("{error}: {description}")),
        (error, description) => error.or(description),
    })
}

/// Turns `{"name": ["is too long", "is taken"]}` into `name is too long, is taken`, without the keys `error` and `base`.
fn flatten(message: &Value) -> String {
    match message {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(flatten).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| match name.as_str() {
                "error" | "base" => flatten(value),
                _ => format!("{name} {}", flatten(value)),
            };
            fields.iter().map(field).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

fn from_text(headers: &HeaderMap, text: &str) -> Option<String> {
    let content_type = headers::text(headers, CONTENT_TYPE).unwrap_or_default();
    let plain =
        content_type.starts_with("text/plain") && !text.trim_start().starts_with(['<', '{', '[']);
    plain.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(content_type: &str, body: &str) -> Option<String> {
        let headers = [(CONTENT_TYPE, content_type.parse().unwrap())]
            .into_iter()
            .collect();
        server_message(StatusCode::BAD_REQUEST, &headers, body.as_bytes())
    }

    #[test]
    fn every_format_becomes_one_line() {
        for (body, expected) in [
            (r#"{"message": "404 Not found"}"#, "404 Not found"),
            (
                r#"{"message": {"name": ["is too long", "is taken"], "base": ["no"]}}"#,
                "no; name is too long, is taken",
            ),
            (r#"{"message": {"error": "Too\nmany"}}"#, "Too many"),
            (r#"{"error": "404 Not Found"}"#, "404 Not Found"),
            (
                r#"{"error": "invalid_token", "error_description": "Expired", "scope": "api"}"#,
                "invalid_token: Expired",
            ),
            (r#"{"message": ["a", 1]}"#, "a, 1"),
        ] {
            assert_eq!(
                words("application/json", body).as_deref(),
                Some(expected),
                "{body}"
            );
        }
        assert_eq!(
            words("text/plain", "Retry later\n").as_deref(),
            Some("Retry later")
        );
    }

    #[test]
    fn control_characters_are_removed() {
        assert_eq!(
            words("text/plain", "\u{1b}[2Jgone\0").as_deref(),
            Some("[2Jgone")
        );
    }

    #[test]
    fn a_body_without_a_message_has_none() {
        assert_eq!(words("text/html", "<html>502</html>"), None);
        assert_eq!(words("text/plain", "<html>502</html>"), None);
        assert_eq!(words("text/plain", ""), None);
        assert_eq!(words("application/json", "{}"), None);
        assert_eq!(words("application/json", r#"{"message": null}"#), None);
        assert_eq!(words("application/json", "{\"mess"), None);
    }
}
