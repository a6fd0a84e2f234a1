//! How models stand in JSON.
//!
//! A derive would do the same, and cost those who depend on this crate far more to compile: a proc macro, and for every
//! model code that decodes it from a list, and again for every field what can be shared.

use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use serde::de::{
    DeserializeSeed, Error, Expected, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::timestamp;

/// Reads and writes a struct as an object: each field with its key there. Unknown keys are ignored.
///
/// A field that is `optional` may be absent or null, and is left out where it is none or empty. A struct around one value
/// is read and written as that value.
macro_rules! model {
    ($model:ident { $($field:ident: $($optional:ident)? $key:literal,)+ }) => {
        impl serde::Serialize for $model {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct as _;

                let fields = 0 $(+ usize::from($crate::model::model!(@has self $field $($optional)?)))+;
                let mut object = serializer.serialize_struct(stringify!($model), fields)?;
                $(
                    if $crate::model::model!(@has self $field $($optional)?) {
                        object.serialize_field($key, &self.$field)?;
                    } else {
                        object.skip_field($key)?;
                    }
                )+
                object.end()
            }
        }

        impl<'de> serde::Deserialize<'de> for $model {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[expect(non_camel_case_types, reason = "they are called as the fields are")]
                enum Field { $($field),+ }

                fn field(key: &str) -> Option<usize> {
                    match key {
                        $($key => Some(Field::$field as usize),)+
                        _ => None,
                    }
                }

                struct Object;

                impl<'de> serde::de::Visitor<'de> for Object {
                    type Value = $model;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str(concat!("struct ", stringify!($model)))
                    }

                    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, list: A) -> Result<$model, A::Error> {
                        Err($crate::model::refuse(list, &self))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut object: A) -> Result<$model, A::Error> {
                        $(let mut $field = None;)+
                        while let Some(key) = object.next_key_seed($crate::model::Key(field))? {
                            match key {
                                $(
                                    Some(key) if key == Field::$field as usize => {
                                        $crate::model::read(&mut $field, $key, &mut object)?;
                                    }
                                )+
                                _ => _ = object.next_value::<serde::de::IgnoredAny>()?,
                            }
                        }
                        Ok($model { $($field: $crate::model::model!(@take $field $key $($optional)?),)+ })
                    }
                }

                deserializer.deserialize_struct(stringify!($model), &[$($key),+], Object)
            }
        }

        #[cfg(feature = "schemars")]
        impl $crate::model::Object for $model {
            const OPTIONAL: &'static [&'static str] = &[$($($crate::model::model!(@key $optional $key),)?)+];
        }

        $crate::model::model!(@decode $model);
    };
    ($model:ident($inner:ty)) => {
        impl serde::Serialize for $model {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $model {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$inner as serde::Deserialize>::deserialize(deserializer).map(Self)
            }
        }

        $crate::model::model!(@decode $model);
    };
    (@has $model:ident $field:ident) => {
        true
    };
    (@has $model:ident $field:ident optional) => {
        !$crate::model::Optional::is_absent(&$model.$field)
    };
    (@take $field:ident $key:literal) => {
        match $field {
            Some(value) => value,
            None => return Err(serde::de::Error::missing_field($key)),
        }
    };
    (@take $field:ident $key:literal optional) => {
        $field.unwrap_or_default()
    };
    (@key optional $key:literal) => {
        $key
    };
    (@decode $($decoded:ty)+) => {
        $(
            impl $crate::model::Decode for $decoded {
                fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    serde::Deserialize::deserialize(deserializer)
                }
            }
        )+
    };
}

pub(crate) use model;

/// What can be left out of an object.
pub(crate) trait Optional: Default {
    fn is_absent(&self) -> bool;
}

impl<T> Optional for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T> Optional for Vec<T> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

impl Optional for Map<String, Value> {
    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

/// The value of a field: as serde decodes it, but for times, which have a quick way in, and for lists and maps, which may
/// be null.
pub(crate) trait Decode: Sized {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

model!(@decode bool u64 i64 f64 String Value);

impl Decode for DateTime<Utc> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        timestamp::decode(deserializer)
    }
}

impl<T: for<'de> Deserialize<'de>> Decode for Vec<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.unwrap_or_default())
    }
}

impl Decode for Map<String, Value> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.unwrap_or_default())
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(Nullable(PhantomData))
    }
}

