//! Enums that keep a value they do not know, so that a newer GitLab breaks no decode.

/// Declares an enum of strings which grows with GitLab.
///
/// Beside the variants it has `Unknown`, which holds any other value; decoding therefore never fails, and what was
/// decoded is written back unchanged.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $value:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)+
            /// A value that this version of the crate does not know, as GitLab wrote it.
            Unknown(String),
        }

        impl $name {
            /// The values that this version of the crate knows, in the order of the variants.
            pub const VALUES: &'static [&'static str] = &[$($value),+];

            /// The value as GitLab writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $value,)+
                    Self::Unknown(value) => value,
                }
            }

            fn known(value: &str) -> Option<Self> {
                match value {
                    $($value => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                Self::known(value).unwrap_or_else(|| Self::Unknown(value.to_owned()))
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self::known(&value).unwrap_or(Self::Unknown(value))
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

/// Decodes a string without a copy where the variant is known.
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
#[expect(
    unreachable_pub,
    reason = "the macro declares what is public elsewhere"
)]
mod tests {
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

        assert_eq!(
            lights,
            [Light::Green, Light::DarkRed, Light::Unknown("mauve".into())]
        );
        assert_eq!(
            serde_json::to_string(&lights).unwrap(),
            r#"["green","dark_red","mauve"]"#
        );
        assert_eq!(lights[2].to_string(), "mauve");
        assert_eq!("dark_red".parse(), Ok(Light::DarkRed));
        assert_eq!(Light::VALUES, ["green", "dark_red"]);
    }

    #[test]
    fn a_value_that_is_no_string_is_an_error() {
        assert!(serde_json::from_str::<Light>("7").is_err());
    }
}
