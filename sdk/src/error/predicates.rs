//! What kind of error it is, and what to do about it.

use http::StatusCode;

use super::{Error, ErrorKind};

impl Error {
    fn has_status(&self, status: StatusCode) -> bool {
        self.is_status() && self.status() == Some(status)
    }

    /// Returns whether the server responded with a status that is not a success.
    #[must_use]
    pub fn is_status(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Status { .. })
    }

    /// Returns whether the status is 401: the token is missing, unknown, expired or revoked.
    ///
    /// A retry does not help; another token does.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// Returns whether the status is 403: the token is valid but lacks a permission, or the job is in the wrong state.
    ///
    /// [`message`](Self::message) says which.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// Returns whether the status is 404: the project, pipeline or job does not exist, or the token may not see it.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.has_status(StatusCode::NOT_FOUND)
    }

    /// Returns whether the status is 409: GitLab is already changing the same object.
    ///
    /// Retry a little later.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.has_status(StatusCode::CONFLICT)
    }

    /// Returns whether the status is 429: too many requests, even after the retries.
    ///
    /// Wait for [`retry_after`](Self::retry_after), and send fewer requests.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns whether the status is a 5xx: GitLab, or a proxy in front of it, failed.
    ///
    /// A POST may have been carried out: check before sending it again.
    #[must_use]
    pub fn is_server_error(&self) -> bool {
        self.is_status() && self.status().is_some_and(|status| status.is_server_error())
    }

    /// Returns whether the connect timeout, the idle timeout, or the deadline of a wait expired.
    ///
    /// A POST may have been carried out, unless [`is_connect`](Self::is_connect) is true as well: check before sending it
    /// again.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self.0.kind {
            ErrorKind::Timeout | ErrorKind::Deadline { .. } => true,
            ErrorKind::Connect => self.reqwest().is_some_and(reqwest::Error::is_timeout),
            _ => false,
        }
    }

    /// Returns whether the connection could not be made: a wrong address, no network, or an untrusted certificate.
    ///
    /// Nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Connect)
    }

    /// Returns whether the connection was lost.
    ///
    /// A POST may have been carried out: check before sending it again.
    #[must_use]
    pub fn is_transport(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Transport)
    }

    /// Returns whether the response could not be decoded; [`decode_path`](Self::decode_path) says where.
    ///
    /// `send_as` with a type of your own is a workaround.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Decode { .. })
    }

    /// Returns whether the response is larger than [`max_body`](crate::ClientBuilder::max_body).
    ///
    /// Raise the limit, or request smaller pages.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, ErrorKind::TooLarge { .. })
    }

    /// Returns whether a redirect was not followed: that of a POST, or one too many.
    ///
    /// A project that was moved has a new path, which is part of [`redirect_target`](Self::redirect_target).
    #[must_use]
    pub fn is_redirect(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Redirect { .. })
    }

    /// Returns whether the call itself is invalid: an option of the client, a parameter, or a missing runtime.
    ///
    /// Nothing was sent.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        use ErrorKind::{Argument, Config, NoRuntime};
        matches!(self.0.kind, Config(_) | Argument { .. } | NoRuntime)
    }

    /// Returns whether the [token source](crate::ClientBuilder::token_source) returned an error or an invalid token, so that
    /// nothing was sent.
    #[must_use]
    pub fn is_token(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Token(_))
    }

    fn reqwest(&self) -> Option<&reqwest::Error> {
        self.0.source.as_ref()?.downcast_ref()
    }
}
