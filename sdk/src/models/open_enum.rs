//! Enums that keep a value they do not know, so that a newer GitLab breaks no decode.

/// Declares an enum of strings that grows with GitLab.
///
/// Besides its variants it has `Unknown`, which holds any other value. Decoding therefore never fails, and what was
/// decoded is encoded unchanged.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $value:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Eq, Hash, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A value that this version of the crate does not know. Created from text, which becomes the variant of a
            /// value that is known.
            Unknown($crate::models::UnknownValue<Self>),
        }

        impl $name {
            /// The values that this version of the crate knows, in the order of the variants.
            pub const VALUES: &'static [&'static str] = &[$($value),+];

            /// Returns the value as GitLab writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                    Self::Unknown(value) => value.as_str(),
                }
            }

            fn known(value: &str) -> Option<Self> {
                match value {
                    $($value => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        /// Returns an unknown value with an empty text.
        impl Default for $name {
            fn default() -> Self {
                Self::from("")
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self::known(value)
                    .unwrap_or_else(|| Self::Unknown($crate::models::UnknownValue::new(value.to_owned())))
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self::known(&value)
                    .unwrap_or_else(|| Self::Unknown($crate::models::UnknownValue::new(value)))
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
                deserializer.deserialize_str($crate::models::open_enum::FromText(std::marker::PhantomData))
            }
        }

        $crate::http::parameter::accept!($name: &str, String);
        $crate::http::parameter::accept_in_list!($name: $name, &str, String);

        $crate::model::model!(@decode $name);

        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "x-extensible-enum": Self::VALUES })
            }
        }
    };
}

pub(crate) use open_enum;

/// Decodes a string without a copy if the value is known.
pub(crate) struct FromText<T>(pub(crate) std::marker::PhantomData<T>);

impl<T: for<'a> From<&'a str>> serde::de::Visitor<'_> for FromText<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<T, E> {
        Ok(T::from(value))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    open_enum! {
        /// A light.
        pub enum Light {
            /// Go.
            Green = "green",
            /// Stop.
            DarkRed = "dark_red",
        }
    }

    #[test]
    fn a_known_value_is_a_variant_and_an_unknown_one_is_kept() {
        let lights: Vec<Light> = serde_json::from_str(r#"["green", "dark_red", "mauve"]"#).unwrap();

        assert_eq!(lights[..2], [Light::Green, Light::DarkRed]);
        assert!(matches!(&lights[2], Light::Unknown(value) if value.as_str() == "mauve"));
        assert_eq!(
            serde_json::to_string(&lights).unwrap(),
            r#"["green","dark_red","mauve"]"#
        );
        assert_eq!(lights[2].to_string(), "mauve");
        assert_eq!(format!("{:?}", lights[2]), r#"Unknown("mauve")"#);
        assert_eq!("dark_red".parse(), Ok(Light::DarkRed));
        assert_eq!(Light::VALUES, ["green", "dark_red"]);
    }

    #[test]
    fn text_becomes_the_variant_of_a_known_value_however_it_is_converted() {
        for light in [
            Light::from("green"),
            Light::from(String::from("green")),
            "green".parse().unwrap(),
            serde_json::from_str(r#""green""#).unwrap(),
        ] {
            assert!(matches!(light, Light::Green));
        }
    }

    #[test]
    fn values_are_equal_and_hash_alike_by_their_text() {
        let mauve = Light::from("mauve");
        assert_eq!(mauve, Light::from(String::from("mauve")));
        assert_eq!(mauve, *"mauve");
        assert_ne!(mauve, Light::from("mauve2"));
        assert_ne!(mauve, Light::Green);
        let lights = HashSet::from([mauve.clone(), mauve, Light::Green]);
        assert_eq!(lights.len(), 2);
    }

    #[test]
    fn the_default_is_unknown_and_empty() {
        let light = Light::default();
        assert!(matches!(&light, Light::Unknown(value) if value.as_str().is_empty()));
    }

    #[test]
    fn a_value_that_is_not_a_string_is_an_error() {
        assert!(serde_json::from_str::<Light>("7").is_err());
    }
}
