//! The rest of a body, requested by an HTTP range.

use http::header::{CONTENT_RANGE, ETAG, IF_RANGE, RANGE};
use http::{HeaderMap, HeaderValue};

use super::headers;

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

    pub(super) fn set(&self, headers: &mut HeaderMap) {
        let range = format!("bytes={}-", self.first);
        // Digits are valid in a header.
        if let Ok(range) = HeaderValue::try_from(range) {
            headers.insert(RANGE, range);
            headers.insert(IF_RANGE, self.etag.clone());
        }
    }

    /// Returns whether a 206 has the requested bytes.
    pub(crate) fn is_of(&self, headers: &HeaderMap) -> bool {
        let range = headers::text(headers, CONTENT_RANGE);
        let first = range
            .and_then(|range| range.strip_prefix("bytes "))
            .and_then(|range| range.split('-').next());
        first.and_then(|first| first.parse().ok()) == Some(self.first)
    }
}

/// Returns the entity tag of a body if it is a strong one: only these guarantee identical bytes.
pub(crate) fn strong_etag(headers: &HeaderMap) -> Option<HeaderValue> {
    let etag = headers.get(ETAG)?;
    etag.as_bytes().starts_with(b"\"").then(|| etag.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        [(name.parse().unwrap(), value.parse().unwrap())]
            .into_iter()
            .collect()
    }

    #[test]
    fn a_weak_entity_tag_is_not_a_strong_one() {
        assert!(strong_etag(&headers("etag", "\"8-1\"")).is_some());
        assert!(strong_etag(&headers("etag", "W/\"8-1\"")).is_none());
        assert!(strong_etag(&HeaderMap::new()).is_none());
    }

    #[test]
    fn a_range_that_begins_elsewhere_is_not_the_requested_one() {
        let range = Range::new(7, HeaderValue::from_static("\"8-1\""));
        for (value, expected) in [
            ("bytes 7-9/10", true),
            ("bytes 7-9/*", true),
            ("bytes 8-9/10", false),
            ("bytes */10", false),
            ("lines 7-9/10", false),
        ] {
            assert_eq!(
                range.is_of(&headers("content-range", value)),
                expected,
                "{value}"
            );
        }
        assert!(!range.is_of(&HeaderMap::new()));
    }
}
