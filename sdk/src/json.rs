//! Decoding JSON, and finding the place in it that does not fit.

use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::error::shortened;
use crate::error::{Error, ErrorKind};

/// Decodes JSON.
///
/// Checking the whole text once for UTF-8 is faster than string by string.
pub(crate) fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let text = std::str::from_utf8(body).map_err(|error| {
        let path = format!("byte {}", error.valid_up_to());
        Error::new(ErrorKind::Decode { path }).with_source(error)
    })?;
    serde_json::from_str(text).map_err(|error| located(text, error))
}

fn located(text: &str, error: serde_json::Error) -> Error {
    let path = path_of(text.as_bytes(), &error);
    Error::new(ErrorKind::Decode { path }).with_source(error)
}

/// A list or an object that was begun and not ended, and how far it was read.
enum Open<'a> {
    List(Option<usize>),
    Object(Option<&'a [u8]>),
}

/// serde_json decodes no deeper. What it reads over can be deeper, and is then told by its beginning.
const DEEPEST: usize = 128;

/// The path of the value at which the decoder stopped, such as `[3].user.id`.
///
/// Decoding tells line and column alone. A decoder that keeps the path as well would be slower for every answer, and
/// would have to be compiled a second time for every model. Of an error that a caller's own type makes of what it has
/// decoded, serde_json tells only where it was when it learned of it, which can be the end of the list or object around.
fn path_of(text: &[u8], error: &serde_json::Error) -> String {
    let mut rest = read_until(text, error);
    let mut open: Vec<Open> = Vec::new();
    let mut deeper = 0;
    // Whether a value has just ended.
    let mut ended = false;
    while let [byte, after @ ..] = rest {
        rest = after;
        let innermost = open.last_mut().filter(|_| deeper == 0);
        ended = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => ended,
            b':' => false,
            b',' => {
                match innermost {
                    Some(Open::List(Some(index))) => *index += 1,
                    Some(Open::Object(key)) => *key = None,
                    _ => {}
                }
                false
            }
            b'}' | b']' => {
                match deeper {
                    0 => drop(open.pop()),
                    _ => deeper -= 1,
                }
                true
            }
            _ => {
                let string = (*byte == b'"').then(|| split_string(after));
                rest = string.map_or(after, |(_, after)| after.unwrap_or_default());
                match (innermost, string) {
                    (Some(Open::Object(key @ None)), Some((string, _))) => {
                        *key = Some(string);
                        continue;
                    }
                    (Some(Open::List(index @ None)), _) => *index = Some(0),
                    _ => {}
                }
                match byte {
                    b'[' | b'{' if open.len() == DEEPEST => deeper += 1,
                    b'[' => open.push(Open::List(None)),
                    b'{' => open.push(Open::Object(None)),
                    _ => {}
                }
                !matches!(byte, b'[' | b'{') && string.is_none_or(|(_, after)| after.is_some())
            }
        };
    }
    // Nothing is wrong with a value that has ended before the text breaks off, but with what it is in.
    if ended && deeper == 0 && error.classify() == Category::Eof {
        open.pop();
    }
    shortened(written(&open))
}

/// What the decoder has read, and found fault with the end of.
fn read_until<'a>(text: &'a [u8], error: &serde_json::Error) -> &'a [u8] {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines
        .take(error.line().saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let end = (before + error.column()).min(text.len());
    let read = text[..end].trim_ascii_end();
    match (error.classify(), read, text.get(end)) {
        // A bracket that is out of place ends nothing.
        (Category::Syntax, [read @ .., b'}' | b']'], _) => read,
        // A list or an object that is not wanted is not begun.
        (Category::Data, _, Some(b'[' | b'{')) if is_about_what_begins(error) => &text[..=end],
        // The decoder went on to the next value before it told.
        (Category::Data, [read @ .., b','], _) => read,
        _ => read,
    }
}

/// Whether the error is that a list or an object begins where another value was expected.
fn is_about_what_begins(error: &serde_json::Error) -> bool {
    let error = error.to_string();
    ["invalid type: map", "invalid type: sequence"]
        .iter()
        .any(|about| error.starts_with(about))
}

