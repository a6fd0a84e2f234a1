//! Decoding JSON, and finding the place in it that does not fit.

use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::error::{Error, Kind};

/// Decodes JSON.
///
/// Checking the whole text once for UTF-8 is faster than string by string.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let text = std::str::from_utf8(body).map_err(|error| {
        let path = format!("byte {}", error.valid_up_to());
        Error::new(Kind::Decode { path }).with_source(error)
    })?;
    serde_json::from_str(text).map_err(|error| located(text, error))
}

fn located(text: &str, error: serde_json::Error) -> Error {
    let path = path_of(text.as_bytes(), &error);
    Error::new(Kind::Decode { path }).with_source(error)
}

/// A list or an object that was begun and not ended, and how far it was read.
enum Open<'a> {
    List(Option<usize>),
    Object(Option<&'a [u8]>),
}

/// The path of the value at which the decoder stopped, such as `[3].user.id`; of a text that breaks off, the path of
/// what was not ended.
///
/// Decoding tells line and column alone. A decoder that keeps the path as well would be slower for every answer, and
/// would have to be compiled a second time for every model.
fn path_of(text: &[u8], error: &serde_json::Error) -> String {
    let mut rest = &text[..offset(text, error)];
    let mut open: Vec<Open> = Vec::new();
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'}' | b']' => drop(open.pop()),
            b',' => match open.last_mut() {
                Some(Open::List(Some(index))) => *index += 1,
                Some(Open::Object(key)) => *key = None,
                _ => {}
            },
            b' ' | b'\t' | b'\r' | b'\n' | b':' => {}
            _ => {
                let string = (*byte == b'"').then(|| split_string(after));
                rest = string.map_or(after, |(_, after)| after);
                match (open.last_mut(), string) {
                    (Some(Open::List(index @ None)), _) => *index = Some(0),
                    (Some(Open::Object(key @ None)), Some((string, _))) => *key = Some(string),
                    _ => {}
                }
                match byte {
                    b'[' => open.push(Open::List(None)),
                    b'{' => open.push(Open::Object(None)),
                    _ => {}
                }
            }
        }
    }
    if error.classify() == Category::Eof {
        open.pop();
    }
    written(&open)
}

/// How many bytes the decoder has looked at.
fn offset(text: &[u8], error: &serde_json::Error) -> usize {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let read = (before + error.column()).min(text.len());
    // A list or an object that is not wanted is not begun.
    match text.get(read) {
        Some(b'[' | b'{') => read + 1,
        _ => read,
    }
}

/// What a string holds, with its escapes as they are, and what follows it.
fn split_string(after_quote: &[u8]) -> (&[u8], &[u8]) {
    let mut escaped = false;
    let end = after_quote.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    match end {
        Some(end) => (&after_quote[..end], &after_quote[end + 1..]),
        None => (after_quote, &[]),
    }
}

fn written(open: &[Open]) -> String {
    let mut path = String::new();
    for step in open {
        match step {
            Open::List(Some(index)) => path += &format!("[{index}]"),
            Open::Object(Some(key)) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path += &String::from_utf8_lossy(key);
            }
            Open::List(None) | Open::Object(None) => {}
        }
    }
    if path.is_empty() {
        path.push('.');
    }
    path
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
        assert_path::<Maps>(text.as_bytes(), r#"[1,\"}.u"#, "invalid type: null");
    }

    #[test]
    fn a_missing_field_is_located_at_its_object() {
        #[derive(serde::Deserialize)]
        struct Job {
            #[serde(rename = "id")]
            _id: u64,
        }
        assert_path::<Vec<Job>>(br#"[{"id": 1}, {"name": [2]}]"#, "[1]", "missing field");
        assert_path::<Vec<Job>>(br#"[{"id": 1, "id": 2}]"#, "[0].id", "duplicate field");
    }

    #[test]
    fn what_is_no_json_is_located() {
        assert_path::<Vec<Vec<u64>>>(b"[[1], [2", "[1]", "EOF");
        assert_path::<Vec<Vec<u64>>>(b"[[1]", ".", "EOF");
        assert_path::<Vec<Vec<u64>>>(b"[[1]] trailing", ".", "trailing");
        assert_path::<Vec<Vec<u64>>>(b"[[1, \xff]]", "byte 5", "invalid utf-8");
        assert_path::<Vec<Vec<u64>>>(b"[[1], [2 3]]", "[1][0]", "expected `,`");
        assert_path::<Vec<Vec<u64>>>(b"<html>", ".", "expected value");
        assert_path::<Vec<Vec<u64>>>(b"", ".", "EOF");
        assert_path::<Vec<String>>(br#"["a", "b\"#, ".", "EOF");
    }
}
