//! One attempt: sends a request, follows its redirects, and tells success from failure. Nothing else touches HTTP.

use std::time::Duration;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use url::Url;

use super::Request;
use super::body::{self, Body, Response};
use super::idle::Idle;
use super::redirect::{self, MAX_REDIRECTS};
use crate::client::BaseUrl;
use crate::error::{Error, ErrorKind};

pub(crate) type Header = (HeaderName, HeaderValue);

/// The connections to one server, and the credential for it.
pub(crate) struct Transport {
    http: reqwest::Client,
    base: BaseUrl,
    credential: Option<Header>,
    max_error_body: usize,
    idle_timeout: Duration,
}

impl Transport {
    pub(crate) fn new(
        http: reqwest::Client,
        base: BaseUrl,
        credential: Option<Header>,
        max_error_body: usize,
        idle_timeout: Duration,
    ) -> Self {
        Self {
            http,
            base,
            credential,
            max_error_body,
            idle_timeout,
        }
    }

    pub(crate) fn base(&self) -> &BaseUrl {
        &self.base
    }

    pub(crate) fn max_error_body(&self) -> usize {
        self.max_error_body
    }

    /// Sends a request once, and gives the head of a successful answer, its body still to be read.
    pub(crate) async fn send(&self, request: &Request, accept: &Header) -> Result<Response, Error> {
        let answer = self.follow(request, accept).await;
        answer.map_err(|error| error.operation(&request.operation))
    }

    async fn follow(&self, request: &Request, accept: &Header) -> Result<Response, Error> {
        let mut url = self.base.join(&request.path, &request.query);
        // Once a redirect has left the server, the credential is not presented again, wherever the next one leads.
        let mut at_home = true;
        for _ in 0..=MAX_REDIRECTS {
            at_home = at_home && self.base.is_origin_of(&url);
            let response = self.send_to(url.clone(), request, accept, at_home).await?;
            if response.status().is_success() {
                return Ok(response);
            }
            let Some(target) = redirect::target(&response, &url, &self.base) else {
                return Err(self.refused(request, response).await);
            };
            if !request.operation.method.is_safe() {
                // Sent again it might be done twice, and sent as a GET it would only look like success.
                let reason = "a request that changes something is not sent again; use the new path of the project";
                return Err(self.not_followed(reason, &target, response).await);
            }
            url = target;
        }
        let reason = "too many redirects came before it";
        Err(Error::new(ErrorKind::Redirect {
            reason,
            target: redirect::shown(&url),
        }))
    }

    async fn send_to(
        &self,
        url: Url,
        request: &Request,
        (accept, accepted): &Header,
        at_home: bool,
    ) -> Result<Response, Error> {
        let mut call = reqwest::Request::new(request.operation.method.clone(), url);
        let headers = call.headers_mut();
        headers.insert(accept, accepted.clone());
        if let Some((name, value)) = self.credential.as_ref().filter(|_| at_home) {
            headers.insert(name, value.clone());
        }
        if let Some(body) = &request.body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            *call.body_mut() = Some(body.clone().into());
        } else if !request.operation.method.is_safe() {
            // Some proxies answer 411 to a POST that does not say that it has no body.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let call = self.http.execute(call);
        let response = Idle::new(self.idle_timeout).limit(call).await?;
        let response = http::Response::from(response.map_err(Error::from_reqwest)?);
        Ok(response.map(|body| Body::new(body, self.idle_timeout)))
    }

    /// The error of an answer that is no success, with as much of its body as is wanted and can be read.
    async fn refused(&self, request: &Request, response: Response) -> Error {
        let job_token_only =
            request.operation.job_token_only && response.status() == http::StatusCode::NOT_FOUND;
        let hint = job_token_only.then_some("the token is not the job token of a running job");
        let (status, headers, body) = self.read_start(response).await;
        Error::new(ErrorKind::Status { hint }).answer(status, headers, body)
    }

    async fn read_start(&self, response: Response) -> body::Answer {
        body::read_start(response, self.max_error_body, self.idle_timeout).await
    }

    async fn not_followed(&self, reason: &'static str, target: &Url, response: Response) -> Error {
        let (status, headers, body) = self.read_start(response).await;
        Error::new(ErrorKind::Redirect {
            reason,
            target: redirect::shown(target),
        })
        .answer(status, headers, body)
    }
}
