//! Decodes JSON, and locates the value that does not fit.

pub(crate) mod timestamp;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::value::RawValue;

use crate::error::{Error, ErrorKind};

/// Decodes a JSON text.
pub(crate) fn decode<T: DeserializeOwned>(json: &[u8]) -> Result<T, Error> {
    // Checking the whole text for UTF-8 once is faster than checking it string by string.
    let json = std::str::from_utf8(json).map_err(|error| {
        let path = format!("byte {}", error.valid_up_to());
        Error::new(ErrorKind::Decode { path }).with_source(error)
    })?;
    serde_json::from_str(json).map_err(|error| {
        let path = path_of_error::<T>(json);
        Error::new(ErrorKind::Decode { path }).with_source(error)
    })
}

/// Decodes again, with a deserializer that tracks the path. It is too slow for every response, but not for errors.
#[cold]
fn path_of_error<T: DeserializeOwned>(json: &str) -> String {
    let mut json = serde_json::Deserializer::from_str(json);
    match serde_path_to_error::deserialize::<_, T>(&mut json) {
        Err(error) => error.path().to_string(),
        // The value is complete, so the error is in the bytes after it.
        Ok(_) => ".".to_owned(),
    }
}

/// Returns a list without the items that are not to be kept, each given as JSON, or `None` if nothing changes. A text that
/// is not a list does not change, since decoding it reports that.
pub(crate) fn retain_items(json: &[u8], mut keep: impl FnMut(&str) -> bool) -> Option<Vec<u8>> {
    let mut items: Vec<&RawValue> = serde_json::from_slice(json).ok()?;
    let length = items.len();
    items.retain(|item| keep(item.get()));
    if items.len() == length {
        return None;
    }
    serde_json::to_vec(&items).ok()
}

/// Decodes a list or a map that may be null, as an empty one. For `#[serde(deserialize_with)]`.
pub(crate) fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::error::Error as _;

    use super::*;

    #[track_caller]
    fn assert_path<T: DeserializeOwned>(body: &[u8], path: &str, reason: &str) {
        let error = decode::<T>(body).map(|_| ()).unwrap_err();
        assert_eq!(error.decode_path(), Some(path));
        let source = error.source().unwrap().to_string();
        assert!(source.contains(reason), "{source}");
    }

    #[test]
    fn a_value_that_does_not_fit_is_located() {
        type Lists = Vec<Vec<u64>>;
        assert_path::<Lists>(br#"[[1], [2, "x"]]"#, "[1][1]", "invalid type: string");
        assert_path::<Lists>(b"[[1],\n\n [2,\n3], [-4]]", "[2][0]", "invalid value");
        assert_path::<Lists>(b"[[], [{}]]", "[1][0]", "invalid type: map");
        assert_path::<Lists>(b"[[], {\"a\": 1}]", "[1]", "invalid type: map");
        assert_path::<Lists>(b"{}", ".", "invalid type: map");

        type Maps = HashMap<String, HashMap<String, u64>>;
        let text = r#"{"a": {"b": 1, "c": 2}, "[1,\"}": {"é": 3, "u": null}}"#;
        assert_path::<Maps>(text.as_bytes(), r#"[1,"}.u"#, "invalid type: null");
    }

    #[derive(serde::Deserialize)]
    struct Job {
        #[serde(rename = "id")]
        _id: u64,
        #[serde(rename = "name", default)]
        _name: String,
    }

    #[test]
    fn a_missing_field_is_located_at_its_object() {
        assert_path::<Vec<Job>>(br#"[{"id": 1}, {"name": "x"}]"#, "[1]", "missing field");
        assert_path::<Vec<Job>>(br#"[{"id": 1, "id": 2}]"#, "[0]", "duplicate field");
    }

    #[test]
    fn malformed_json_is_located() {
        type Lists = Vec<Vec<u64>>;
        assert_path::<Lists>(b"[[1], [2", "[1]", "EOF");
        assert_path::<Lists>(b"[[1]", ".", "EOF");
        assert_path::<Lists>(b"[[1]] trailing", ".", "trailing");
        assert_path::<Lists>(b"[[1, \xff]]", "byte 5", "invalid utf-8");
        assert_path::<Lists>(b"[[1], [2 3]]", "[1]", "expected `,`");
        assert_path::<Lists>(b"<html>", ".", "expected value");
        assert_path::<Lists>(b"", ".", "EOF");

        assert_path::<Vec<String>>(br#"["a", "b\"#, "[1]", "EOF");
        assert_path::<Vec<Job>>(br#"[{"id": 1}, {"id": }]"#, "[1].id", "expected value");
        assert_path::<Vec<Job>>(br#"[{"id": 1}, {"id": "#, "[1].id", "EOF");
        assert_path::<Vec<Job>>(br#"[{"id": 1}, {"name": "x"#, "[1].name", "EOF");
    }

    #[test]
    fn a_deeply_nested_value_is_located() {
        let nested = format!(r#"[{{"id": 1, "new": {}"#, "[".repeat(1_000_000));
        assert_path::<Vec<Job>>(nested.as_bytes(), "[0].new", "EOF");
    }

    /// A type that is checked after decoding.
    #[derive(serde::Deserialize)]
    #[serde(try_from = "String")]
    struct Tag;

    impl TryFrom<String> for Tag {
        type Error = String;

        fn try_from(tag: String) -> Result<Self, String> {
            if tag == "bad" {
                Err("a bad tag".to_owned())
            } else {
                Ok(Self)
            }
        }
    }

    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Either {
        A {
            #[serde(rename = "a")]
            _a: u64,
        },
    }

    #[test]
    fn a_value_that_is_rejected_after_decoding_is_located() {
        type Tags = Vec<Tag>;
        assert_path::<Tags>(br#"["a", "bad", "c"]"#, "[1]", "a bad tag");
        assert_path::<Tags>(br#"["a", "bad"]"#, "[1]", "a bad tag");
        type Maps = Vec<HashMap<String, Tag>>;
        assert_path::<Maps>(br#"[{"a": "bad"}, {}]"#, "[0].a", "a bad tag");
        let json = br#"[{"a": 1}, {"c": 1}, {"a": 2}]"#;
        assert_path::<Vec<Either>>(json, "[1]", "did not match");
    }
}
