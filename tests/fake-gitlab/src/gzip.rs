//! Compression of responses, as by the nginx in front of GitLab.

use std::io::Write;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use hyper::StatusCode;
use hyper::header::{
    ACCEPT_ENCODING, ACCEPT_RANGES, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG,
    HeaderMap, HeaderValue,
};

use crate::log::Content;
use crate::response::Response;

/// The shortest body that is compressed.
const LEAST: u64 = 250;
const LEVEL: u32 = 2;
const TYPES: [&str; 3] = ["text/plain", "text/html", "application/json"];

/// Declares the response compressed, if nginx would compress it for a request with these headers, and returns whether
/// it did.
///
/// The body must then be sent in chunks, through [`Compressed`]: its length is not known in advance.
pub(crate) fn negotiate(request: &HeaderMap, response: &mut Response) -> bool {
    let text = |headers: &HeaderMap, name| {
        let value: Option<&HeaderValue> = headers.get(name);
        let value = value.and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_ascii_lowercase()
    };
    let accepted = text(request, ACCEPT_ENCODING);
    let accepted = accepted.split(',').any(accepts_gzip);
    let media_type = text(&response.headers, CONTENT_TYPE);
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let statuses = [StatusCode::OK, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
    let compressed = accepted
        && TYPES.contains(&media_type)
        && statuses.contains(&response.status)
        && response.content.len() >= LEAST
        && !response.headers.contains_key(CONTENT_ENCODING);
    if !compressed {
        return false;
    }
    let headers = &mut response.headers;
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers.remove(CONTENT_LENGTH);
    headers.remove(ACCEPT_RANGES);
    let weak = headers.get(ETAG).and_then(|etag| {
        let etag = etag.to_str().ok()?;
        let weak = etag.strip_prefix("W/").unwrap_or(etag);
        HeaderValue::from_str(&format!("W/{weak}")).ok()
    });
    if let Some(weak) = weak {
        headers.insert(ETAG, weak);
    }
    true
}

/// Returns whether an item of `Accept-Encoding` allows gzip.
fn accepts_gzip(item: &str) -> bool {
    let mut parts = item.split(';').map(str::trim);
    let named = parts.next() == Some("gzip");
    let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
    named && quality.unwrap_or(1.0) > 0.0
}

/// Content that is compressed while it is sent.
#[derive(Debug)]
pub(crate) struct Compressed {
    content: Content,
    /// `None` once the end has been written.
    encoder: Option<GzEncoder<Vec<u8>>>,
}

impl Compressed {
    pub(crate) fn new(content: Content) -> Self {
        let encoder = GzEncoder::new(Vec::new(), Compression::new(LEVEL));
        Self {
            content,
            encoder: Some(encoder),
        }
    }
}

impl Iterator for Compressed {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        loop {
            let encoder = self.encoder.as_mut()?;
            let Some(chunk) = self.content.next() else {
                let end = self.encoder.take()?.finish();
                return Some(end.expect("memory can be written to").into());
            };
            let written = encoder.write_all(&chunk);
            written.expect("memory can be written to");
            let compressed = std::mem::take(encoder.get_mut());
            if !compressed.is_empty() {
                return Some(compressed.into());
            }
        }
    }
}
