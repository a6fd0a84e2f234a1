//! Reads an example file, and refuses a key that is there twice: serde_json would keep the last, silently.

use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::error::Error;
use crate::tree::{Node, Value};

/// Parses JSON without duplicate keys.
pub(crate) fn parse(file: &str, text: &str) -> Result<Node, Error> {
    serde_json::from_str(text).map_err(|error| {
        let problem = error.to_string();
        // The line is told before, where editors look for it.
        let problem = problem
            .split(" at line ")
            .next()
            .unwrap_or_default()
            .to_owned();
        Error::Syntax {
            file: file.to_owned(),
            line: error.line(),
            problem,
            remedy: "Mend the JSON".to_owned(),
        }
    })
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = deserializer.deserialize_any(ValueVisitor)?;
        Ok(Self { line: 0, value })
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        serde_json::Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("the number is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(node) = list.next_element()? {
            values.push(node);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = IndexMap::new();
        while let Some(key) = map.next_key::<String>()? {
            // Before the value is read, so that the error has the line of the key.
            if entries.contains_key(&key) {
                return Err(A::Error::custom(format_args!(
                    "the key `{key}` is here a second time"
                )));
            }
            let node = map.next_value()?;
            entries.insert(key, node);
        }
        Ok(Value::Map(entries))
    }
}