struct Nullable<T>(PhantomData<T>);

impl<'de, T: Decode> Visitor<'de> for Nullable<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("option")
    }

    fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        T::decode(deserializer).map(Some)
    }
}

/// Reads a key, as the number of its field.
pub(crate) struct Key(pub(crate) fn(&str) -> Option<usize>);

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok((self.0)(key))
    }
}

/// Reads the value after a key.
///
/// It is compiled once for each type, and not into every field of every model, which the optimizer would think better.
#[inline(never)]
pub(crate) fn read<'de, T: Decode, A: MapAccess<'de>>(
    field: &mut Option<T>,
    key: &'static str,
    object: &mut A,
) -> Result<(), A::Error> {
    if field.is_some() {
        return Err(Error::duplicate_field(key));
    }
    *field = Some(object.next_value_seed(Decoded(PhantomData))?);
    Ok(())
}

/// The error of a list in place of an object. The list is read to its end, so that the error is found to be at it and not
/// within it.
#[cold]
pub(crate) fn refuse<'de, A: SeqAccess<'de>>(mut list: A, expected: &dyn Expected) -> A::Error {
    loop {
        match list.next_element::<IgnoredAny>() {
            Ok(Some(_)) => {}
            Ok(None) => return Error::invalid_type(Unexpected::Seq, expected),
            Err(error) => return error,
        }
    }
}

struct Decoded<T>(PhantomData<T>);

impl<'de, T: Decode> DeserializeSeed<'de> for Decoded<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode(deserializer)
    }
}

/// What may be absent, by its keys.
#[cfg(feature = "schemars")]
pub(crate) trait Object {
    const OPTIONAL: &'static [&'static str];
}

/// Completes what schemars makes of a struct: it cannot know what may be absent.
#[cfg(feature = "schemars")]
pub(crate) fn describe<M: Object>(schema: &mut schemars::Schema) {
    let is_optional = |key: &Value| key.as_str().is_some_and(|key| M::OPTIONAL.contains(&key));
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|key| !is_optional(key));
        if required.is_empty() {
            schema.remove("required");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{from_str, to_string};

    use super::*;

    #[derive(Debug, PartialEq)]
    struct Tag(String);

    model!(Tag(String));

    #[derive(Debug, PartialEq)]
    struct Job {
        ref_: Tag,
        at: Option<DateTime<Utc>>,
        lists: Vec<u64>,
        tags: Vec<Tag>,
    }

    model! {
        Job {
            ref_: "ref",
            at: optional "at",
            lists: "lists",
            tags: optional "tags",
        }
    }

    #[test]
    fn what_is_optional_may_be_absent_or_null_and_is_left_out() {
        let job = Job {
            ref_: Tag("main".to_owned()),
            at: None,
            lists: Vec::new(),
            tags: Vec::new(),
        };
        for text in [
            r#"{"ref":"main","lists":[]}"#,
            r#"{"tags": null, "ref": "main", "at": null, "lists": null, "more": [{}]}"#,
        ] {
            assert_eq!(from_str::<Job>(text).unwrap(), job);
        }
        assert_eq!(to_string(&job).unwrap(), r#"{"ref":"main","lists":[]}"#);
    }

    #[test]
    fn what_is_there_is_read_and_written() {
        let text = r#"{"ref":"main","at":"2015-12-24T15:51:21.802Z","lists":[1],"tags":["a"]}"#;
        let job: Job = from_str(text).unwrap();
        assert_eq!(job.tags, [Tag("a".to_owned())]);
        assert_eq!(to_string(&job).unwrap(), text);
    }

    #[test]
    fn what_does_not_fit_is_told() {
        for (text, reason) in [
            (r#"{"ref": "main"}"#, "missing field `lists`"),
            (r#"{"lists": []}"#, "missing field `ref`"),
            (
                r#"{"ref": null, "lists": []}"#,
                "invalid type: null, expected a string",
            ),
            (r#"{"at": null, "at": null}"#, "duplicate field `at`"),
            (r#"{"at": 7}"#, "expected a time by RFC 3339"),
            (r"[]", "invalid type: sequence, expected struct Job"),
            (r"[[1], {}]", "invalid type: sequence, expected struct Job"),
        ] {
            let error = from_str::<Job>(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
