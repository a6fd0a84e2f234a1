//! Truncates long texts in errors.

use super::{Error, ErrorKind};

/// In bytes. The beginning of a longer text is enough to recognize it.
const LONGEST: usize = 1000;

impl Error {
    /// Truncates the texts that the server can make long.
    pub(super) fn shorten(&mut self) {
        let shorten = |text: &mut String| *text = shortened(std::mem::take(text));
        if let ErrorKind::Decode { path } = &mut self.0.kind {
            shorten(path);
        }
        if let Some(response) = &mut self.0.response {
            response.message.iter_mut().for_each(shorten);
        }
    }
}

/// Truncates a text that is too long for an error, and marks it with an ellipsis.
pub(super) fn shortened(mut text: String) -> String {
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
    fn a_long_cause_is_shown_truncated() {
        let path = "[0].id".to_owned();
        let error = Error::new(ErrorKind::Decode { path }).with_source("x".repeat(1 << 20));
        for shown in [format!("{error:#}"), format!("{error:?}")] {
            assert!(shown.contains("xxx"), "{shown}");
            assert!(shown.len() < 2 * LONGEST, "{}", shown.len());
        }
    }

    #[test]
    fn a_truncated_text_is_not_truncated_again() {
        for before in ["", "x", "xx"] {
            let once = shortened(before.to_owned() + &"ü".repeat(501));
            assert_eq!(shortened(once.clone()), once);
        }
    }

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
