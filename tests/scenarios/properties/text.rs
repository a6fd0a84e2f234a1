//! Any text that a job can write into its log.

use gitlab_jobs::log::{strip_ansi, strip_except_colors, strip_section_markers, strip_timestamp};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::cases;

/// What escape codes, markers and timestamps are made of.
const PIECES: [&str; 37] = [
    "\u{1b}",
    "\u{1b}",
    "[",
    "]",
    "P",
    "X",
    "^",
    "_",
    "\\",
    "\u{9b}",
    "\u{9d}",
    "\u{90}",
    "\u{9c}",
    "\u{98}",
    "\u{85}",
    "\u{7}",
    "\u{8}",
    "\u{18}",
    "\u{7f}",
    "\0",
    "\r",
    "\n",
    "\t",
    "0",
    "1;31",
    ":",
    "?",
    " ",
    "(B",
    "m",
    "K",
    "ü",
    "Ŝ",
    "section_start:1:a",
    "[b]",
    "section_end:2:c\r\u{1b}[0K",
    "2024-05-22T12:43:46.962646Z 00O+",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![8 => select(&PIECES[..]).prop_map(str::to_owned), 1 => any::<String>()];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Removes the codes `ESC [ … m`, which are the only escape codes left.
fn without_colors(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let mut rest = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (color, after) = piece.split_once('m').expect("the code is complete");
        assert!(
            color
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, ';' | ':')),
            "{text:?}"
        );
        rest += after;
    }
    rest
}

fn is_control(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n')
}

proptest! {
    #![proptest_config(cases(4000))]

    #[test]
    fn no_control_character_remains_of_any_text(text in text()) {
        let stripped = strip_ansi(&text);
        prop_assert!(!stripped.contains(is_control), "{:?}", stripped);
        let colored = strip_except_colors(&text);
        prop_assert_eq!(without_colors(&colored), &*stripped);
        prop_assert_eq!(strip_except_colors(&colored), &*colored);
        prop_assert!(text.ends_with(strip_timestamp(&text)));
        prop_assert!(strip_section_markers(&text).len() <= text.len());
    }

    #[test]
    fn text_without_codes_is_kept(text in text()) {
        prop_assert!(strip_ansi(&strip_ansi(&text)) == strip_ansi(&text));
        let plain: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n')).collect();
        prop_assert_eq!(strip_ansi(&plain), &*plain);
    }

    #[test]
    fn each_line_is_stripped_by_itself(first in text(), second in text()) {
        let both = format!("{first}\n{second}");
        for strip in [strip_ansi, strip_except_colors] {
            prop_assert_eq!(strip(&both), format!("{}\n{}", strip(&first), strip(&second)));
        }
    }

    /// The library knows only codes of seven bits. The characters are chosen so that both agree on what is text.
    #[test]
    fn codes_of_seven_bits_are_those_that_a_library_removes(
        pieces in vec(select(&["\u{1b}[", "\u{1b}]", "\u{1b}P", "\u{1b}_", "\u{1b}\\", "\u{1b}(", "\u{7}", "1;31", "m", "K", " ", "a"][..]), 0..40)
    ) {
        let text = pieces.concat();
        let expected = anstream::adapter::strip_str(&text).to_string();
        prop_assert_eq!(strip_ansi(&text), expected);
    }
}
