//! Labels for metrics.

use super::{Error, ErrorKind};

impl Error {
    /// Returns a short label for metrics: the status if the server responded with an error, such as `404`, or else the kind
    /// of failure, such as `timeout`.
    ///
    /// | label | failure |
    /// |---|---|
    /// | `config`, `argument`, `no_runtime` | the call itself is invalid ([`is_invalid`](Self::is_invalid)) |
    /// | `token` | there is no token to send |
    /// | `connect` | the connection could not be established |
    /// | `timeout` | the server did not respond in time |
    /// | `connection_lost` | the connection was lost |
    /// | `redirect` | a redirect was not followed |
    /// | `decode`, `html`, `encoding`, `too_large`, `pagination` | the response is not what was expected |
    /// | `deadline` | the deadline of a wait has passed |
    /// | `log_changed`, `job_missing` | what was read or waited for is gone |
    ///
    /// There are few labels, and they remain the same, but later versions can add some. With the feature `tracing`, spans and
    /// events have the label as `error.type`.
    ///
    /// ```
    /// use gitlab_jobs::Client;
    ///
    /// let error = Client::builder().base_url("gitlab.example.com").build().unwrap_err();
    /// assert_eq!(error.label(), "config");
    /// ```
    #[must_use]
    pub fn label(&self) -> &str {
        match &self.0.kind {
            ErrorKind::Status { .. } => match &self.0.response {
                Some(response) => response.status.as_str(),
                None => "status",
            },
            ErrorKind::Config(_) => "config",
            ErrorKind::Argument { .. } => "argument",
            ErrorKind::Token(_) => "token",
            ErrorKind::Connect => "connect",
            ErrorKind::Timeout => "timeout",
            ErrorKind::Transport => "connection_lost",
            ErrorKind::Redirect { .. } => "redirect",
            ErrorKind::Decode { .. } => "decode",
            ErrorKind::Html => "html",
            ErrorKind::Encoding(_) => "encoding",
            ErrorKind::TooLarge { .. } => "too_large",
            ErrorKind::Pagination(_) => "pagination",
            ErrorKind::Deadline { .. } => "deadline",
            ErrorKind::LogChanged => "log_changed",
            ErrorKind::JobMissing => "job_missing",
            ErrorKind::NoRuntime => "no_runtime",
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::*;

    #[test]
    fn the_label_of_a_response_is_its_status() {
        let error = Error::new(ErrorKind::Status { hint: None });
        let error = error.with_response(StatusCode::NOT_FOUND, HeaderMap::new(), Bytes::new());
        assert_eq!(error.label(), "404");
        let decode = Error::new(ErrorKind::Decode {
            path: String::new(),
        });
        let decode = decode.with_response(StatusCode::OK, HeaderMap::new(), Bytes::new());
        assert_eq!(decode.label(), "decode");
    }
}