/// What a string holds, with its escapes as they are, and what follows it; nothing follows one that breaks off.
fn split_string(after_quote: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut escaped = false;
    let end = after_quote.iter().position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    match end {
        Some(end) => (&after_quote[..end], Some(&after_quote[end + 1..])),
        None => (after_quote, None),
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
        assert_path::<Vec<Job>>(br#"[{"id": 1, "id": 2}]"#, "[0].id", "duplicate field");
    }

    #[test]
    fn what_is_no_json_is_located() {
        type Lists = Vec<Vec<u64>>;
        assert_path::<Lists>(b"[[1], [2", "[1]", "EOF");
        assert_path::<Lists>(b"[[1]", ".", "EOF");
        assert_path::<Lists>(b"[[1], ", "[1]", "EOF");
        assert_path::<Lists>(b"[[1]] trailing", ".", "trailing");
        assert_path::<Lists>(b"[[1, \xff]]", "byte 5", "invalid utf-8");
        assert_path::<Lists>(b"[[1], [2 3]]", "[1][0]", "expected `,`");
        assert_path::<Lists>(b"[[1], [2,]]", "[1][1]", "trailing comma");
        assert_path::<Lists>(b"<html>", ".", "expected value");
        assert_path::<Lists>(b"", ".", "EOF");

        assert_path::<Vec<String>>(br#"["a", "b\"#, "[1]", "EOF");
        assert_path::<Vec<Job>>(br#"[{"id": 1}, {"id": }]"#, "[1].id", "expected value");
        assert_path::<Vec<Job>>(br#"[{"id": 1}, {"id": "#, "[1].id", "EOF");
        assert_path::<Vec<Job>>(br#"[{"id": 1}, {"name": "x"#, "[1].name", "EOF");
        assert_path::<Vec<Job>>(br#"[{"id": 1}, {"name": "x""#, "[1]", "EOF");
    }

    #[test]
    fn a_path_is_never_long() {
        let ignored = |json: &str| format!(r#"[{{"id": 1, "new": {json}"#).into_bytes();
        let path = format!("[0].new{}", "[0]".repeat(DEEPEST - 2));
        assert_path::<Vec<Job>>(&ignored(&"[".repeat(1_000_000)), &path, "EOF");
        let text = "[".repeat(1000) + "1, 2, [3, 4";
        assert_path::<Vec<Job>>(&ignored(&text), &path, "EOF");
        let text = "[".repeat(1000) + "1, 2" + &"]".repeat(1000) + "}, 7]";
        assert_path::<Vec<Job>>(&ignored(&text), "[1]", "invalid type: integer");

        let error = decode::<Vec<Job>>(&ignored(&format!(r#"{{"{}"#, "ü".repeat(1_000_000))));
        let error = error.map(|_| ()).unwrap_err();
        assert!(error.decode_path().unwrap().len() < 1100);
    }

    /// A type which is decoded before it is checked, so that serde_json is told of the fault later than of others.
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
    fn a_fault_that_is_told_late_is_located_at_it_or_around_it() {
        type Tags = Vec<Tag>;
        assert_path::<Tags>(br#"["a", "bad", "c"]"#, "[1]", "a bad tag");
        assert_path::<Tags>(br#"["a", "bad"]"#, ".", "a bad tag");
        assert_path::<Vec<Tags>>(br#"[["bad"], ["a"]]"#, "[0]", "a bad tag");
        type Maps = Vec<HashMap<String, Tag>>;
        assert_path::<Maps>(br#"[{"a": "bad", "b": "c"}]"#, "[0].a", "a bad tag");
        assert_path::<Maps>(br#"[{"a": "bad"}, {}]"#, "[0]", "a bad tag");
        let text = br#"[{"a": 1}, {"c": 1}, {"a": 2}]"#;
        assert_path::<Vec<Either>>(text, "[1]", "did not match");
    }
}
