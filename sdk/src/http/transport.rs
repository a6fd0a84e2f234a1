//! One attempt: sends a request, follows its redirects, and separates success from failure.

use std::sync::Arc;
use std::time::Duration;

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use url::Url;

use super::body::{self, Body, Incoming};
use super::idle::Idle;
use super::redirect::{self, MAX_REDIRECTS};
use super::{Pacing, Request};
use crate::client::BaseUrl;
use crate::error::{Error, ErrorKind};
use crate::trace;

/// The connections to one server, and what every request to it has in common.
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) base: BaseUrl,
    pub(crate) pacing: Arc<Pacing>,
    pub(crate) credential: Option<(HeaderName, HeaderValue)>,
    pub(crate) default_headers: HeaderMap,
    pub(crate) idle_timeout: Duration,
    pub(crate) max_body: usize,
    pub(crate) max_error_body: usize,
}

impl Transport {
    /// Sends a request once, and returns the head of a successful response, its body still to be read.
    pub(super) async fn send(
        &self,
        request: &Request,
        accept: &HeaderValue,
    ) -> Result<Incoming, Error> {
        let response = self.follow(request, accept).await;
        response.map_err(|error| error.operation(request.operation))
    }

    async fn follow(&self, request: &Request, accept: &HeaderValue) -> Result<Incoming, Error> {
        let mut url = self.base.join(request.path(), &request.query.to_string());
        // Once a redirect has left the origin, neither the credential nor the default headers are sent again, wherever
        // the next one leads.
        let mut at_home = true;
        for _ in 0..=MAX_REDIRECTS {
            at_home = at_home && self.base.is_origin_of(&url);
            let response = self.send_to(url.clone(), request, accept, at_home).await?;
            if at_home {
                self.pacing
                    .observe(request, response.status(), response.headers());
            }
            if response.status().is_success() {
                return Ok(response);
            }
            let Some(target) = redirect::target(&response, &url, &self.base) else {
                return Err(self.unsuccessful(request, response).await);
            };
            if !request.operation.method.is_safe() {
                // Sent again it might be carried out twice, and sent as a GET it would only look like success.
                let reason = "a request that changes something is not sent again; use the new path of the project";
                return Err(self.not_followed(reason, &target, response).await);
            }
            trace::redirected(response.status(), &target);
            url = target;
        }
        Err(Error::new(ErrorKind::Redirect {
            reason: "too many redirects came before it",
            target: redirect::shown(&url),
        }))
    }

    async fn send_to(
        &self,
        url: Url,
        request: &Request,
        accept: &HeaderValue,
        at_home: bool,
    ) -> Result<Incoming, Error> {
        let mut call = reqwest::Request::new(request.operation.method.clone(), url);
        let headers = call.headers_mut();
        if at_home {
            headers.clone_from(&self.default_headers);
            headers.extend(self.credential.clone());
        }
        headers.insert(ACCEPT, accept.clone());
        if let Some(body) = request.body() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *call.body_mut() = Some(body.clone().into());
        } else if !request.operation.method.is_safe() {
            // Some proxies respond with 411 to a POST without a body that does not say so.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let call = self.http.execute(call);
        let response = Idle::new(self.idle_timeout).limit(call).await?;
        let response = http::Response::from(response.map_err(Error::from_reqwest)?);
        Ok(response.map(|body| Body::new(body, self.idle_timeout)))
    }

    /// Returns the error of an unsuccessful response, with the start of its body.
    async fn unsuccessful(&self, request: &Request, response: Incoming) -> Error {
        let job_token_only = request.operation.tokens == super::Tokens::JobOnly
            && response.status() == StatusCode::NOT_FOUND;
        let hint = job_token_only.then_some("the token is not the job token of a running job");
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
