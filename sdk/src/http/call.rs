//! A call: the attempts of one request, each of them a head and a body.

use bytes::Bytes;
use http::HeaderValue;
use tokio::time::Instant;

use super::body::{self, Incoming};
use super::pacing::Slot;
use super::retry::Retry;
use super::{Request, RetryPolicy, Transport, require_runtime};
use crate::Error;
use crate::response::{Head, Response};
use crate::trace::{self, CallSpan};

/// The attempts of one request.
///
/// [`head`](Self::head) retries until the head of a successful response has arrived. Reading the body belongs to the
/// attempt: when [`body`](Self::body) returns `None`, it was lost, and the call goes on with another head.
pub(crate) struct Call<'a> {
    transport: &'a Transport,
    request: &'a Request,
    accept: HeaderValue,
    retry: Retry<'a>,
    slot: Option<Slot>,
    span: CallSpan,
}

impl<'a> Call<'a> {
    /// Starts a call. Nothing is sent yet.
    pub(crate) fn start(
        transport: &'a Transport,
        retry: &'a RetryPolicy,
        request: &'a Request,
        accept: &'static str,
    ) -> Result<Self, Error> {
        request.check()?;
        require_runtime(request.operation)?;
        Ok(Self {
            transport,
            request,
            accept: HeaderValue::from_static(accept),
            retry: retry.start(request),
            slot: None,
            span: CallSpan::new(request, &transport.base),
        })
    }

    /// Sends the request, again where that is allowed, and returns the response, its body still to be read.
    pub(crate) async fn head(&mut self) -> Result<Incoming, Error> {
        self.span.clone().around(self.send()).await
    }

    async fn send(&mut self) -> Result<Incoming, Error> {
        loop {
            self.wait_for_slot().await;
            match self.transport.send(self.request, &self.accept).await {
                Ok(response) => {
                    trace::responded(&response, self.retry.attempts());
                    return Ok(response);
                }
                Err(error) => self.wait(error).await?,
            }
        }
    }

    /// Waits until the request may be sent.
    async fn wait_for_slot(&mut self) {
        let asked = Instant::now();
        let patience = self.retry.patience();
        let slot = self.transport.pacing.admit(self.request, patience).await;
        self.slot = Some(slot);
        self.retry.leave_out(asked.elapsed());
    }

    /// Waits until the request may be sent again, or gives the error back if it may not.
    async fn wait(&mut self, error: Error) -> Result<(), Error> {
        self.slot = None;
        let waited = self.retry.wait(error).await;
        waited.inspect_err(|error| self.span.failed(error))
    }

    /// Reads the body of a response. Returns `None` if it was lost and the request may be sent again.
    pub(crate) async fn body(
        &mut self,
        response: Incoming,
    ) -> Result<Option<Response<Bytes>>, Error> {
        self.span.clone().around(self.read(response)).await
    }

    async fn read(&mut self, response: Incoming) -> Result<Option<Response<Bytes>>, Error> {
        let Transport {
            max_body,
            max_error_body,
            ..
        } = *self.transport;
        match body::read(response, max_body, max_error_body).await {
            Ok(response) => Ok(Some(self.finish(response))),
            Err(error) => {
                let error = error.operation(self.request.operation);
                self.wait(error).await.map(|()| None)
            }
        }
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
        Response::new(head, value)
    }
}
