//! The text of an error: one layer, the next by `source()`.

use std::fmt;

use super::{Error, ErrorKind};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        match &self.0.kind {
            ErrorKind::Config(reason) | ErrorKind::Token(reason) => f.write_str(reason)?,
            ErrorKind::Argument { name, reason } => write!(f, "invalid `{name}`: {reason}")?,
            ErrorKind::Connect => f.write_str("cannot connect")?,
            ErrorKind::Timeout => f.write_str("timed out waiting for the server")?,
            ErrorKind::Transport => f.write_str("connection lost")?,
            ErrorKind::Redirect { reason, target } => {
                write!(f, "redirected to {target}, and {reason}")?
            }
            ErrorKind::Status { .. } => f.write_str("the server responded with")?,
            ErrorKind::Decode { path } => write!(f, "cannot decode the response at `{path}`")?,
            ErrorKind::TooLarge { limit } => {
                write!(f, "the response is larger than {limit} bytes")?
            }
            ErrorKind::Pagination(reason) => f.write_str(reason)?,
            ErrorKind::Deadline { waiting_for } => {
                write!(f, "the deadline passed while waiting for {waiting_for}")?
            }
            ErrorKind::NoRuntime => f.write_str(
                "no tokio runtime; use the crate `gitlab-jobs-blocking` outside of one",
            )?,
        }
        let mut details = Vec::new();
        if let (ErrorKind::Status { hint }, Some(status)) = (&self.0.kind, self.status()) {
            write!(f, " {status}")?;
            if let Some(message) = self.message() {
                write!(f, ": {message}")?;
            }
            if let Some(hint) = hint {
                write!(f, "; {hint}")?;
            }
        } else if let Some(status) = self.status() {
            details.push(format!("status {status}"));
        }
        if let Some(request_id) = self.request_id() {
            details.push(format!("request id {request_id}"));
        }
        if !details.is_empty() {
            write!(f, " ({})", details.join(", "))?;
        }
        if self.0.attempts > 1 {
            write!(f, " after {} attempts", self.0.attempts)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Error");
        debug
            .field("kind", &self.0.kind)
            .field("operation", &self.0.operation);
        if let Some(response) = self.response() {
            debug
                .field("status", &response.status)
                .field("headers", &response.headers)
                .field("body", &String::from_utf8_lossy(&response.body));
        }
        debug
            .field("attempts", &self.0.attempts)
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

/// Converts the error of a log that is read with `std::io` or `tokio::io`.
impl From<Error> for std::io::Error {
    fn from(error: Error) -> Self {
        let kind = if error.is_timeout() {
            std::io::ErrorKind::TimedOut
        } else {
            std::io::ErrorKind::Other
        };
        Self::new(kind, error)
    }
}
