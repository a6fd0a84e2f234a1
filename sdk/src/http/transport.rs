//! One attempt: sends a request, follows redirects, and distinguishes success from failure.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RANGE};
use http::{HeaderMap, HeaderValue, StatusCode};
use url::Url;

use super::body::{self, Body, Incoming};
use super::idle::Idle;
use super::redirect::{self, MAX_REDIRECTS};
use super::trigger_jobs::TriggerJobs;
use super::{Options, Pacing};
use crate::credential::{TokenHeader, TokenKind};
use crate::error::{Error, ErrorKind};
use crate::request::{BaseUrl, Request, RequestContext, Tokens};
use crate::telemetry;

/// The media type of bodies, in both directions. A response of any other is a download.
pub(crate) const JSON: &str = "application/json";

/// The connections to one server, and the settings common to all requests.
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) base: BaseUrl,
    pub(crate) pacing: Arc<Pacing>,
    pub(crate) idle_timeout: Duration,
    pub(crate) max_body: usize,
    pub(crate) max_error_body: usize,
    pub(crate) trigger_jobs: TriggerJobs,
}

impl Transport {
    /// Returns the context for errors about a request.
    pub(crate) fn context(&self, request: &Request) -> RequestContext {
        RequestContext {
            operation: request.operation,
            method: request.method.clone(),
            path: request.path().to_owned(),
            url: self.base.join(request.path(), ""),
            tokens: Vec::new(),
        }
    }

    /// Sends a request once, and returns a successful response before its body is read. The tokens that it sends are
    /// added to `tokens`.
    pub(super) async fn send(
        &self,
        request: &Request,
        options: &Options,
        accept: &HeaderValue,
        tokens: &mut Vec<TokenHeader>,
    ) -> Result<Incoming, Error> {
        if let Some(credential) = &options.credential {
            let token = credential.current().await?;
            if tokens.last() != Some(&token) {
                tokens.push(token);
            }
        }
        let mut url = self.base.join(request.path(), &request.query.to_string());
        // Once a redirect has left the origin, neither the token nor the caller's headers and body are sent again, even
        // if a later redirect returns.
        let mut at_home = true;
        for _ in 0..=MAX_REDIRECTS {
            at_home = at_home && self.base.is_origin_of(&url);
            let response = if at_home {
                let sending = self.send_home(&url, request, options, accept, tokens);
                let response = sending.await?;
                self.pacing
                    .observe(request, response.status(), response.headers());
                response
            } else {
                self.send_to(&url, request, accept, HeaderMap::new(), None)
                    .await?
            };
            if response.status() == StatusCode::PARTIAL_CONTENT && !is_partial(request, options) {
                let hint = Some("the request was not for a range");
                let kind = ErrorKind::Status { hint };
                return Err(self.with_start_of(response, kind).await);
            }
            if response.status().is_success() {
                return Ok(response);
            }
            let Some(target) = redirect::target(&response, &url, &self.base) else {
                return Err(self.unsuccessful(request, tokens.last(), response).await);
            };
            if !request.method.is_safe() {
                // If sent again, it could be carried out twice. If sent as a GET, it would only seem to succeed.
                let reason = "a request that changes something is not sent again; use the new path of the project";
                return Err(self.not_followed(reason, &target, response).await);
            }
            telemetry::redirected(response.status(), self.base.is_origin_of(&target));
            url = target;
        }
        Err(Error::new(ErrorKind::Redirect {
            reason: "too many redirects",
            target: redirect::shown(&url),
        }))
    }

    /// Sends a request to the origin of the base URL, and once more if the token is rejected and there is another one.
    async fn send_home(
        &self,
        url: &Url,
        request: &Request,
        options: &Options,
        accept: &HeaderValue,
        tokens: &mut Vec<TokenHeader>,
    ) -> Result<Incoming, Error> {
        let headers = options.headers(request, tokens.last());
        let body = request.body();
        let response = self.send_to(url, request, accept, headers, body).await?;
        let (StatusCode::UNAUTHORIZED, Some(credential), Some(rejected)) =
            (response.status(), &options.credential, tokens.last())
        else {
            return Ok(response);
        };
        match credential.renewed(rejected).await {
            Ok(None) => Ok(response),
            // A rejected request was not carried out, so even a POST can be sent again.
            Ok(Some(renewed)) => {
                let headers = options.headers(request, Some(&renewed));
                tokens.push(renewed);
                self.send_to(url, request, accept, headers, body).await
            }
            Err(error) => Err(self
                .unsuccessful(request, tokens.last(), response)
                .await
                .with_source(error)),
        }
    }

    /// Sends a request to a URL, with this body, these headers, and those that every request has.
    async fn send_to(
        &self,
        url: &Url,
        request: &Request,
        accept: &HeaderValue,
        headers: HeaderMap,
        body: Option<&Bytes>,
    ) -> Result<Incoming, Error> {
        let mut call = reqwest::Request::new(request.method.clone(), url.clone());
        *call.headers_mut() = headers;
        let headers = call.headers_mut();
        headers.insert(ACCEPT, accept.clone());
        if accept != JSON {
            // A download is read as it arrives. Compressed, it could seem idle for long, could not be resumed by a range
            // of its bytes, and could lose all but the first of several gzip members (RFC 1952, 2.2) without an error.
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        if let Some(range) = &request.range {
            range.set(headers);
        }
        if let Some(body) = body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
            *call.body_mut() = Some(body.clone().into());
        } else if !request.method.is_safe() {
            // Some proxies respond with 411 to a POST without `Content-Length`, even if it has no body.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let call = self.http.execute(call);
        let response = Idle::new(self.idle_timeout).limit(call).await;
        let response = response
            .and_then(|response| response.map_err(Error::from_reqwest))
            .map_err(|error| error.with_host_of(url))?;
        let response = http::Response::from(response);
        Ok(response.map(|body| Body::new(body, self.idle_timeout)))
    }

    /// Returns the error of an unsuccessful response, with the start of its body.
    async fn unsuccessful(
        &self,
        request: &Request,
        token: Option<&TokenHeader>,
        response: Incoming,
    ) -> Error {
        let token = token.map(|token| token.kind);
        let hint = token_hint(request.operation.tokens, token, response.status());
        self.with_start_of(response, ErrorKind::Status { hint })
            .await
    }

    async fn not_followed(&self, reason: &'static str, target: &Url, response: Incoming) -> Error {
        let target = redirect::shown(target);
        let kind = ErrorKind::Redirect { reason, target };
        self.with_start_of(response, kind).await
    }

    async fn with_start_of(&self, response: Incoming, kind: ErrorKind) -> Error {
        let start = body::read_start(response, self.max_error_body, self.idle_timeout).await;
        let (head, body) = start.into_parts();
        Error::new(kind).with_response(head.status, head.headers, body)
    }
}

/// Returns whether a request is for a part of a body. The caller's own headers can have a range as well.
fn is_partial(request: &Request, options: &Options) -> bool {
    request.range.is_some() || options.headers(request, None).contains_key(RANGE)
}

/// Explains a status by the kind of token, where the server does not.
fn token_hint(
    accepted: Tokens,
    sent: Option<TokenKind>,
    status: StatusCode,
) -> Option<&'static str> {
    match (accepted, sent, status) {
        (Tokens::JobOnly, _, StatusCode::NOT_FOUND) => {
            Some("the token is not the job token of a running job")
        }
        (Tokens::NoJob, Some(TokenKind::Job), StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND) => {
            Some(
                "GitLab does not accept job tokens for this operation; use a personal, project or group access token",
            )
        }
        _ => None,
    }
}
