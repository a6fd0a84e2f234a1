//! A call: the attempts of one request, each with a head and a body.

use std::fmt;
use std::time::Duration;

use super::attempt::Attempt;
use super::body::{self, Incoming};
use super::pacing::Slot;
use super::retry::Retry;
use super::{Accept, Deadline, Download, RawResponse, Sender, Transport, require_runtime};
use crate::error::{Error, ErrorKind};
use crate::request::{Request, RequestContext};
use crate::response::{Head, Response};
use crate::telemetry::{self, CallSpan};

/// The attempts of one request.
///
/// [`head`](Self::head) retries until the head of a successful response has arrived. Reading the body belongs to the
/// attempt: when [`body`](Self::body) returns `None`, it was lost, and the call continues with another head.
pub(crate) struct Call<'a> {
    sender: &'a Sender,
    request: &'a Request,
    accept: Accept,
    context: RequestContext,
    retry: &'a mut Retry,
    deadline: Deadline,
    slot: Option<Slot>,
    span: CallSpan,
}

impl Sender {
    /// Starts a call, which continues these attempts. Nothing is sent yet.
    pub(crate) fn call<'a>(
        &'a self,
        request: &'a Request,
        accept: Accept,
        retry: &'a mut Retry,
    ) -> Result<Call<'a>, Error> {
        request.check()?;
        require_runtime(request.operation.id)?;
        self.options.retry.check()?;
        Ok(Call {
            sender: self,
            request,
            accept,
            context: self.context(request),
            retry,
            deadline: Deadline::start(self.options.timeout),
            slot: None,
            span: CallSpan::new(request, &self.transport.base),
        })
    }
}

impl Call<'_> {
    /// Sends the request, with retries, and returns the response before its body is read.
    pub(crate) async fn head(&mut self) -> Result<Incoming, Error> {
        let (deadline, span) = (self.deadline, self.span.clone());
        let sending = async {
            loop {
                match self.attempt().send().await {
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

    fn attempt(&mut self) -> Attempt<'_> {
        Attempt {
            transport: &self.sender.transport,
            options: &self.sender.options,
            request: self.request,
            accept: self.accept,
            context: &mut self.context,
            retry: self.retry,
            slot: &mut self.slot,
        }
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
        } = *self.sender.transport;
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

    /// Sends the request, with retries, and returns the response, with its body as it arrives.
    pub(super) async fn download(mut self) -> Result<Response<Download>, Error> {
        let response = self.head().await?;
        let (head, body) = self.finish(response).into_parts();
        let download = Download::new(self.context, &head, body);
        Ok(Response::with_head(head, download))
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
    fn finish<T>(&self, response: http::Response<T>) -> Response<T> {
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
