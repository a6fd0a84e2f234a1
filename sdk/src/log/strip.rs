//! Functions that remove everything but the text from a line.

use std::borrow::Cow;

/// Removes terminal escape codes: colours, cursor movements, titles, links.
///
/// ```
/// use gitlab_jobs::log::strip_ansi;
///
/// assert_eq!(strip_ansi("\u{1b}[32;1mJob succeeded\u{1b}[0;m"), "Job succeeded");
/// ```
#[must_use]
pub fn strip_ansi(line: &str) -> Cow<'_, str> {
    remove(line, "\u{1b}", escape_code)
}

/// Removes the markers with which GitLab folds the sections of a log (`section_start:…`, `section_end:…`), and keeps the
/// header of the section.
///
/// ```
/// use gitlab_jobs::log::strip_section_markers;
///
/// let line = "section_start:1560896352:build[collapsed=true]\r\u{1b}[0KBuilding";
/// assert_eq!(strip_section_markers(line), "Building");
/// ```
#[must_use]
pub fn strip_section_markers(line: &str) -> Cow<'_, str> {
    remove(line, "section_", section_marker)
}

/// Removes the time and the stream that runners write before each line if timestamps are enabled.
///
/// ```
/// use gitlab_jobs::log::strip_timestamp;
///
/// assert_eq!(strip_timestamp("2024-05-22T12:43:46.962646Z 00O Building"), "Building");
/// assert_eq!(strip_timestamp("Building"), "Building");
/// ```
#[must_use]
pub fn strip_timestamp(line: &str) -> &str {
    // 0 stands for a digit, x for a hexadecimal one, S for the stream (out or error), and M for the mark of a line that
    // continues the previous one (`+`, else a space).
    const SHAPE: &[u8] = b"0000-00-00T00:00:00.000000Z xxSM";

    let bytes = line.as_bytes();
    let fits = bytes.len() >= SHAPE.len()
        && SHAPE.iter().zip(bytes).all(|(shape, byte)| match shape {
            b'0' => byte.is_ascii_digit(),
            b'x' => byte.is_ascii_hexdigit(),
            b'S' => matches!(byte, b'O' | b'E'),
            b'M' => matches!(byte, b' ' | b'+'),
            shape => shape == byte,
        });
    if fits { &line[SHAPE.len()..] } else { line }
}

/// Removes the parts that `measure` finds at each occurrence of `start`. It receives the text from there on, and
/// returns the length of the part to remove, if any.
fn remove<'a>(line: &'a str, start: &str, measure: fn(&str) -> Option<usize>) -> Cow<'a, str> {
    let mut kept = String::new();
    let mut done = 0;
    let mut search = 0;
    while let Some(at) = line[search..].find(start).map(|at| search + at) {
        match measure(&line[at..]) {
            Some(length) => {
                kept.push_str(&line[done..at]);
                done = at + length;
                search = done;
            }
            None => search = at + start.len(),
        }
    }
    if done == 0 {
        return Cow::Borrowed(line);
    }
    kept.push_str(&line[done..]);
    Cow::Owned(kept)
}

/// Returns the length of an escape code (ECMA-48). An incomplete one extends to the end of the line.
fn escape_code(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let end = match bytes.get(1) {
        None => 1,
        Some(b'[') => 2 + run(&bytes[2..], 0x20..=0x3f) + 1,
        Some(b']' | b'P' | b'X' | b'^' | b'_') => control_string(bytes),
        Some(_) => 1 + run(&bytes[1..], 0x20..=0x2f) + 1,
    };
    // A code ends with an ASCII character. Any other character after a malformed code is text.
    let end = end.min(bytes.len());
    Some(if text.is_char_boundary(end) {
        end
    } else {
        end - 1
    })
}

fn run(bytes: &[u8], of: std::ops::RangeInclusive<u8>) -> usize {
    bytes.iter().take_while(|byte| of.contains(byte)).count()
}

/// Returns the length of a control string, which ends with BEL or with `ESC \`.
fn control_string(bytes: &[u8]) -> usize {
    let bell = bytes.iter().position(|byte| *byte == 0x07).map(|at| at + 1);
    let terminator = bytes
        .windows(2)
        .position(|pair| pair == b"\x1b\\")
        .map(|at| at + 2);
    bell.into_iter()
        .chain(terminator)
        .min()
        .unwrap_or(bytes.len())
}

/// Returns the length of `section_start:<time>:<name>[<options>]` or `section_end:…`, including the codes that hide it.
fn section_marker(text: &str) -> Option<usize> {
    let rest = text
        .strip_prefix("section_start:")
        .or_else(|| text.strip_prefix("section_end:"))?;
    let rest = rest
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .strip_prefix(':')?;
    let named = rest
        .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if named.len() == rest.len() {
        return None;
    }
    let rest = match named
        .strip_prefix('[')
        .and_then(|options| options.split_once(']'))
    {
        Some((_, after)) => after,
        None => named,
    };
    let rest = rest.strip_prefix('\r').unwrap_or(rest);
    let rest = rest.strip_prefix("\u{1b}[0K").unwrap_or(rest);
    Some(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_codes_of_every_kind_are_removed_and_text_is_kept() {
        for (line, text) in [
            ("plain\ttext\r", "plain\ttext\r"),
            ("\x1b[0K\x1b[36;1mÜber\x1b[0;m$ x", "Über$ x"),
            ("a\x1b]8;;https://x\x07link\x1b]8;;\x1b\\b", "alinkb"),
            ("a\x1b(Bb\x1b7c", "abc"),
            ("a\x1b[31", "a"),
            ("a\x1b", "a"),
            ("a\x1b[3ü", "aü"),
        ] {
            assert_eq!(strip_ansi(line), text, "{line:?}");
        }
    }

    #[test]
    fn markers_are_removed_and_similar_text_is_kept() {
        for (line, text) in [
            (
                "section_end:1:a\r\x1b[0Ksection_start:2:b-c.d\r\x1b[0K\x1b[1mHead",
                "\x1b[1mHead",
            ),
            ("section_start:2:b\rHead", "Head"),
            ("my section_startle", "my section_startle"),
            ("section_start:2:", "section_start:2:"),
            ("section_ section_end:2:x", "section_ "),
        ] {
            assert_eq!(strip_section_markers(line), text, "{line:?}");
        }
    }

    #[test]
    fn only_a_complete_timestamp_is_removed() {
        assert_eq!(
            strip_timestamp("2024-05-22T12:43:46.962646Z 01E+more"),
            "more"
        );
        assert_eq!(
            strip_timestamp("2024-05-22T12:43:46.962646Z 01E"),
            "2024-05-22T12:43:46.962646Z 01E"
        );
        assert_eq!(strip_timestamp("2024-05-22 ü"), "2024-05-22 ü");
    }
}
