//! An error in words: one layer each, the next by `source()`.

use std::fmt;

use super::{Error, ErrorKind};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        match &self.0.kind {
            ErrorKind::Config(reason) => f.write_str(reason)?,
            ErrorKind::Argument { name, reason } => write!(f, "invalid `{name}`: {reason}")?,
            ErrorKind::Connect => f.write_str("cannot connect")?,
            ErrorKind::Timeout => f.write_str("nothing arrived in time")?,
            ErrorKind::Transport => f.write_str("the connection broke")?,
            ErrorKind::Redirect { reason, target } => {
                write!(f, "redirected to {target}, and {reason}")?
            }
            ErrorKind::Status { .. } => f.write_str("the server answered")?,
            ErrorKind::Decode { path } => write!(f, "cannot decode the answer at `{path}`")?,
            ErrorKind::TooLarge { limit } => write!(f, "the answer is larger than {limit} bytes")?,
            ErrorKind::Pagination(reason) => f.write_str(reason)?,
            ErrorKind::Deadline { waiting_for } => {
                write!(f, "the deadline passed while waiting for {waiting_for}")?
            }
            ErrorKind::LogChanged => f.write_str(
                "the connection was lost, and the log has changed since, so that it cannot be resumed",
            )?,
            ErrorKind::NoRuntime => f.write_str(
                "there is no tokio runtime here; without one, use the crate `gitlab-jobs-blocking`",
            )?,
        }
        if let Some(status) = self.status() {
            write!(f, " {status}")?;
        }
        if let Some(message) = self.message() {
            write!(f, ": {message}")?;
        }
        if let ErrorKind::Status { hint: Some(hint) } = &self.0.kind {
            write!(f, "; {hint}")?;
        }
        if let Some(request_id) = self.request_id() {
            write!(f, " (request id {request_id})")?;
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

/// For reading a log with `std::io` or `tokio::io`.
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
