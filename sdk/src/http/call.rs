//! A call: the attempts of one request, each of them a head and a body.

use bytes::Bytes;
use http::HeaderValue;

use super::body::{self, Incoming};
use super::retry::Retry;
use super::{Request, Transport, require_runtime};
use crate::Error;
use crate::response::{Head, Response};

/// The attempts of one request.
///
/// [`head`](Self::head) retries until the head of a successful response has arrived. Reading the body belongs to the
/// attempt: when [`body`](Self::body) returns `None`, it was lost, and the call goes on with another head.
pub(crate) struct Call<'a> {
    transport: &'a Transport,
    request: &'a Request,
    accept: HeaderValue,
    retry: &'a mut Retry,
}

impl<'a> Call<'a> {
    /// Starts a call whose attempts are those in `retry`. Nothing is sent yet.
    pub(crate) fn start(
        transport: &'a Transport,
        retry: &'a mut Retry,
        request: &'a Request,
        accept: &'static str,
    ) -> Result<Self, Error> {
        request.check()?;
        require_runtime(request.operation)?;
        Ok(Self {
            transport,
            request,
            accept: HeaderValue::from_static(accept),
            retry,
        })
    }

    /// Sends the request, again where that is allowed, and returns the response, its body still to be read.
    pub(crate) async fn head(&mut self) -> Result<Incoming, Error> {
        loop {
            let sent = self.transport.send_or_fall_back(self.request, &self.accept);
            match sent.await {
                Ok(response) => return Ok(response),
                Err(error) => self.retry.wait(error).await?,
            }
        }
    }

    /// Reads the body of a response. Returns `None` if it was lost and the request may be sent again.
    pub(crate) async fn body(
        &mut self,
        response: Incoming,
    ) -> Result<Option<Response<Bytes>>, Error> {
        let Transport {
            max_body,
            max_error_body,
            ..
        } = *self.transport;
        match body::read(response, max_body, max_error_body).await {
            Ok(response) => Ok(Some(self.finish(response))),
            Err(error) => {
                let error = error.operation(self.request.operation);
                self.retry.wait(error).await.map(|()| None)
            }
        }
    }

    /// Adds the number of attempts to a response.
    pub(crate) fn finish<T>(&self, response: http::Response<T>) -> Response<T> {
        let (parts, value) = response.into_parts();
        let head = Head {
            status: parts.status,
            headers: parts.headers,
            attempts: self.retry.attempts(),
        };
        Response::new(head, value)
    }
}
