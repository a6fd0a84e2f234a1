//! Removes escape codes and control characters, which would control the terminal that shows a log.

use std::borrow::Cow;

/// Removes terminal escape codes and control characters: colours, cursor movements, titles, links, bells.
///
/// The result can be shown on a terminal, whatever a job has printed: no control character remains in it except tabs and line
/// breaks. Escape codes are recognized in all forms of ECMA-48, also as the single characters from U+0080 to U+009F. A
/// code that is incomplete ends at the end of its line.
///
/// ```
/// use gitlab_jobs::log::strip_ansi;
///
/// assert_eq!(strip_ansi("\u{1b}[32;1mJob succeeded\u{1b}[0;m"), "Job succeeded");
/// ```
///
/// Carriage returns are removed, too, while a terminal writes the text after one over the text before it. To show only
/// the latest state of a progress bar, as GitLab does, take that text first:
///
/// ```
/// use gitlab_jobs::log::strip_ansi;
///
/// let line = "10%\r50%\r100%\r";
/// let latest = line.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default();
/// assert_eq!(strip_ansi(latest), "100%");
/// ```
#[must_use]
pub fn strip_ansi(line: &str) -> Cow<'_, str> {
    strip(line, |_| false)
}

/// Removes terminal escape codes and control characters, except colours.
///
/// Like [`strip_ansi`], but text attributes such as colours, bold and underline (`ESC [ … m`) remain. They apply until they are
/// reset, even to later lines.
///
/// ```
/// use gitlab_jobs::log::strip_except_colors;
///
/// let line = "\u{1b}[2J\u{1b}]0;title\u{7}\u{1b}[32;1mJob succeeded\u{1b}[0;m";
/// assert_eq!(strip_except_colors(line), "\u{1b}[32;1mJob succeeded\u{1b}[0;m");
/// ```
#[must_use]
pub fn strip_except_colors(line: &str) -> Cow<'_, str> {
    strip(line, is_color)
}

/// Returns whether an escape code sets colours or other attributes of the text (SGR).
fn is_color(code: &str) -> bool {
    let parameters = code
        .strip_prefix("\u{1b}[")
        .and_then(|code| code.strip_suffix('m'));
    parameters.is_some_and(|parameters| {
        let mut bytes = parameters.bytes();
        bytes.all(|byte| matches!(byte, b'0'..=b'9' | b';' | b':'))
    })
}

/// Removes control characters and escape codes, except the codes that are to be kept.
///
/// A log is written by others, and a line can be long: each character is looked at once. None of the well-known parsers of
/// escape codes fits: they read bytes, and take U+009B in UTF-8 for text, or the middle of another character for it.
fn strip(text: &str, is_kept: impl Fn(&str) -> bool) -> Cow<'_, str> {
    let mut kept = String::new();
    // Where the text begins that is kept next, and where the last escape code does.
    let (mut start, mut code) = (0, 0);
    let (mut state, mut at) = (State::Text, 0);
    loop {
        at += state.run(&text.as_bytes()[at..]);
        if state != State::Text {
            start = at;
        }
        let Some(c) = text[at..].chars().next() else {
            break;
        };
        let (before, end) = (state, at + c.len_utf8());
        state = before.after(c);
        if !before.shows(c) {
            kept.push_str(&text[start..at]);
            start = end;
            if matches!(c, '\u{1b}' | '\u{80}'..='\u{9f}') {
                code = at;
            } else if before == State::Csi && state == State::Text && is_kept(&text[code..end]) {
                start = code;
            }
        }
        at = end;
    }
    if start == 0 {
        return Cow::Borrowed(text);
    }
    kept.push_str(&text[start..]);
    Cow::Owned(kept)
}

/// What a terminal is reading (ECMA-48).
#[derive(Clone, Copy, PartialEq)]
enum State {
    Text,
    /// After ESC, and after characters that belong to a code such as `ESC ( B`.
    Escape,
    Intermediate,
    /// The parameters of a control sequence, after `ESC [`.
    Csi,
    /// An operating system command such as a title or a link. It ends with BEL or with `ESC \`, the others only with the
    /// latter.
    Osc,
    ControlString,
}

impl State {
    /// Returns how many bytes can be skipped, because they are neither control characters nor the end of a code.
    fn run(self, bytes: &[u8]) -> usize {
        // 0xc2 begins a character below U+00C0, which may be a control character.
        let is_plain = |byte: &u8| *byte >= b' ' && !matches!(byte, 0x7f | 0xc2);
        let end = match self {
            Self::Text | Self::Osc | Self::ControlString => {
                bytes.iter().position(|byte| !is_plain(byte))
            }
            Self::Csi => bytes.iter().position(|byte| !matches!(byte, b' '..=b'?')),
            Self::Escape | Self::Intermediate => Some(0),
        };
        end.unwrap_or(bytes.len())
    }

