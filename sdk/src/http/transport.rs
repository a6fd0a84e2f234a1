//! One attempt: sends a request, follows its redirects, and separates success from failure.

use std::time::Duration;

use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use url::Url;

use super::body::{self, Body, Incoming};
use super::idle::Idle;
use super::redirect::{self, MAX_REDIRECTS};
use super::{Options, Request};
use crate::client::{BaseUrl, TokenHeader};
use crate::error::{Error, ErrorKind};

/// The connections to one server, and what every request to it has in common.
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) base: BaseUrl,
    pub(crate) idle_timeout: Duration,
    pub(crate) max_body: usize,
    pub(crate) max_error_body: usize,
}

impl Transport {
    /// Sends a request once, and returns the head of a successful response, its body still to be read.
    pub(super) async fn send(
        &self,
        request: &Request,
        options: &Options,
        accept: &HeaderValue,
    ) -> Result<Incoming, Error> {
        let mut token = match &options.credential {
            Some(credential) => Some(credential.current().await?),
            None => None,
        };
        let mut url = self.base.join(request.path(), &request.query.to_string());
        // Once a redirect has left the origin, neither the token nor the client's headers are sent again, wherever the next
        // one leads.
        let mut at_home = true;
        for _ in 0..=MAX_REDIRECTS {
            at_home = at_home && self.base.is_origin_of(&url);
            let response = if at_home {
                self.send_home(&url, request, options, accept, &mut token)
                    .await?
            } else {
                self.send_to(&url, request, accept, HeaderMap::new())
                    .await?
            };
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
            url = target;
        }
        Err(Error::new(ErrorKind::Redirect {
            reason: "too many redirects came before it",
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
        token: &mut Option<TokenHeader>,
    ) -> Result<Incoming, Error> {
        let headers = options.headers_with(token.as_ref());
        let response = self.send_to(url, request, accept, headers).await?;
        let (StatusCode::UNAUTHORIZED, Some(credential), Some(rejected)) =
            (response.status(), &options.credential, &token)
        else {
            return Ok(response);
        };
        match credential.renewed(rejected).await {
            Ok(None) => Ok(response),
            // A request that was rejected was not carried out, so even a POST can be sent again.
            Ok(Some(renewed)) => {
                let headers = options.headers_with(Some(&renewed));
                *token = Some(renewed);
                self.send_to(url, request, accept, headers).await
            }
            Err(error) => Err(self
                .unsuccessful(request, response)
                .await
                .with_source(error)),
        }
    }

    /// Sends a request to a URL, with these headers and those that every request has.
    async fn send_to(
        &self,
        url: &Url,
        request: &Request,
        accept: &HeaderValue,
        headers: HeaderMap,
    ) -> Result<Incoming, Error> {
        let mut call = reqwest::Request::new(request.operation.method.clone(), url.clone());
        *call.headers_mut() = headers;
        let headers = call.headers_mut();
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
