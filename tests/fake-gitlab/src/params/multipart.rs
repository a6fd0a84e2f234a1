//! `multipart/form-data`, as `curl --form` sends it.

use serde_json::{Map, Value, json};

use super::nested;
use crate::response::Response;

/// Parses a multipart form. Files are objects, which no parameter of this API takes.
pub(super) fn parse(content_type: &str, body: &[u8]) -> Result<Map<String, Value>, Response> {
    let mut params = Map::new();
    let Some(boundary) = attribute(content_type, "boundary") else {
        return Ok(params);
    };
    let delimiter = format!("\r\n--{boundary}");
    // The first delimiter has no line before it.
    let body = [b"\r\n", body].concat();
    let mut parts = split(&body, delimiter.as_bytes()).into_iter().skip(1);
    loop {
        let part = parts.next().ok_or_else(unreadable)?;
        if part.starts_with(b"--") {
            return Ok(params);
        }
        let (head, content) = split_once(part, b"\r\n\r\n").ok_or_else(unreadable)?;
        let head = String::from_utf8_lossy(head);
        let mut lines = head.lines();
        let disposition = lines.find(|line| {
            let (name, _) = line.split_once(':').unwrap_or_default();
            name.eq_ignore_ascii_case("content-disposition")
        });
        let disposition = disposition.unwrap_or_default();
        let Some(name) = attribute(disposition, "name") else {
            continue;
        };
        let value = match attribute(disposition, "filename") {
            Some(file) => json!({ "filename": file }),
            None => String::from_utf8_lossy(content).into(),
        };
        nested::add(&mut params, &name, value)?;
    }
}

/// Returns an attribute of a header: `; name=value` or `; name="value"`.
fn attribute(header: &str, name: &str) -> Option<String> {
    let attributes = header.split(';').skip(1);
    let found = attributes.filter_map(|attribute| attribute.trim().split_once('='));
    let mut found = found.filter(|(other, _)| other.eq_ignore_ascii_case(name));
    found
        .next()
        .map(|(_, value)| value.trim_matches('"').to_owned())
}

fn split<'a>(mut bytes: &'a [u8], by: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some((part, rest)) = split_once(bytes, by) {
        parts.push(part);
        bytes = rest;
    }
    parts.push(bytes);
    parts
}

fn split_once<'a>(bytes: &'a [u8], by: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(by.len()).position(|window| window == by)?;
    Some((&bytes[..at], &bytes[at + by.len()..]))
}

fn unreadable() -> Response {
    Response::bad_request("message body does not match declared format")
}
