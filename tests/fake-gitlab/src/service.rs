//! The handling of a request: record it, run hooks, apply faults, carry it out, send the response.

use std::convert::Infallible;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, HeaderValue, SERVER};
use hyper::{Request, StatusCode};
use serde_json::json;

use crate::auth;
use crate::body::ResponseBody;
use crate::connection::Control;
use crate::fault::{self, Effects, Fault, Replacement, Reset};
use crate::gzip;
use crate::log::{Content, GeneratedLog};
use crate::operations::{self, Call};
use crate::params::Params;
use crate::record::{Outcome, RecordedRequest};
use crate::response::Response;
use crate::route::{self, NoRoute, Operation};
use crate::state::State;

const SIGN_IN_PAGE: &str = "<!DOCTYPE html>\n<html class=\"html-devise-layout\" lang=\"en\">\n<head>\n\
    <title>Sign in · GitLab</title>\n</head>\n<body>\n<form action=\"/users/sign_in\" method=\"post\"></form>\n\
    </body>\n</html>\n";

type Hook = Box<dyn FnMut(&RecordedRequest, &mut State) + Send>;

/// What the connections of a server share with its owner.
pub(crate) struct Service {
    /// Scheme, host and port.
    pub(crate) origin: String,
    /// The path the server is mounted under: empty, or with a leading slash and none at its end.
    pub(crate) root: String,
    state: Mutex<State>,
    requests: Mutex<Vec<RecordedRequest>>,
    faults: Mutex<Vec<Fault>>,
    hooks: Mutex<Vec<Hook>>,
    arrived: AtomicU64,
}

/// Takes a lock even if a hook has panicked while holding it: that panic has failed its own request already.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Service {
    pub(crate) fn new(origin: String, root: String, state: State) -> Self {
        Self {
            origin,
            root,
            state: Mutex::new(state),
            requests: Mutex::default(),
            faults: Mutex::default(),
            hooks: Mutex::default(),
            arrived: AtomicU64::new(0),
        }
    }

    /// Returns the state, brought up to the clock's time.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = lock(&self.state);
        state.catch_up();
        state
    }

    pub(crate) fn requests(&self) -> MutexGuard<'_, Vec<RecordedRequest>> {
        lock(&self.requests)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        lock(&self.faults)
    }

    pub(crate) fn hooks(&self) -> MutexGuard<'_, Vec<Hook>> {
        lock(&self.hooks)
    }

    /// Sends the response to a request, or ends its connection.
    pub(crate) async fn serve(
        self: Arc<Self>,
        request: Request<Incoming>,
        control: Arc<Control>,
    ) -> Result<hyper::Response<ResponseBody>, Infallible> {
        let Some(recorded) = self.record(request, &control).await else {
            return gone().await;
        };
        for hook in self.hooks().iter_mut() {
            hook(&recorded, &mut self.state());
        }
        let now = self.state().now();
        let effects = fault::meet(&mut self.faults(), &recorded, now).unwrap_or_default();
        if effects.reset == Some(Reset::BeforeHandling) {
            control.reset();
            return gone().await;
        }
        let mut response = self.response(&recorded, &effects);
        let gzip = self.state().settings.gzip && gzip::negotiate(&recorded.headers, &mut response);
        if effects.reset == Some(Reset::BeforeResponse) {
            control.reset();
            return gone().await;
        }
        if let Some(delay) = effects.delay {
            tokio::time::sleep(delay).await;
        }
        Ok(send(response, gzip, effects, control, recorded.outcome))
    }

    /// Reads the whole request and records it. Returns `None` if the client went away before its end.
    async fn record(
        &self,
        request: Request<Incoming>,
        control: &Control,
    ) -> Option<RecordedRequest> {
        let arrived = Instant::now();
        let number_on_connection = control.request_began();
        let (head, body) = request.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        let path = head.uri.path();
        let operation = route::route(&self.root, &head.method, path).ok();
        let mut requests = self.requests();
        let recorded = RecordedRequest {
            number: self.arrived.fetch_add(1, Ordering::SeqCst),
            connection: control.number,
            number_on_connection,
            arrived,
            method: head.method.to_string(),
            target: head.uri.to_string(),
            path: path.to_owned(),
            query: head.uri.query().map(ToOwned::to_owned),
            operation: operation.map(|target| target.operation.name()),
            headers: head.headers,
            body,
            outcome: Arc::default(),
        };
        requests.push(recorded.clone());
        Some(recorded)
    }

    fn response(&self, request: &RecordedRequest, effects: &Effects) -> Response {
        let replaced = replacement(effects, request);
        let mut response = match replaced {
            Some(response) if !effects.after_handling => response,
            Some(response) => {
                self.carry_out(request);
                response
            }
            None => self.carry_out(request),
        };
        let request_id = format!("01FAKE{:020}", request.number);
        response = response.with_header("x-request-id", &request_id);
        for (name, _) in &effects.headers {
            response.headers.remove(name);
        }
        for (name, value) in &effects.headers {
            response.headers.append(name.clone(), value.clone());
        }
        response
    }

    fn carry_out(&self, request: &RecordedRequest) -> Response {
        let mut state = self.state();
        let now = state.now();
        let State {
            settings, limiter, ..
        } = &mut *state;
        let standing = limiter.count(settings, now);
        let refusal = standing
            .as_ref()
            .and_then(|standing| standing.refusal(settings));
        let response = refusal.unwrap_or_else(|| self.route(&mut state, request));
        match standing {
            Some(standing) => standing.mark(response),
            None => response,
        }
    }

    fn route(&self, state: &mut State, request: &RecordedRequest) -> Response {
        if request.path.ends_with("/users/sign_in") {
            return Response::new(StatusCode::OK, "text/html; charset=utf-8", SIGN_IN_PAGE);
        }
        let method = request.method.parse().unwrap_or_default();
        let target = match route::route(&self.root, &method, &request.path) {
            Ok(target)
                if target.operation != Operation::ListPipelineTriggerJobs
                    || state.settings.trigger_jobs =>
            {
                target
            }
            Ok(_) | Err(NoRoute::NotFound) => {
                return Response::error(StatusCode::NOT_FOUND, "404 Not Found");
            }
            Err(NoRoute::MethodNotAllowed { allow }) => {
                let response = Response::error(StatusCode::METHOD_NOT_ALLOWED, "405 Not Allowed");
                return response.with_header("allow", allow);
            }
        };
        let is_read = !target.operation.is_action();
        let query = request.query.as_deref();
        let params = match Params::read(query, is_read, &request.headers, &request.body) {
            Ok(params) => params,
            Err(error) => return error,
        };
        let web_root = state.settings.external_url.clone();
        let web_root = web_root.unwrap_or_else(|| format!("{}{}", self.origin, self.root));
        let call = Call {
            target: &target,
            path: request
                .path
                .strip_prefix(&self.root)
                .unwrap_or(&request.path),
            query: &request.query_pairs(),
            params: &params,
            headers: &request.headers,
            web_root: web_root.trim_end_matches('/'),
        };
        operations::handle(state, &call)
    }
}

