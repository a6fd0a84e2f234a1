//! Open enums, which keep unknown values, so that responses of a newer GitLab can be decoded.

use std::fmt;

/// Implements the common traits of open enums, based on `KNOWN`, `as_str`, and the variant `Unknown`.
macro_rules! open_enum {
    ($name:ident) => {
        impl $name {
            fn known(value: &str) -> Option<Self> {
                Self::KNOWN.iter().find(|known| known.as_str() == value).cloned()
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self::from(value.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self::known(&value)
                    .unwrap_or_else(|| Self::Unknown($crate::value::UnknownValue::new(value)))
            }
        }

        /// The unknown value with an empty text.
        impl Default for $name {
            fn default() -> Self {
                Self::from(String::new())
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(value))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str($crate::value::FromText(|value| {
                    Self::known(value).unwrap_or_else(|| Self::from(value))
                }))
            }
        }

        $crate::value::parameter::accept!($name: &str, String);
        $crate::value::parameter::accept_in_list!($name: $name, &str, String);

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let known: Vec<_> = Self::KNOWN.iter().map(Self::as_str).collect();
                schemars::json_schema!({ "type": "string", "x-extensible-enum": known })
            }
        }
    };
}

pub(crate) use open_enum;

/// Decodes a value from a text, which need not be owned.
pub(crate) struct FromText<T>(pub(crate) fn(&str) -> T);

impl<T> serde::de::Visitor<'_> for FromText<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<T, E> {
        Ok((self.0)(value))
    }
}

#[cfg(test)]
mod tests {
    use crate::types::JobStatus;

    #[test]
    fn a_known_value_is_a_variant_and_an_unknown_one_is_kept() {
        let json = r#"["running", "waiting_for_resource", "mauve"]"#;
        let statuses: Vec<JobStatus> = serde_json::from_str(json).unwrap();

        assert_eq!(
            statuses[..2],
            [JobStatus::Running, JobStatus::WaitingForResource]
        );
        assert!(matches!(&statuses[2], JobStatus::Unknown(value) if value.as_str() == "mauve"));
        assert_eq!(
            serde_json::to_string(&statuses).unwrap(),
            json.replace(' ', "")
        );
        assert_eq!(statuses[2].to_string(), "mauve");
    }

    #[test]
    fn every_known_value_is_found_by_its_text() {
        for status in JobStatus::KNOWN {
            assert_eq!(&JobStatus::from(status.as_str()), status);
            assert_eq!(status.as_str().parse(), Ok(status.clone()));
            assert_eq!(status, status.as_str());
        }
    }

    #[test]
    fn a_value_that_is_not_a_string_is_an_error() {
        assert!(serde_json::from_str::<JobStatus>("7").is_err());
    }
}
