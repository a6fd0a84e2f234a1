//! Removes the markers of sections.

use std::borrow::Cow;

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
    let mut kept = String::new();
    let mut done = 0;
    let mut starts = line
        .match_indices("section_")
        .map(|(at, _)| at)
        .filter(|at| after_start(&line[*at..]).is_some())
        .peekable();
    while let Some(at) = starts.next() {
        // A marker ends before the next one starts. So each part of a line is read once, even if it is nothing but markers
        // whose options are incomplete.
        let end = starts.peek().copied().unwrap_or(line.len());
        if let Some(length) = marker(&line[at..end]) {
            kept.push_str(&line[done..at]);
            done = at + length;
        }
    }
    if done == 0 {
        return Cow::Borrowed(line);
    }
    kept.push_str(&line[done..]);
    Cow::Owned(kept)
}

fn after_start(text: &str) -> Option<&str> {
    text.strip_prefix("section_start:")
        .or_else(|| text.strip_prefix("section_end:"))
}

/// Returns the length of `section_start:<time>:<name>[<options>]` or `section_end:…` at the beginning of a text, including
/// the codes that hide it.
fn marker(text: &str) -> Option<usize> {
    let rest = after_start(text)?
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
    fn markers_are_removed_and_similar_text_is_kept() {
        for (line, text) in [
            (
                "section_end:1:a\r\x1b[0Ksection_start:2:b-c.d\r\x1b[0K\x1b[1mHead",
                "\x1b[1mHead",
            ),
            ("section_start:2:b\rHead", "Head"),
            (
                "section_start:2:b[collapsed=true,hide_duration=true]\rHead",
                "Head",
            ),
            ("section_start:1:a[section_start:2:b[x]Head", "[Head"),
            ("section_start:1:a[section_end:2:b]Head", "[]Head"),
            ("section_start:1:my_section_1\rHead", "Head"),
            ("section_start:2:b[x", "[x"),
            ("my section_startle", "my section_startle"),
            ("section_start:2:", "section_start:2:"),
            ("section_ section_end:2:x", "section_ "),
        ] {
            assert_eq!(strip_section_markers(line), text, "{line:?}");
        }
    }
}
