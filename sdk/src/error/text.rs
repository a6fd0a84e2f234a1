//! Truncates long texts in errors.

/// In bytes. The beginning of a longer text is enough to recognize it.
const LONGEST: usize = 1000;

/// Truncates a text that is too long for an error, and marks it with an ellipsis.
pub(crate) fn shortened(mut text: String) -> String {
    if text.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| text.is_char_boundary(*at));
        text.truncate(end.unwrap_or_default());
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_truncated_between_two_characters() {
        assert_eq!(shortened("ü".repeat(500)), "ü".repeat(500));
        assert_eq!(shortened("ü".repeat(501)), format!("{}…", "ü".repeat(500)));
        assert_eq!(
            shortened(format!("x{}", "ü".repeat(500))),
            format!("x{}…", "ü".repeat(499))
        );
    }
}