    fn after(self, c: char) -> Self {
        match (self, c) {
            // Terminals read on after the end of the line. In a log, that would hide everything that follows.
            (_, '\n' | '\u{18}' | '\u{1a}') | (Self::Osc, '\u{7}') => Self::Text,
            (_, '\u{1b}') => Self::Escape,
            // Each of these is short for ESC and a letter.
            (_, '\u{80}'..='\u{9f}') => Self::Escape.after(char::from(c as u8 - 0x40)),
            (Self::Osc | Self::ControlString, _) => self,
            // Other control characters take effect without ending the code in which they stand.
            (_, '\0'..='\u{1f}' | '\u{7f}') => self,
            (Self::Escape, '[') | (Self::Csi, ' '..='?') => Self::Csi,
            (Self::Escape, ']') => Self::Osc,
            (Self::Escape, 'P' | 'X' | '^' | '_') => Self::ControlString,
            (Self::Escape | Self::Intermediate, ' '..='/') => Self::Intermediate,
            _ => Self::Text,
        }
    }

    /// Returns whether a character is text in this state.
    fn shows(self, c: char) -> bool {
        match self {
            _ if c == '\n' => true,
            Self::Text => c == '\t' || !c.is_control(),
            // A code consists of ASCII characters. Any other one after an incomplete code is text.
            Self::Escape | Self::Intermediate | Self::Csi => !c.is_ascii() && !c.is_control(),
            Self::Osc | Self::ControlString => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn escape_codes_of_every_kind_are_removed_and_text_is_kept() {
        for (line, text) in [
            ("plain\ttext\n", "plain\ttext\n"),
            ("\x1b[0K\x1b[36;1mÜber\x1b[0;m$ x", "Über$ x"),
            ("a\x1b]8;;https://x\x07link\x1b]8;;\x1b\\b", "alinkb"),
            ("a\x1b(Bb\x1b7c\x1b#8d\x1b cm", "abcdm"),
            (
                "a\x1bPq\x07…\x1b\\b\x1b_x\u{9c}c\x1b^Ŝ\x1b\\d\x1bXx\x18e",
                "abcde",
            ),
            ("a\x1b[3\x0831;1mb\x1b[3\x1b[1mc", "abc"),
            ("a\x1b[31", "a"),
            ("a\x1b", "a"),
            ("a\x1b[3ü", "aü"),
        ] {
            assert_eq!(strip_ansi(line), text, "{line:?}");
            assert!(
                !strip_except_colors(line).contains(['\x07', '\x08']),
                "{line:?}"
            );
        }
    }

    #[test]
    fn codes_of_a_single_character_are_removed_too() {
        for (line, text) in [
            ("a\u{9b}31mb\u{9b}2Jc", "abc"),
            ("a\u{9d}0;title\u{9c}b\u{9d}0;title\x07c", "abc"),
            (
                "a\u{90}x\u{9c}b\u{98}x\u{9c}c\u{9e}x\u{9c}d\u{9f}x\x1b\\e",
                "abcde",
            ),
            ("a\u{84}b\u{85}c\u{8d}d\u{9c}e", "abcde"),
            ("Ŝ\u{c2}\u{a0}", "Ŝ\u{c2}\u{a0}"),
        ] {
            assert_eq!(strip_ansi(line), text, "{line:?}");
            assert_eq!(strip_except_colors(line), text, "{line:?}");
        }
    }

    #[test]
    fn control_characters_are_removed_except_tabs_and_line_breaks() {
        assert_eq!(
            strip_ansi("a\0b\x07c\x08d\re\x0ef\x7fg\th\n"),
            "abcdefg\th\n"
        );
    }

    #[test]
    fn an_incomplete_code_hides_no_other_line() {
        assert_eq!(strip_ansi("a\x1b]0;b\nc\u{9b}3\nd\x1bPe\nf"), "a\nc\nd\nf");
    }

    #[test]
    fn text_that_needs_no_change_is_borrowed() {
        assert!(matches!(strip_ansi("Über\t\n"), Cow::Borrowed(_)));
        assert!(matches!(
            strip_except_colors("\x1b[1mÜber"),
            Cow::Borrowed("\x1b[1mÜber")
        ));
    }

    #[test]
    fn each_character_of_a_code_is_looked_at_once_more_to_recognize_colors() {
        let parameters = "1".repeat(1000);
        for pattern in ["m", "\u{9b}m", "\x1b[m", "\x1bm", "\x07"] {
            let line = format!("\x1b[{parameters}{}", pattern.repeat(1000));
            let looked_at = Cell::new(0);
            let stripped = strip(&line, |code| {
                looked_at.set(looked_at.get() + code.len());
                is_color(code)
            });
            assert_eq!(stripped, strip_except_colors(&line));
            assert!(looked_at.get() <= line.len(), "{pattern:?}");
        }
    }

    #[test]
    fn only_colors_are_kept() {
        for (line, text) in [
            ("\x1b[0K\x1b[36;1mÜber\x1b[0;m", "\x1b[36;1mÜber\x1b[0;m"),
            ("\x1b[38:2::1:2:3mx\x1b[m", "\x1b[38:2::1:2:3mx\x1b[m"),
            ("\x1b[?1mx\x1b[>4;1mx\x1b[1 mx", "xxx"),
            ("\x1b[3\x071mx\x1b[3\x1b[1my", "x\x1b[1my"),
            ("\x1b]0;\x1b[1mx", "\x1b[1mx"),
            ("\x1b[1", ""),
            ("ma\x1bPm\x1b\\m", "mam"),
        ] {
            assert_eq!(strip_except_colors(line), text, "{line:?}");
        }
    }
}
