//! YAML for the bundle: texts that a YAML parser could mistake for something else are quoted, long ones are folded, and
//! multi-line texts keep their lines.

use std::fmt::Write;

use gitlab_jobs_codegen::{Node, Value};

/// The width of folded text.
const WIDTH: usize = 110;

/// Returns a document as YAML, in its own order.
pub(super) fn emit(document: &Node) -> String {
    let mut out = String::new();
    value(&mut out, document, 0);
    out.trim_start().to_owned()
}

/// Writes a value after its key or dash, and ends the line.
fn value(out: &mut String, node: &Node, depth: usize) {
    match &node.value {
        Value::Map(map) if !map.is_empty() => {
            for (name, inner) in map {
                line(out, depth);
                out.push_str(&key(name));
                out.push(':');
                value(out, inner, depth + 1);
            }
        }
        Value::List(list) if !list.is_empty() => {
            for item in list {
                line(out, depth);
                out.push('-');
                value(out, item, depth + 1);
            }
        }
        Value::Text(text) => {
            out.push(' ');
            string(out, text, depth);
        }
        Value::Map(_) => out.push_str(" {}\n"),
        Value::List(_) => out.push_str(" []\n"),
        Value::Null => out.push_str(" null\n"),
        Value::Bool(value) => writeln!(out, " {value}").unwrap_or_default(),
        Value::Number(number) => writeln!(out, " {number}").unwrap_or_default(),
    }
}

/// Begins a line at a depth, unless the value follows a dash.
fn line(out: &mut String, depth: usize) {
    if out.ends_with('-') {
        out.push(' ');
        return;
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
    indent(out, depth);
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

fn string(out: &mut String, text: &str, depth: usize) {
    let printable = !text.chars().any(|c| c.is_control() && c != '\n');
    let starts = text.starts_with(char::is_whitespace);
    if printable && !starts && text.contains('\n') && !text.ends_with("\n\n") {
        out.push_str(if text.ends_with('\n') { "|\n" } else { "|-\n" });
        for part in text.trim_end_matches('\n').split('\n') {
            if !part.is_empty() {
                indent(out, depth);
                out.push_str(part);
            }
            out.push('\n');
        }
    } else if printable
        && !starts
        && text.len() > WIDTH
        && !text.contains("  ")
        && !text.ends_with(' ')
    {
        out.push_str(">-\n");
        for part in wrapped(text, WIDTH - 2 * depth.min(20)) {
            indent(out, depth);
            out.push_str(&part);
            out.push('\n');
        }
    } else {
        out.push_str(&key(text));
        out.push('\n');
    }
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines
            .last_mut()
            .filter(|line| line.is_empty() || line.len() + 1 + word.len() <= width);
        match last {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Returns a text on one line: plain if it is unambiguous, otherwise as in JSON.
fn key(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '_')
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text
            .chars()
            .any(|c| c.is_control() || "{}[],\"'`&*!|>%@".contains(c) && !is_path(text))
        && !is_word_of_yaml(text);
    if plain {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}

/// A path keeps its braces: after a slash they are not a flow mapping.
fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.contains([' ', ',', '[', ']', '"', '\''])
}

/// Whether YAML 1.1 or 1.2 reads a text as a boolean or null. Numbers and dates begin with a digit or a sign.
fn is_word_of_yaml(text: &str) -> bool {
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    words.contains(&text.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emitted(json: &str) -> String {
        // JSON is YAML.
        emit(
            gitlab_jobs_codegen::Spec::parse("test.json", json)
                .unwrap()
                .root(),
        )
    }

    #[test]
    fn texts_that_could_be_mistaken_are_quoted() {
        let yaml = emitted(
            r#"{"a": "2015-12-24T15:51:21Z", "b": "no", "c": "42", "d": "plain words", "e": "a: b", "f": "", "200": "*"}"#,
        );
        assert_eq!(
            yaml,
            "a: \"2015-12-24T15:51:21Z\"\nb: \"no\"\nc: \"42\"\nd: plain words\ne: \"a: b\"\nf: \"\"\n\"200\": \"*\"\n"
        );
    }

    #[test]
    fn lists_and_mappings_nest_and_keep_their_order() {
        let yaml =
            emitted(r#"{"z": [{"b": 1, "a": [true, null]}, [2], {}], "/jobs/{id}": {"x": []}}"#);
        assert_eq!(
            yaml,
            "z:\n  - b: 1\n    a:\n      - true\n      - null\n  - - 2\n  - {}\n/jobs/{id}:\n  x: []\n"
        );
    }

    #[test]
    fn several_lines_stay_several_lines_and_control_characters_are_escaped() {
        assert_eq!(
            emitted(r#"{"a": "one\n\ntwo\n", "b": "one\ntwo"}"#),
            "a: |\n  one\n\n  two\nb: |-\n  one\n  two\n"
        );
        assert_eq!(
            emitted(r#"{"a": "\u001b[0K\r\n"}"#),
            "a: \"\\u001b[0K\\r\\n\"\n"
        );
    }
}
