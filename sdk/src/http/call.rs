//! A call: the attempts of one request, each with a head and a body.

use std::fmt;
use std::time::Duration;

use http::HeaderValue;
use tokio::time::Instant;

use super::body::{self, Incoming};
use super::pacing::Slot;
use super::retry::Retry;
use super::{Deadline, Options, RawResponse, Transport, require_runtime};
use crate::error::{Error, ErrorKind};
use crate::request::{Request, RequestContext};
use crate::response::{Head, Response};
use crate::telemetry::{self, CallSpan};

/// The attempts of one request.
///
/// [`head`](Self::head) retries until the head of a successful response has arrived. Reading the body belongs to the
/// attempt: when [`body`](Self::body) returns `None`, it was lost, and the call continues with another head.
pub(crate) struct Call<'a> {
    transport: &'a Transport,
    options: &'a Options,
    request: &'a Request,
    context: RequestContext,
    accept: HeaderValue,
    retry: &'a mut Retry,
    deadline: Deadline,
    slot: Option<Slot>,
    span: CallSpan,
}

impl<'a> Call<'a> {
    /// Starts a call with the attempts of `retry`. Nothing is sent yet.
    pub(crate) fn start(
        transport: &'a Transport,
        options: &'a Options,
        retry: &'a mut Retry,
        request: &'a Request,
        accept: &'static str,
    ) -> Result<Self, Error> {
        request.check()?;
        require_runtime(request.operation.id)?;
        options.retry.check()?;
        Ok(Self {
            transport,
            options,
            request,
            context: transport.context(request),
            accept: HeaderValue::from_static(accept),
            retry,
            deadline: Deadline::start(options.timeout),
            slot: None,
            span: CallSpan::new(request, &transport.base),
        })
    }

    /// Sends the request, with retries, and returns the response before its body is read.
    pub(crate) async fn head(&mut self) -> Result<Incoming, Error> {
        let (deadline, span) = (self.deadline, self.span.clone());
        let sending = async {
            loop {
                self.wait_for_slot().await;
                match self.send().await {
                    Ok(response) => {
                        telemetry::responded(&response, self.retry.attempts(), &self.context);
                        return Ok(response);
                    }
                    Err(error) => self.wait(error).await?,
                }
            }
        };
        let response = deadline.limit(timed_out, span.around(sending)).await;
        response.map_err(|error| self.failed(error))
    }

    async fn send(&mut self) -> Result<Incoming, Error> {
        let Self {
            request,
            options,
            accept,
            context,
            ..
        } = self;
        let sending =
            self.transport
                .send_or_fall_back(request, options, accept, &mut context.tokens);
        sending.await
    }

    /// Waits until the request may be sent.
    async fn wait_for_slot(&mut self) {
        let began = Instant::now();
        let patience = self.retry.patience();
        let slot = self.transport.pacing.admit(self.request, patience).await;
        self.slot = Some(slot);
        self.retry.leave_out(began.elapsed());
    }

    /// Waits until the request may be sent again, or returns the error if it may not.
    async fn wait(&mut self, error: Error) -> Result<(), Error> {
        self.slot = None;
        // The context removes the tokens that were sent, since the error is traced.
        self.retry.wait(self.context.add_to(error)).await
    }

    /// Reads the body of a response. Returns `None` if it was lost and the request may be sent again.
    pub(crate) async fn body(&mut self, response: Incoming) -> Result<Option<RawResponse>, Error> {
        let (deadline, span) = (self.deadline, self.span.clone());
        let Transport {
            max_body,
            max_error_body,
            ..
        } = *self.transport;
        let reading = async {
            match body::read(response, max_body, max_error_body).await {
                Ok(response) => Ok(Some(response)),
                Err(error) => self.wait(error).await.map(|()| None),
            }
        };
        match deadline.limit(timed_out, span.around(reading)).await {
            Ok(response) => Ok(response.map(|response| RawResponse {
                response: self.finish(response),
                context: self.context.clone(),
                max_error_body,
                filter: self.request.filter.clone(),
            })),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Returns the context for errors about the response.
    pub(crate) fn into_context(self) -> RequestContext {
        self.context
    }

    /// Adds the context of the call to an error.
    fn failed(&self, error: Error) -> Error {
        // Without a token, this attempt has sent nothing.
        let sent = self.retry.attempts() - u32::from(error.is_token());
        let error = self.context.add_to(error).with_attempts(sent);
        self.span.failed(&error);
        error
    }

    /// Returns a response with the number of attempts that it took.
    pub(crate) fn finish<T>(&self, response: http::Response<T>) -> Response<T> {
        let (parts, value) = response.into_parts();
        self.span.succeeded(parts.status, self.retry.attempts());
        let head = Head {
            status: parts.status,
            headers: parts.headers,
            attempts: self.retry.attempts(),
        };
        Response::with_head(head, value)
    }
}

/// Returns the error of a call that reached its own timeout.
fn timed_out(timeout: Duration) -> Error {
    Error::new(ErrorKind::Timeout).with_source(Expired(timeout))
}

/// The cause of a timeout of the whole call, as set by the caller.
#[derive(Debug)]
struct Expired(Duration);

impl fmt::Display for Expired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the call was given {:?}", self.0)
    }
}

impl std::error::Error for Expired {}
