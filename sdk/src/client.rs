//! The client, and the calls that generated code makes.

mod builder;
#[cfg(feature = "__tls")]
mod certificate;
mod derived;
mod environment;
mod http_client;

pub use builder::ClientBuilder;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::credential::Credential;
use crate::http::{Call, JSON, Options, RawResponse, Retry, Task, Transport, require_runtime};
use crate::request::{Operation, Request, RequestContext};
use crate::{Download, Error, Response};

/// A client of one GitLab server, with one token.
///
/// It is cheap to clone, and the clones share their connections. Creating one sends nothing.
///
/// ```no_run
/// # async fn example() -> Result<(), gitlab_jobs::Error> {
/// let client = gitlab_jobs::Client::builder()
///     .base_url("https://gitlab.example.com")
///     .private_token("glpat-…")
///     .build()?;
/// let job = client.get_job("group/project", 8).await?;
/// println!("{} is {}", job.name, job.status);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    transport: Arc<Transport>,
    options: Options,
}

/// A call in progress. It is boxed so that it is compiled once, rather than in every place that awaits it.
type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + Sync>>;

const ANYTHING: &str = "*/*";

impl Client {
    /// Returns a builder with the defaults: gitlab.com, and no token.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Creates a client from the environment.
    ///
    /// | | first | else |
    /// |---|---|---|
    /// | address | `GITLAB_URL` | `CI_API_V4_URL`, which every CI/CD job has |
    /// | token | `GITLAB_TOKEN`, a personal, project or group access token | `GITLAB_TOKEN_FILE`, a [file](ClientBuilder::token_file) that holds one; else `CI_JOB_TOKEN`, which every CI/CD job has |
    ///
    /// The token of a job can do much less than an access token (see the [table](crate#which-token-can-do-what)), and
    /// is sent only to the server of `CI_API_V4_URL`. If `CI_SERVER_TLS_CA_FILE` is set, its certificates are trusted.
    /// An empty variable counts as unset.
    ///
    /// [`ClientBuilder::from_env`] does the same, and accepts further options.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no address or no token, or if a value is invalid. The error names the variable, and
    /// never shows a token.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    fn new(transport: Arc<Transport>, options: Options) -> Self {
        Self(Arc::new(Inner { transport, options }))
    }

    /// Sends a request and decodes the JSON of its response.
    pub(crate) async fn execute<T: DeserializeOwned>(
        &self,
        request: Request,
    ) -> Result<Response<T>, Error> {
        self.receive(request).await?.decode()
    }

    /// Starts a call whose response is JSON.
    pub(crate) fn call<'a>(
        &'a self,
        request: &'a Request,
        retry: &'a mut Retry,
    ) -> Result<Call<'a>, Error> {
        self.start(request, retry, JSON)
    }

    fn start<'a>(
        &'a self,
        request: &'a Request,
        retry: &'a mut Retry,
        accept: &'static str,
    ) -> Result<Call<'a>, Error> {
        let Inner { transport, options } = &*self.0;
        Call::start(transport, options, retry, request, accept)
    }

    /// Sends a request and reads the whole body of its response.
    pub(crate) fn receive(&self, request: Request) -> Pending<RawResponse> {
        let client = self.clone();
        self.run(request.operation, async move {
            let mut retry = client.start_retry(&request);
            let mut call = client.call(&request, &mut retry)?;
            loop {
                let head = call.head().await?;
                if let Some(response) = call.body(head).await? {
                    return Ok(response);
                }
            }
        })
    }

    /// Runs a call, in a task if others could wait for it: one that is not polled would keep them waiting forever. Without
    /// that need, a task would make a small call cost up to 1.7 times as much.
    fn run<T: Send + 'static>(
        &self,
        operation: &'static Operation,
        call: impl Future<Output = Result<T, Error>> + Send + Sync + 'static,
    ) -> Pending<T> {
        let Inner { transport, options } = &*self.0;
        let has_source = matches!(options.credential, Some(Credential::Source(_)));
        if transport.pacing.is_capped() || has_source {
            Box::pin(async move {
                require_runtime(operation.id)?;
                Task::start(operation.id, call).await
            })
        } else {
            Box::pin(call)
        }
    }

    /// Returns the context for errors about a request.
    pub(crate) fn context(&self, request: &Request) -> RequestContext {
        self.0.transport.context(request)
    }

    /// Sends a request whose response has no content.
    pub(crate) async fn execute_empty(&self, request: Request) -> Result<Response<()>, Error> {
        Ok(self.receive(request).await?.without_body())
    }

    /// Sends a request, and returns the body of its response as it arrives.
    pub(crate) async fn download(&self, request: Request) -> Result<Response<Download>, Error> {
        let mut retry = self.start_retry(&request);
        self.download_with(&request, &mut retry).await
    }

    /// Starts the attempts of a request.
    pub(crate) fn start_retry(&self, request: &Request) -> Retry {
        let Options { retry, timeout, .. } = &self.0.options;
        retry.start(request, *timeout)
    }

    /// Like [`download`](Self::download), as another attempt of `retry`.
    pub(crate) async fn download_with(
        &self,
        request: &Request,
        retry: &mut Retry,
    ) -> Result<Response<Download>, Error> {
        // The call takes the attempts, and returns them with its result.
        let mut attempts = std::mem::replace(retry, self.start_retry(request));
        let (client, sent) = (self.clone(), request.clone());
        let call = self.run(request.operation, async move {
            let response = client.send_download(&sent, &mut attempts).await;
            Ok((response, attempts))
        });
        let response;
        (response, *retry) = call.await?;
        response
    }

    async fn send_download(
        &self,
        request: &Request,
        retry: &mut Retry,
    ) -> Result<Response<Download>, Error> {
        let mut call = self.start(request, retry, ANYTHING)?;
        let response = call.head().await?;
        let (head, body) = call.finish(response).into_parts();
        let download = Download::new(call.into_context(), &head, body);
        Ok(Response::with_head(head, download))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.transport.base.as_url().as_str())
            .finish_non_exhaustive()
    }
}
