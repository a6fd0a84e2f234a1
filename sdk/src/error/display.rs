//! Errors as text: a single layer on one line, or the whole chain of causes.

use std::error::Error as StdError;
use std::fmt;

use super::status::shown;
use super::{Error, ErrorKind, shortened};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_line(f, f.alternate())?;
        if f.alternate() {
            for cause in self.causes() {
                write!(f, ": {}", shortened(cause))?;
            }
        }
        Ok(())
    }
}

/// The format in which `main` prints a returned error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_line(f, true)?;
        let causes = self.causes().map(shortened).collect::<Vec<_>>();
        if !causes.is_empty() {
            f.write_str("\n\nCaused by:")?;
        }
        for (number, cause) in causes.iter().enumerate() {
            write!(f, "\n    {number}: {cause}")?;
        }
        // Without a message from the server, the body may explain the error.
        if let Some(response) = self.response()
            && response.message.is_none()
            && !response.body.is_empty()
        {
            let body = String::from_utf8_lossy(&response.body).into_owned();
            write!(f, "\n\nResponse body:\n    {:?}", shortened(body))?;
        }
        Ok(())
    }
}

impl Error {
    fn write_line(&self, f: &mut fmt::Formatter<'_>, with_url: bool) -> fmt::Result {
        match (&self.0.request, self.0.operation) {
            (Some(request), _) if with_url => write!(f, "{} {}: ", request.method, request.url)?,
            (Some(request), _) => write!(f, "{} {}: ", request.method, request.path)?,
            (None, Some(operation)) => write!(f, "{operation}: ")?,
            (None, None) => {}
        }
        self.write_kind(f)?;
        self.write_details(f)
    }

    fn write_kind(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.0.host.as_deref();
        match &self.0.kind {
            ErrorKind::Config(reason) | ErrorKind::Token(reason) => f.write_str(reason),
            ErrorKind::Argument { name, reason } => write!(f, "invalid `{name}`: {reason}"),
            ErrorKind::Connect => {
                write!(f, "cannot connect to {}", host.unwrap_or("the server"))?;
                match &self.0.proxy {
                    Some(proxy) => write!(f, " through the proxy {proxy}"),
                    None => Ok(()),
                }
            }
            ErrorKind::Timeout => {
                write!(f, "timed out waiting for {}", host.unwrap_or("the server"))
            }
            ErrorKind::Transport => match host {
                Some(host) => write!(f, "connection to {host} lost"),
                None => f.write_str("connection lost"),
            },
            ErrorKind::Redirect { reason, target } => {
                write!(f, "redirect to {target} not followed: {reason}")
            }
            ErrorKind::Status { hint } => self.write_status(f, hint.as_deref()),
            ErrorKind::Html => write!(
                f,
                "a page of HTML from {} instead of GitLab's response, such as a sign-in or maintenance page",
                host.unwrap_or("the server")
            ),
            ErrorKind::Encoding(encoding) => write!(
                f,
                "the body has the encoding {encoding:?}, which was not requested and cannot be decoded"
            ),
            ErrorKind::Decode { path } => write!(f, "cannot decode the response at `{path}`"),
            ErrorKind::TooLarge { limit } => {
                write!(f, "the response is larger than {limit} bytes")
            }
            ErrorKind::Pagination(reason) => f.write_str(reason),
            ErrorKind::Deadline { waiting_for } => {
                write!(f, "the deadline passed while waiting for {waiting_for}")
            }
            ErrorKind::LogChanged => f.write_str(
                "the connection was lost, and the log has changed since, so that it cannot be resumed",
            ),
            ErrorKind::JobMissing => {
                f.write_str("a job that had not finished is no longer part of the pipeline")
            }
            ErrorKind::NoRuntime => f.write_str(
                "there is no tokio runtime here; without one, use the crate `gitlab-jobs-blocking`",
            ),
        }
    }

    fn write_status(&self, f: &mut fmt::Formatter<'_>, hint: Option<&str>) -> fmt::Result {
        match (self.status(), self.message()) {
            // Most of GitLab's messages start with the status.
            (Some(status), Some(message)) if message.starts_with(status.as_str()) => {
                f.write_str(message)?;
            }
            (Some(status), Some(message)) => write!(f, "{}: {message}", shown(status))?,
            (Some(status), None) => f.write_str(&shown(status))?,
            (None, _) => {}
        }
        if let Some(proxy) = &self.0.proxy {
            write!(f, ", from the proxy {proxy}")?;
        }
        if let Some(host) = self.0.host.as_deref().filter(|_| self.0.elsewhere) {
            write!(f, ", from {host} after a redirect")?;
        }
        match hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }

    fn write_details(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status().filter(|_| !self.is_status());
        let details = [
            status.map(shown),
            self.request_id().map(|id| format!("request id {id}")),
            (self.attempts() > 1).then(|| format!("{} attempts", self.attempts())),
        ];
        let details = details.into_iter().flatten().collect::<Vec<_>>();
        if details.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", details.join(", "))
    }

    /// Returns the causes, the nearest one first.
    pub(super) fn causes(&self) -> impl Iterator<Item = String> {
        let mut cause = self.source();
        std::iter::from_fn(move || {
            let text = cause?.to_string();
            cause = cause?.source();
            Some(text)
        })
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
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
