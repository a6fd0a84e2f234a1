//! Sends the requests of a client.

use std::pin::Pin;
use std::sync::Arc;

use super::{Download, Options, RawResponse, Retry, Task, Transport, require_runtime};
use crate::credential::Credential;
use crate::request::{Operation, Request, RequestContext};
use crate::{Error, Response};

/// Sends the requests of a client.
pub(crate) struct Sender {
    pub(crate) transport: Arc<Transport>,
    pub(crate) options: Options,
}

/// What the caller does with the body of the response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Accept {
    /// It is read as a whole, and decoded.
    Json,
    /// Whatever it is, it is read as it arrives.
    Bytes,
}

/// A request in flight. It is boxed so that it is compiled once, rather than in every place that awaits it.
pub(crate) type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + Sync>>;

/// A download that has begun or failed, and the attempts that this took.
type Begun = (Retry, Result<Response<Download>, Error>);

impl Sender {
    /// Returns the context for errors about a request.
    pub(crate) fn context(&self, request: &Request) -> RequestContext {
        RequestContext::new(request, &self.transport.base, &self.transport.sent)
    }

    /// Starts the attempts of a request.
    pub(crate) fn retry(&self, request: &Request) -> Retry {
        self.options.retry.start(request, self.options.timeout)
    }

    /// Sends a request and reads the whole body of its response.
    pub(crate) fn receive(self: &Arc<Self>, request: Request) -> Pending<RawResponse> {
        let sender = Arc::clone(self);
        self.run(request.operation, async move {
            let mut retry = sender.retry(&request);
            let mut call = sender.call(&request, Accept::Json, &mut retry)?;
            loop {
                let head = call.head().await?;
                if let Some(response) = call.body(head).await? {
                    return Ok(response);
                }
            }
        })
    }

    /// Sends a request, with the rest of these attempts, and returns the body of its response as it arrives.
    pub(crate) fn download(self: &Arc<Self>, request: Request, mut retry: Retry) -> Pending<Begun> {
        let sender = Arc::clone(self);
        self.run(request.operation, async move {
            let begun = match sender.call(&request, Accept::Bytes, &mut retry) {
                Ok(call) => call.download().await,
                Err(error) => Err(error),
            };
            Ok((retry, begun))
        })
    }

    /// Runs a call, in a task if others could wait for it: one that is not polled would keep them waiting forever. Without
    /// that need, a task would make a small call cost up to 1.7 times as much.
    fn run<T: Send + 'static>(
        &self,
        operation: &'static Operation,
        call: impl Future<Output = Result<T, Error>> + Send + Sync + 'static,
    ) -> Pending<T> {
        let source = match &self.options.credential {
            Some(Credential::Source(source)) => Some(Arc::clone(source)),
            _ => None,
        };
        if self.transport.pacing.is_capped() || source.is_some() {
            Box::pin(async move {
                require_runtime(operation.id)?;
                // Checked here as well, since a source that blocks its thread can keep the task from being run.
                if let Some(source) = source {
                    source
                        .check()
                        .map_err(|error| error.operation(operation.id))?;
                }
                Task::start(operation.id, call).await
            })
        } else {
            Box::pin(call)
        }
    }
}
