//! The header that runners write before each line if timestamps are enabled.
//!
//! `2024-05-22T12:43:46.962646Z 00O+text`: the time, the number of the stream, whether it is the output or the errors, and the
//! mark of a line that continues the one before (`+`, else a space).

/// In the shape of a header, 0 stands for a digit, x for a hexadecimal one, S for the stream, and M for the mark.
const SHAPE: &[u8] = b"0000-00-00T00:00:00.000000Z xxSM";

/// In bytes.
pub(super) const HEADER: usize = SHAPE.len();

/// The part of a header that names its stream.
pub(super) type LogStream = [u8; 3];

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
    match stream(line.as_bytes()) {
        Some(_) => &line[HEADER..],
        None => line,
    }
}

/// Returns the stream of a line, or `None` if it has no header.
pub(super) fn stream(line: &[u8]) -> Option<LogStream> {
    let (header, _) = line.split_first_chunk::<HEADER>()?;
    let [.., number, digit, kind, _] = *header;
    begins_header(header).then_some([number, digit, kind])
}

/// Returns whether a line continues the previous line of a stream, or `None` if more of it is needed to tell.
pub(super) fn continues(line: &[u8], of: LogStream) -> Option<bool> {
    match stream(line) {
        Some(stream) => Some(stream == of && line[HEADER - 1] == b'+'),
        None if line.len() < HEADER && begins_header(line) => None,
        None => Some(false),
    }
}

/// Returns whether a text, as far as it goes, has the shape of a header.
fn begins_header(text: &[u8]) -> bool {
    SHAPE.iter().zip(text).all(|(shape, byte)| match shape {
        b'0' => byte.is_ascii_digit(),
        b'x' => byte.is_ascii_hexdigit(),
        b'S' => matches!(byte, b'O' | b'E'),
        b'M' => matches!(byte, b' ' | b'+'),
        shape => shape == byte,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_line_continues_another_of_its_stream_only() {
        let line = b"2024-05-22T12:43:46.962646Z 01E+more";
        for end in 0..HEADER {
            assert_eq!(continues(&line[..end], *b"01E"), None, "{end}");
        }
        assert_eq!(continues(line, *b"01E"), Some(true));
        assert_eq!(continues(line, *b"01O"), Some(false));
        assert_eq!(
            continues(b"2024-05-22T12:43:46.962646Z 01E more", *b"01E"),
            Some(false)
        );
        assert_eq!(continues(b"2024-x", *b"01E"), Some(false));
    }
}
