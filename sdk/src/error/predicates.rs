//! Predicates that distinguish failures.

use std::error::Error as StdError;

use http::StatusCode;

use super::{Error, ErrorKind};

impl Error {
    /// Returns whether the server responded with a status that is not a success.
    #[must_use]
    pub fn is_status(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Status { .. })
    }

    /// Returns whether a page of HTML arrived where GitLab sends none: a sign-in page after a redirect, a maintenance page, or
    /// that of a front end. Check the base URL, and what stands between this program and GitLab.
    #[must_use]
    pub fn is_html(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Html)
    }

    /// Returns whether the status is 401: the token is missing, unknown, expired or revoked, and so is a renewed one. A
    /// retry needs another token.
    ///
    /// As for 403 and 404, this is false if not GitLab but a server to which it redirected has responded, such as an object
    /// storage; [`status`](Self::status) has its status.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.has_status(StatusCode::UNAUTHORIZED)
    }

    /// Returns whether the status is 403: the token does not permit the operation, or the state of the job does not;
    /// [`message`](Self::message) explains which.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.has_status(StatusCode::FORBIDDEN)
    }

    /// Returns whether the status is 404: there is no such project, pipeline or job, or the token may not see it.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.has_status(StatusCode::NOT_FOUND)
    }

    /// Returns whether the status is 409: a conflict with work in progress. Retry a little later.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.has_status(StatusCode::CONFLICT)
    }

    /// Returns whether the status is 429: too many requests, even after the retries. Wait for
    /// [`retry_after`](Self::retry_after), and send fewer requests.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.has_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns whether the status is 5xx: GitLab or a proxy has failed. A POST may have been processed; check before
    /// sending it again.
    #[must_use]
    pub fn is_server_error(&self) -> bool {
        self.is_status() && self.status().is_some_and(|status| status.is_server_error())
    }

    /// Returns whether a timeout expired, of connecting, of waiting for the server or of the whole call, or a deadline
    /// passed. A POST may have been processed unless [`is_connect`](Self::is_connect) is true as well.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self.0.kind {
            ErrorKind::Timeout | ErrorKind::Deadline { .. } => true,
            ErrorKind::Connect => self.reqwest().is_some_and(reqwest::Error::is_timeout),
            _ => false,
        }
    }

    /// Returns whether the [token source](crate::ClientBuilder::token_source) failed or returned an invalid token. Nothing
    /// was sent.
    #[must_use]
    pub fn is_token(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Token(_))
    }

    /// Returns whether the connection could not be established, because of a wrong address, the network or a
    /// certificate. Nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Connect)
    }

    /// Returns whether the connection was lost. A POST may have been processed; check before sending it again.
    #[must_use]
    pub fn is_transport(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Transport)
    }

    /// Returns whether a response cannot be decoded; [`decode_path`](Self::decode_path) returns where. As a workaround,
    /// use `send_as` with your own type. A [page of HTML](Self::is_html) is one, and so is a body in an encoding that was
    /// not requested.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Decode { .. } | ErrorKind::Html | ErrorKind::Encoding(_)
        )
    }

    /// Returns whether the response is larger than the builder's [`max_body`](crate::ClientBuilder::max_body). Raise it, or
    /// request smaller pages.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, ErrorKind::TooLarge { .. })
    }

    /// Returns whether a redirect was not followed, because the request is not a GET or HEAD, or because there were too
    /// many. A project that has moved has a new path, which is in [`redirect_target`](Self::redirect_target).
    #[must_use]
    pub fn is_redirect(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Redirect { .. })
    }

    /// Returns whether the connection was lost while a log arrived, and the log cannot be resumed because it has changed since:
    /// it was erased, or its end was rewritten.
    ///
    /// The bytes read so far are obsolete. Read the log again from its start.
    #[must_use]
    pub fn is_log_changed(&self) -> bool {
        matches!(self.0.kind, ErrorKind::LogChanged)
    }

    /// Returns whether the call itself is invalid: an option of the client, a parameter, or a missing runtime. Nothing was
    /// sent.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        use ErrorKind::{Argument, Config, NoRuntime};
        matches!(self.0.kind, Config(_) | Argument { .. } | NoRuntime)
    }

    /// Returns whether the cause is likely to pass, so that the same request may succeed later: the connection could not be
    /// established or was lost, the server did not respond in time, or the status is 408, 425, 429, 500, 502, 503 or 504, one of
    /// those with which Cloudflare reports that GitLab is unavailable (520 to 527, 529 and 530), or the 409 with which
    /// GitLab reports that something else holds a lock (`Resource lock`).
    ///
    /// An invalid certificate does not pass, and neither do other 409s.
    ///
    /// The client has retried a GET until its [`RetryPolicy`](crate::RetryPolicy) was exhausted. A POST may have been
    /// processed, unless [`is_connect`](Self::is_connect) or [`is_rate_limited`](Self::is_rate_limited) is true.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self.0.kind {
            ErrorKind::Connect => !self.has_invalid_certificate(),
            ErrorKind::Timeout | ErrorKind::Transport => true,
            ErrorKind::Status { .. } => match self.status().map(|status| status.as_u16()) {
                Some(408 | 425 | 429 | 500 | 502..=504 | 520..=527 | 529 | 530) => true,
                // GitLab responds so from every route, when another process has changed or holds what it needs.
                Some(409) => self
                    .message()
                    .is_some_and(|message| message.contains("Resource lock")),
                _ => false,
            },
            _ => false,
        }
    }

    /// Returns whether another attempt soon after the second one would only fail again: the host is unknown, or a proxy
    /// refuses the connection.
    pub(crate) fn needs_no_third_attempt(&self) -> bool {
        let network = |cause: &(dyn StdError + 'static)| cause.is::<std::io::Error>();
        self.is_connect()
            && !self.is_timeout()
            && (self.reqwest().is_some_and(reqwest::Error::is_dns) || !self.any_cause(network))
    }

    /// Returns whether the server has refused the request without processing any of it, which HTTP/2 can say
    /// (RFC 9113, 8.7).
    pub(crate) fn is_unprocessed(&self) -> bool {
        // h2 ends only those streams with the reason of a GOAWAY that come after the last one that the server processed. Others
        // end with the loss of the connection.
        #[cfg(feature = "http2")]
        return self.0.response.is_none()
            && self.any_cause(|cause| {
                cause.downcast_ref::<h2::Error>().is_some_and(|error| {
                    let closing =
                        error.is_go_away() && error.reason() == Some(h2::Reason::NO_ERROR);
                    let refused =
                        error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
                    error.is_remote() && (closing || refused)
                })
            });
        #[cfg(not(feature = "http2"))]
        false
    }

    fn has_invalid_certificate(&self) -> bool {
        #[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
        return self.any_cause(|cause| {
            let error = rustls_error(cause);
            matches!(error, Some(rustls::Error::InvalidCertificate(_)))
        });
        #[cfg(not(any(feature = "rustls", feature = "rustls-no-provider")))]
        false
    }

    /// Returns whether one of the causes is of this kind.
    fn any_cause(&self, is: impl Fn(&(dyn StdError + 'static)) -> bool) -> bool {
        let mut cause = self.source();
        while let Some(found) = cause {
            if is(found) {
                return true;
            }
            cause = found.source();
        }
        false
    }

    /// Returns whether GitLab itself responded with this status.
    fn has_status(&self, status: StatusCode) -> bool {
        self.is_status() && self.status() == Some(status) && !self.0.elsewhere
    }

    fn reqwest(&self) -> Option<&reqwest::Error> {
        self.0.source.as_ref()?.downcast_ref()
    }
}

/// Returns the error of rustls, which the layers above it wrap into one `io::Error` or several. Those skip it as a source.
#[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
fn rustls_error<'a>(cause: &'a (dyn StdError + 'static)) -> Option<&'a rustls::Error> {
    let wrapped = || cause.downcast_ref::<std::io::Error>()?.get_ref();
    cause.downcast_ref().or_else(|| rustls_error(wrapped()?))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::HeaderMap;

    use super::*;

    #[test]
    fn a_lost_connection_a_timeout_and_an_unavailable_server_are_transient() {
        for status in (200..600).filter_map(|status| StatusCode::from_u16(status).ok()) {
            let error = Error::new(ErrorKind::Status { hint: None });
            let error = error.with_response(status, HeaderMap::new(), Bytes::new());
            let transient = [408, 425, 429, 500, 502, 503, 504, 529, 530]
                .contains(&status.as_u16())
                || (520..528).contains(&status.as_u16());
            assert_eq!(error.is_transient(), transient, "{status}");
        }
        for kind in [ErrorKind::Connect, ErrorKind::Timeout, ErrorKind::Transport] {
            assert!(Error::new(kind).is_transient());
        }
        let path = ".".to_owned();
        let waiting_for = "the job to finish";
        for kind in [
            ErrorKind::Decode { path },
            ErrorKind::Deadline { waiting_for },
            ErrorKind::Token("no".into()),
            ErrorKind::Config("no".into()),
            ErrorKind::LogChanged,
            ErrorKind::NoRuntime,
        ] {
            let error = Error::new(kind);
            assert!(!error.is_transient(), "{error}");
        }
    }

    #[cfg(any(feature = "rustls", feature = "rustls-no-provider"))]
    #[test]
    fn an_invalid_certificate_does_not_pass() {
        use std::io;
        let tls = |error| {
            let inner = io::Error::new(io::ErrorKind::InvalidData, error);
            Error::new(ErrorKind::Connect).with_source(io::Error::other(inner))
        };
        let expired = rustls::CertificateError::Expired;
        assert!(!tls(rustls::Error::InvalidCertificate(expired)).is_transient());
        assert!(tls(rustls::Error::HandshakeNotComplete).is_transient());
    }
}
