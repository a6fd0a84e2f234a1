//! Values that must not be shown.

use std::fmt;
use std::hash::{Hash, Hasher};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A text that `Debug` does not show, such as a token or the value of a variable. Its memory is erased when it is dropped.
///
/// Methods that take a secret also take a `&str` or a `String`.
#[derive(Clone, Default)]
#[cfg_attr(
    feature = "schemars",
    derive(schemars::JsonSchema),
    schemars(inline, transparent, extend("format" = "password"))
)]
pub struct Secret(#[cfg_attr(feature = "schemars", schemars(with = "String"))] SecretString);

impl Secret {
    /// Returns the text.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl<T: Into<String>> From<T> for Secret {
    fn from(text: T) -> Self {
        let text: String = text.into();
        Self(text.into())
    }
}

impl Eq for Secret {}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Hash for Secret {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.expose().hash(state);
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.expose())
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
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
        assert_eq!(
            serde_json::from_str::<Secret>(r#""s3cret""#).unwrap(),
            secret
        );
        assert!(!format!("{secret:?}").contains("s3cret"));
    }
}