/// Returns the response that a fault sends in place of the true one, if it sends one.
fn replacement(effects: &Effects, request: &RecordedRequest) -> Option<Response> {
    let status = effects.status;
    let content = match (&effects.body, status) {
        (None, None) => return None,
        (Some(Replacement::Bytes(bytes)), _) => bytes.clone().into(),
        (Some(Replacement::Generated(length)), _) => Content {
            generated: GeneratedLog::new(*length),
            kept: Bytes::new(),
        },
        (Some(Replacement::EchoedToken), _) => {
            let tokens = auth::tokens(&request.headers, &request.query_pairs()).join(" ");
            let message = format!("the token {tokens} is not accepted here");
            json!({ "message": message }).to_string().into()
        }
        (None, Some(status)) if status.as_u16() >= 400 => {
            return Some(Response::message(
                status,
                status.canonical_reason().unwrap_or_default(),
            ));
        }
        (None, Some(_)) => Bytes::new().into(),
    };
    Some(Response::new(
        status.unwrap_or(StatusCode::OK),
        "application/json",
        content,
    ))
}

fn send(
    response: Response,
    gzip: bool,
    effects: Effects,
    control: Arc<Control>,
    outcome: Arc<Outcome>,
) -> hyper::Response<ResponseBody> {
    outcome.set_status(response.status);
    let mut pace = effects.pace;
    // A `Content-Length` set by a fault replaces the body's own.
    let own_length = response.headers.contains_key(CONTENT_LENGTH);
    pace.chunked |= own_length;
    let body = ResponseBody::new(
        *response.content,
        gzip,
        &pace,
        effects.close,
        control,
        outcome,
    );
    let mut sent = hyper::Response::new(body);
    *sent.status_mut() = response.status;
    *sent.headers_mut() = *response.headers;
    let server = HeaderValue::from_static("nginx");
    sent.headers_mut().entry(SERVER).or_insert(server);
    sent
}

/// Never returns: the connection is about to be dropped.
async fn gone() -> Result<hyper::Response<ResponseBody>, Infallible> {
    std::future::pending().await
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("origin", &self.origin)
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}
