//! The rest of a body, requested by an HTTP range.

use http::header::{CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use http::{HeaderMap, HeaderValue};

use crate::headers::{self, content_length};

/// A request for a body from an offset on, provided that its entity tag is unchanged.
#[derive(Clone, Debug)]
pub(crate) struct Range {
    first: u64,
    etag: HeaderValue,
}

impl Range {
    pub(crate) fn new(first: u64, etag: HeaderValue) -> Self {
        Self { first, etag }
    }

    pub(crate) fn set(&self, headers: &mut HeaderMap) {
        let range = format!("bytes={}-", self.first);
        // Digits are valid in a header.
        if let Ok(range) = HeaderValue::try_from(range) {
            headers.insert(RANGE, range);
            headers.insert(IF_RANGE, self.etag.clone());
        }
    }

    /// Returns how many bytes the whole body has from the requested offset on, or `None` if a 206 does not say so, or is
    /// for another range.
    ///
    /// The 206 itself may have fewer.
    pub(crate) fn rest(&self, headers: &HeaderMap) -> Option<u64> {
        let range = headers::text(headers, CONTENT_RANGE)?.strip_prefix("bytes ")?;
        let (part, total) = range.split_once('/')?;
        let (first, _) = part.split_once('-')?;
        let (first, total) = (first.parse::<u64>().ok()?, total.parse::<u64>().ok()?);
        (first == self.first)
            .then(|| total.checked_sub(first))
            .flatten()
    }
}

/// Returns the entity tag of a body if it is a strong one: only these guarantee identical bytes.
///
/// The tag of a compressed body is that of the compressed bytes, whose positions are unknown. reqwest removes the length
/// of a body that it decompresses.
pub(crate) fn strong_etag(headers: &HeaderMap) -> Option<HeaderValue> {
    content_length(headers)?;
    let etag = headers.get(ETAG)?;
    etag.as_bytes().starts_with(b"\"").then(|| etag.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect()
    }

    #[test]
    fn only_a_strong_entity_tag_of_an_uncompressed_body_is_used() {
        let length = ("content-length", "7");
        assert!(strong_etag(&headers(&[("etag", "\"8-1\""), length])).is_some());
        assert!(strong_etag(&headers(&[("etag", "W/\"8-1\""), length])).is_none());
        assert!(strong_etag(&headers(&[("etag", "\"8-1\"")])).is_none());
        assert!(strong_etag(&headers(&[length])).is_none());
    }

    #[test]
    fn the_rest_of_a_body_is_known_from_the_requested_range_and_the_total() {
        let range = Range::new(7, HeaderValue::from_static("\"8-1\""));
        for (value, expected) in [
            ("bytes 7-9/10", Some(3)),
            ("bytes 7-8/10", Some(3)),
            ("bytes 7-9/*", None),
            ("bytes 7-9/6", None),
            ("bytes 8-9/10", None),
            ("bytes */10", None),
            ("bytes 7-9", None),
            ("lines 7-9/10", None),
        ] {
            let rest = range.rest(&headers(&[("content-range", value)]));
            assert_eq!(rest, expected, "{value}");
        }
        assert_eq!(range.rest(&HeaderMap::new()), None);
    }
}
