//! Values that must not be shown.

use std::fmt;

/// A text that `Debug` does not show, such as the value of a variable.
#[derive(Clone, Default, Eq, Hash, PartialEq, serde::Deserialize, serde::Serialize)]
#[cfg_attr(
    feature = "schemars",
    derive(schemars::JsonSchema),
    schemars(inline, extend("format" = "password"))
)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Returns the text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_is_sent_and_not_shown() {
        let secret = Secret::from("s3cret");
        assert_eq!(serde_json::to_string(&secret).unwrap(), r#""s3cret""#);
        assert!(!format!("{secret:?}").contains("s3cret"));
    }
}
