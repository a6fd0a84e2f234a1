//! Statuses as text.

use http::StatusCode;

/// Returns a status with its name, which the `http` crate does not know for those of Cloudflare.
pub(super) fn shown(status: StatusCode) -> String {
    let name = match status.as_u16() {
        520 => "Web Server Returned an Unknown Error",
        521 => "Web Server Is Down",
        522 => "Connection Timed Out",
        523 => "Origin Is Unreachable",
        524 => "A Timeout Occurred",
        525 => "SSL Handshake Failed",
        526 => "Invalid SSL Certificate",
        527 => "Railgun Error",
        529 => "Site Is Overloaded",
        530 => "Origin DNS Error",
        code => {
            let name = status.canonical_reason();
            return name.map_or_else(|| code.to_string(), |name| format!("{code} {name}"));
        }
    };
    format!("{} {name}", status.as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_has_a_name_if_there_is_one() {
        for (code, text) in [
            (404, "404 Not Found"),
            (521, "521 Web Server Is Down"),
            (599, "599"),
        ] {
            assert_eq!(shown(StatusCode::from_u16(code).unwrap()), text);
        }
    }
}
