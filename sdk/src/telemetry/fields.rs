//! Values of fields.

use std::time::Duration;

use percent_encoding::percent_decode_str;

use crate::Error;
use crate::error::ErrorKind;
use crate::request::Request;

/// Returns the value of a path parameter by its name in the template.
pub(super) fn parameter(request: &Request, name: &str) -> Option<String> {
    let template = request.operation.path.split('/');
    let segments = template.zip(request.path().split('/'));
    let (_, value) = segments.into_iter().find(|(part, _)| *part == name)?;
    let value = percent_decode_str(value).decode_utf8_lossy();
    Some(value.into_owned())
}

/// Returns the kind of an error: the status if there is one, as in OpenTelemetry.
pub(super) fn error_type(error: &Error) -> String {
    let kind = match error.kind() {
        ErrorKind::Status { .. } => {
            let status = error.status().map(|status| status.as_u16());
            return status.map_or_else(String::new, |status| status.to_string());
        }
        ErrorKind::Connect => "connect",
        ErrorKind::Timeout => "timeout",
        ErrorKind::Transport => "connection_lost",
        ErrorKind::Redirect { .. } => "redirect",
        ErrorKind::TooLarge { .. } => "too_large",
        _ => "_OTHER",
    };
    kind.to_owned()
}

pub(super) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
