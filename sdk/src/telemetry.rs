//! Spans and events of the `tracing` feature. Without the feature, nothing here does anything.
//!
//! Field names follow OpenTelemetry's conventions for HTTP clients where those exist. Tokens, bodies, messages of the
//! server, and URLs chosen by the server are never recorded. Request ids are the server's, so they are recorded without
//! the tokens that were sent; encodings of a token are not recognized.
#![cfg_attr(not(feature = "tracing"), allow(unused_variables))]

#[cfg(feature = "tracing")]
mod fields;

use std::time::Duration;

use http::StatusCode;

#[cfg(feature = "tracing")]
use self::fields::milliseconds;
#[cfg(feature = "tracing")]
use crate::headers::request_id;
use crate::request::{BaseUrl, Operation, Request, RequestContext};
use crate::{Error, PageInfo};

/// The target, by which filters select.
#[cfg(feature = "tracing")]
const TARGET: &str = "gitlab_jobs";

/// The span of a call, around all of its attempts.
#[derive(Clone)]
pub(crate) struct CallSpan {
    #[cfg(feature = "tracing")]
    span: tracing::Span,
}

impl CallSpan {
    pub(crate) fn new(request: &Request, base: &BaseUrl) -> Self {
        #[cfg(feature = "tracing")]
        {
            use tracing::field::Empty;

            let Operation { id, path, .. } = request.operation;
            let method = &request.method;
            // A custom request has no template, and its path could contain anything.
            let template = (!path.is_empty()).then(|| format!("/api/v4{path}"));
            let name = match &template {
                Some(template) => format!("{method} {template}"),
                None => method.to_string(),
            };
            let span = tracing::info_span!(
                target: TARGET,
                "call",
                otel.kind = "client",
                otel.name = %name,
                http.request.method = method.as_str(),
                url.template = template,
                server.address = base.as_url().host_str(),
                server.port = base.as_url().port_or_known_default(),
                gitlab.operation = id,
                gitlab.project = request.argument("project"),
                gitlab.pipeline = request.argument("pipeline_id"),
                gitlab.job = request.argument("job_id"),
                http.response.status_code = Empty,
                http.request.resend_count = Empty,
                "error.type" = Empty,
            );
            Self { span }
        }
        #[cfg(not(feature = "tracing"))]
        Self {}
    }

    /// Drives a future within the span.
    pub(crate) fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        #[cfg(feature = "tracing")]
        let future = tracing::Instrument::instrument(future, self.span.clone());
        future
    }

    /// Records the outcome of a call that has succeeded.
    pub(crate) fn succeeded(&self, status: StatusCode, attempts: u32) {
        #[cfg(feature = "tracing")]
        {
            self.span
                .record("http.response.status_code", status.as_u16());
            self.span.record("http.request.resend_count", attempts - 1);
        }
    }

    /// Records the outcome of a call that has failed.
    pub(crate) fn failed(&self, error: &Error) {
        #[cfg(feature = "tracing")]
        {
            let resent = error.attempts().saturating_sub(1);
            self.span.record("error.type", error.label());
            self.span.record("http.request.resend_count", resent);
            if let Some(status) = error.status() {
                self.span
                    .record("http.response.status_code", status.as_u16());
            }
        }
    }
}

/// The head of a successful response has arrived.
pub(crate) fn responded<B>(response: &http::Response<B>, attempts: u32, context: &RequestContext) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: TARGET,
        {
            http.response.status_code = response.status().as_u16(),
            http.request.resend_count = attempts - 1,
            gitlab.request_id = request_id(response.headers()).filter(|id| !context.has_token(id)),
        },
        "response received",
    );
}

/// An attempt has failed, with an error from which the tokens were removed. It is repeated after the wait, if there is one.
pub(crate) fn attempt_failed(error: &Error, attempts: u32, wait: Option<Duration>) {
    #[cfg(feature = "tracing")]
    match wait {
        Some(wait) => tracing::warn!(
            target: TARGET,
            {
                "error.type" = error.label(),
                http.response.status_code = error.status().map(|status| status.as_u16()),
                http.request.resend_count = attempts - 1,
                gitlab.request_id = error.request_id(),
                gitlab.wait_ms = milliseconds(wait),
            },
            "attempt failed, retrying after a wait",
        ),
        None => tracing::debug!(
            target: TARGET,
            {
                "error.type" = error.label(),
                http.response.status_code = error.status().map(|status| status.as_u16()),
                http.request.resend_count = attempts - 1,
                gitlab.request_id = error.request_id(),
            },
            "attempt failed",
        ),
    }
}

/// A token file cannot be read, so that the last good token is sent. This is recorded once until the file can be read again.
pub(crate) fn token_file_unreadable(error: &Error) {
    #[cfg(feature = "tracing")]
    tracing::warn!(target: TARGET, reason = %error, "token file unreadable, sending the last good token");
}

/// A redirect is followed, within the origin of the base URL or to another one.
pub(crate) fn redirected(status: StatusCode, same_origin: bool) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: TARGET,
        {
            http.response.status_code = status.as_u16(),
            gitlab.same_origin = same_origin,
        },
        "redirect followed",
    );
}

/// A response requires requests to wait.
pub(crate) fn rate_limited(operation: &Operation, wait: Duration) {
    #[cfg(feature = "tracing")]
    tracing::info!(
        target: TARGET,
        {
            gitlab.operation = operation.id,
            gitlab.wait_ms = milliseconds(wait),
        },
        "rate limit reached, requests wait",
    );
}

/// A page of a list has been read.
pub(crate) fn page_read(operation: &Operation, page: &PageInfo) {
    #[cfg(feature = "tracing")]
    tracing::debug!(
        target: TARGET,
        {
            gitlab.operation = operation.id,
            gitlab.page = page.page,
            gitlab.total_pages = page.total_pages,
            gitlab.has_next_page = page.has_next(),
        },
        "page read",
    );
}

/// A followed log was replaced, and is read from its beginning.
pub(crate) fn log_restarted() {
    #[cfg(feature = "tracing")]
    tracing::info!(target: TARGET, "log replaced, reading it from its beginning");
}

/// A poll has failed, and is repeated after a wait.
pub(crate) fn poll_failed(operation: &Operation, error: &Error, wait: Duration) {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        target: TARGET,
        {
            gitlab.operation = operation.id,
            "error.type" = error.label(),
            gitlab.wait_ms = milliseconds(wait),
        },
        "poll failed, repeating it after a wait",
    );
}

/// Keeps a future that is spawned within the current span.
pub(crate) fn in_current_span<F: Future>(future: F) -> impl Future<Output = F::Output> + use<F> {
    #[cfg(feature = "tracing")]
    let future = tracing::Instrument::in_current_span(future);
    future
}
