//! One attempt: sends a request, follows redirects, and distinguishes success from failure.

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RANGE};
use http::{HeaderMap, HeaderValue, StatusCode};
use tokio::time::Instant;
use url::Url;

use super::body::{self, Body, Incoming};
use super::idle::Idle;
use super::pacing::Slot;
use super::redirect::{self, MAX_REDIRECTS};
use super::verdict::{self, Place};
use super::{Accept, Options, Retry, Transport};
use crate::error::{Error, ErrorKind};
use crate::request::{Request, RequestContext};
use crate::telemetry;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// One attempt of a call.
pub(super) struct Attempt<'a> {
    pub(super) transport: &'a Transport,
    pub(super) options: &'a Options,
    pub(super) request: &'a Request,
    pub(super) accept: Accept,
    /// The context of the call, to which the tokens that are sent are added.
    pub(super) context: &'a mut RequestContext,
    pub(super) retry: &'a mut Retry,
    /// The slot of the call. It is held only while the server is waited for, and never while a token is obtained: a source
    /// of tokens can send requests on the same connections, which need slots too.
    pub(super) slot: &'a mut Option<Slot>,
}

impl Attempt<'_> {
    /// Obtains the token, and then waits until the request may be sent.
    pub(super) async fn prepare(&mut self) -> Result<(), Error> {
        if let Some(credential) = &self.options.credential {
            let (token, unreadable) = credential.current().await?;
            self.context.add_token(token);
            if let Some(error) = unreadable {
                telemetry::token_file_unreadable(&error);
            }
        }
        self.wait_for_slot().await;
        Ok(())
    }

    /// Waits until the request may be sent.
    async fn wait_for_slot(&mut self) {
        let began = Instant::now();
        let pacing = &self.transport.pacing;
        *self.slot = Some(pacing.admit(self.context, self.retry.max_wait()).await);
        self.retry.leave_out(began.elapsed());
    }

    /// Sends the request to a path below the root of the API, and returns a successful response before its body is read.
    pub(super) async fn send_to_path(&mut self, path: &str) -> Result<Incoming, Error> {
        let Self {
            transport, request, ..
        } = *self;
        let base = &transport.base;
        let mut url = base.join(path, &request.query.to_string());
        // Once a redirect has left the origin, neither the token nor the caller's headers and body are sent again, even
        // if a later redirect returns.
        let mut same_origin = true;
        for _ in 0..=MAX_REDIRECTS {
            same_origin = same_origin && base.is_origin_of(&url);
            let response = if same_origin {
                self.send_with_token(&url).await?
            } else {
                self.send_to(&url, HeaderMap::new(), None).await?
            };
            if response.status() == StatusCode::PARTIAL_CONTENT && self.needs_whole() {
                let hint = Some("the request was not for a range".into());
                let kind = ErrorKind::Status { hint };
                return Err(self.with_start_of(response, kind).await);
            }
            if response.status().is_success() {
                let unreadable = verdict::unreadable(request, self.accept, response.headers());
                let Some(kind) = unreadable else {
                    return Ok(response);
                };
                let error = self.with_start_of(response, kind).await;
                return Err(error.with_host_of(&url));
            }
            let Some(target) = redirect::target(&response, &url, base) else {
                let place = Place::of(&url, path, same_origin);
                return Err(self.unsuccessful(response, place).await);
            };
            if !request.method.is_safe() {
                // If sent again, it could be processed twice. If sent as a GET, it would only seem to succeed.
                let reason = redirect::advice(&target, path, base);
                let target = redirect::shown(&target);
                let kind = ErrorKind::Redirect { reason, target };
                return Err(self.with_start_of(response, kind).await);
            }
            telemetry::redirected(response.status(), base.is_origin_of(&target));
            url = target;
        }
        Err(Error::new(ErrorKind::Redirect {
            reason: "too many redirects".into(),
            target: redirect::shown(&url),
        }))
    }

    /// Sends the request to the origin of the base URL, and once more if the token is rejected and there is another one.
    async fn send_with_token(&mut self, url: &Url) -> Result<Incoming, Error> {
        let response = self.send_to_origin(url).await?;
        let (StatusCode::UNAUTHORIZED, Some(credential), Some(rejected)) = (
            response.status(),
            &self.options.credential,
            self.context.tokens.last(),
        ) else {
            return Ok(response);
        };
        *self.slot = None;
        match credential.renewed(rejected).await {
            Ok(None) => Ok(response),
            // A rejected request was not processed, so even a POST can be sent again.
            Ok(Some(renewed)) => {
                self.context.add_token(renewed);
                self.wait_for_slot().await;
                self.send_to_origin(url).await
            }
            Err(error) => {
                let error_response = self.unsuccessful(response, Place::GitLab).await;
                Err(error_response.with_source(error))
            }
        }
    }

    /// Sends the request with the last token, and with the headers and the body that only the origin of the base URL gets.
    async fn send_to_origin(&self, url: &Url) -> Result<Incoming, Error> {
        let headers = self
            .options
            .headers(self.request, self.context.tokens.last());
        let response = self.send_to(url, headers, self.request.body()).await?;
        let (status, headers) = (response.status(), response.headers());
        self.transport.pacing.observe(self.context, status, headers);
        if status.is_success()
            && let (Some(credential), Some(token)) =
                (&self.options.credential, self.context.tokens.last())
        {
            credential.accepted(token);
        }
        Ok(response)
    }

    /// Sends the request to a URL, with this body, these headers, and those that every request has.
    async fn send_to(
        &self,
        url: &Url,
        mut headers: HeaderMap,
        body: Option<&Bytes>,
    ) -> Result<Incoming, Error> {
        let Self {
            transport, request, ..
        } = self;
        match self.accept {
            Accept::Json => _ = headers.insert(ACCEPT, JSON),
            Accept::Bytes => {
                headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
                // A download is read as it arrives. Compressed, it could seem idle for long, could not be resumed by a range
                // of its bytes, and could lose all but the first of several gzip members (RFC 1952, 2.2) without an error.
                headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
            }
        }
        if let Some(range) = &request.range {
            range.set(&mut headers);
        }
        if body.is_some() {
            headers.insert(CONTENT_TYPE, JSON);
        } else if !request.method.is_safe() {
            // Some proxies respond with 411 to a POST without `Content-Length`, even if it has no body.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let mut sent = reqwest::Request::new(request.method.clone(), url.clone());
        *sent.headers_mut() = headers;
        *sent.body_mut() = body.map(|body| body.clone().into());
        let sending = transport.http.execute(sent);
        let response = Idle::new(transport.idle_timeout).limit(sending).await;
        let response = response
            .and_then(|response| response.map_err(Error::from_reqwest))
            .map_err(|error| {
                let proxy = transport.proxies.host_for(url);
                error.with_host_of(url).with_proxy(proxy)
            })?;
        let response = http::Response::from(response);
        Ok(response.map(|body| Body::new(body, transport.idle_timeout)))
    }

    /// Returns whether a part of the body is not what was requested.
    ///
    /// A POST was processed, whatever part of the result the response has.
    fn needs_whole(&self) -> bool {
        let Request {
            method,
            headers,
            range,
            ..
        } = self.request;
        method.is_safe() && range.is_none() && !headers.contains_key(RANGE)
    }

    /// Returns the error of an unsuccessful response, with the start of its body.
    async fn unsuccessful(&self, response: Incoming, place: Place<'_>) -> Error {
        let token = self.context.tokens.last().map(|token| token.kind);
        let (status, tokens) = (response.status(), self.request.operation.tokens);
        let hint = match place {
            Place::GitLab => verdict::hint(tokens, token, status, response.headers()),
            Place::OtherGitLab(root) => Some(verdict::moved(root).into()),
            Place::Elsewhere(_) => None,
        };
        let error = self
            .with_start_of(response, ErrorKind::Status { hint })
            .await;
        if status == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            let proxy = self.transport.proxies.host_for(&self.context.url);
            return error.with_proxy(proxy);
        }
        match place {
            Place::Elsewhere(url) => error.with_host_of(url).of_elsewhere(),
            Place::GitLab | Place::OtherGitLab(_) => error,
        }
    }

    async fn with_start_of(&self, response: Incoming, kind: ErrorKind) -> Error {
        let Transport {
            max_error_body,
            idle_timeout,
            ..
        } = *self.transport;
        let start = body::read_start(response, max_error_body, idle_timeout).await;
        let (head, body) = start.into_parts();
        Error::new(kind).with_response(head.status, head.headers, body)
    }
}
