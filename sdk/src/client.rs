//! The client, and the calls that generated code makes with it.

mod base_url;
mod builder;
#[cfg(feature = "__tls")]
mod certificate;
mod credential;
mod derived;
mod environment;
mod header;
mod http_client;
mod token;
mod token_file;
mod token_source;

pub(crate) use base_url::BaseUrl;
pub use builder::ClientBuilder;
pub(crate) use credential::Credential;
pub(crate) use token::TokenHeader;
pub use token::TokenKind;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::http::{Call, Operation, Options, Request, Transport};
use crate::json::decode;
use crate::log::JobLog;
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

/// A call in progress. It is boxed so that it is compiled once, and not in every place that awaits it.
type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + Sync>>;

const JSON: &str = "application/json";
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
    /// The token of a job can do much less than an access token (see the [table](crate#which-token-can-do-what)), and is
    /// never sent to another server than that of `CI_API_V4_URL`. If `CI_SERVER_TLS_CA_FILE` is set, its certificates are
    /// trusted. An empty variable counts as not set.
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
        let operation = request.operation;
        let response = self.receive(request).await?;
        self.decode(operation, response)
    }

    /// Starts a call whose response is JSON.
    pub(crate) fn call<'a>(&'a self, request: &'a Request) -> Result<Call<'a>, Error> {
        Call::start(&self.0.transport, &self.0.options, request, JSON)
    }

    /// Sends a request and reads the whole body of its response.
    fn receive(&self, request: Request) -> Pending<Response<Bytes>> {
        let client = self.clone();
        Box::pin(async move {
            let mut call = client.call(&request)?;
            loop {
                let head = call.head().await?;
                if let Some(response) = call.body(head).await? {
                    return Ok(response);
                }
            }
        })
    }

    /// Decodes the JSON of a response.
    pub(crate) fn decode<T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        response: Response<Bytes>,
    ) -> Result<Response<T>, Error> {
        match decode(&response) {
            Ok(value) => Ok(response.map(|_| value)),
            Err(error) => {
                let (head, mut body) = response.into_parts();
                body.truncate(self.0.transport.max_error_body);
                Err(error
                    .operation(operation)
                    .with_response(head.status, head.headers, body)
                    .with_attempts(head.attempts))
            }
        }
    }

    /// Sends a request whose response has no content.
    #[allow(
        dead_code,
        reason = "generated code calls it for a 204, which no operation of the spec has today"
    )]
    pub(crate) async fn execute_empty(&self, request: Request) -> Result<Response<()>, Error> {
        let response = self.receive(request).await?;
        Ok(response.map(|_| ()))
    }

    /// Sends a request, and returns the log in its response as it arrives.
    pub(crate) async fn open_log(&self, request: Request) -> Result<Response<JobLog>, Error> {
        let response = self.download(request).await?;
        Ok(response.map(JobLog::new))
    }

    /// Sends a request, and returns the body of its response as it arrives.
    pub(crate) fn download(&self, request: Request) -> Pending<Response<Download>> {
        let client = self.clone();
        Box::pin(async move {
            let Inner { transport, options } = &*client.0;
            let mut call = Call::start(transport, options, &request, ANYTHING)?;
            let response = call.head().await?;
            let (head, body) = call.finish(response).into_parts();
            let download = Download::new(request.operation, &head, body);
            Ok(Response::with_head(head, download))
        })
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.transport.base.as_url().as_str())
            .finish_non_exhaustive()
    }
}
