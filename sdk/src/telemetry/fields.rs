//! Values of fields.

use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::request::Request;

/// Returns the value of a path parameter by its name in the template.
pub(super) fn parameter(request: &Request, name: &str) -> Option<String> {
    let template = request.operation.path.split('/');
    let segments = template.zip(request.path().split('/'));
    let (_, value) = segments.into_iter().find(|(part, _)| *part == name)?;
    let value = percent_decode_str(value).decode_utf8_lossy();
    Some(value.into_owned())
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
