//! The client: what it holds, and the calls that generated code makes of it.

mod base_url;
mod builder;
#[cfg(feature = "__tls")]
mod certificate;
mod credential;
mod environment;
mod http_client;

pub(crate) use base_url::BaseUrl;
pub use builder::ClientBuilder;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use crate::http::{Operation, Request, Transport, read, require_runtime};
use crate::json::decode;
use crate::log::JobLog;
use crate::response::{Head, Response};
use crate::{Error, PageInfo, RetryPolicy};

/// A client of one GitLab server, for one token.
///
/// It is cheap to clone; the clones share their connections. Making one does no network.
///
/// ```no_run
/// # async fn example() -> Result<(), gitlab_jobs::Error> {
/// let client = gitlab_jobs::Client::builder()
///     .base_url("https://gitlab.example.com")
///     .private_token("glpat-…")
///     .build()?;
/// let job = client.get_job().id("group/project").job_id(8).await?;
/// println!("{} is {}", job.name, job.status);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    transport: Transport,
    retry: RetryPolicy,
    max_body: usize,
}

/// A call on its way. It is boxed so that what is behind it is compiled once, and not in every place that awaits it.
type Call<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + Sync>>;

impl Client {
    /// Starts a client from its defaults: gitlab.com, and no token.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Makes a client from the environment: from `GITLAB_URL` and `GITLAB_TOKEN` (a private token), else from
    /// `CI_API_V4_URL` and `CI_JOB_TOKEN`, which every CI/CD job has. `CI_SERVER_TLS_CA_FILE` is trusted where it is
    /// set.
    ///
    /// [`ClientBuilder::from_env`] does the same, and lets you set more.
    ///
    /// # Errors
    ///
    /// Neither pair is complete, or a value is not valid. The error names the variables, and never shows a token.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    pub(crate) fn new(transport: Transport, retry: RetryPolicy, max_body: usize) -> Self {
        Self(Arc::new(Inner {
            transport,
            retry,
            max_body,
        }))
    }

    /// Sends a request and decodes the JSON of its answer.
    pub(crate) async fn execute<T: DeserializeOwned>(
        &self,
        request: Request,
    ) -> Result<Response<T>, Error> {
        let operation = request.operation.clone();
        let answer = self.fetch(request, None).await?;
        self.decode(&operation, answer)
    }

    /// Sends a request and reads the whole of its answer. What the headers of a success say of its page is told as soon
    /// as they are there, before the body is.
    pub(crate) fn fetch(
        &self,
        request: Request,
        mut told: Option<oneshot::Sender<PageInfo>>,
    ) -> Call<Response<Bytes>> {
        let client = self.clone();
        Box::pin(async move {
            require_runtime(&request.operation)?;
            let Inner {
                transport,
                retry,
                max_body,
            } = &*client.0;
            let mut retry = retry.start(&request);
            loop {
                // Reading the body belongs to the attempt: an answer that breaks off is lost as a whole.
                let attempt = async {
                    let response = transport.send(&request, &ACCEPT_JSON).await?;
                    if let Some(told) = told.take() {
                        // Whoever does not look ahead no longer listens.
                        let _ = told.send(PageInfo::from_headers(response.headers()));
                    }
                    read(response, *max_body, transport.max_error_body())
                        .await
                        .map_err(|error| error.operation(&request.operation))
                };
                match attempt.await {
                    Ok((status, headers, body)) => {
                        let head = Head {
                            status,
                            headers,
                            attempts: retry.attempts(),
                        };
                        return Ok(Response::new(head, body));
                    }
                    Err(error) => retry.wait(error).await?,
                }
            }
        })
    }

    /// Decodes the JSON of an answer.
    pub(crate) fn decode<T: DeserializeOwned>(
        &self,
        operation: &Operation,
        answer: Response<Bytes>,
    ) -> Result<Response<T>, Error> {
        match decode(&answer) {
            Ok(value) => Ok(answer.map(|_| value)),
            Err(error) => {
                let (head, mut body) = answer.into_parts();
                body.truncate(self.0.transport.max_error_body());
                Err(error
                    .operation(operation)
                    .answer(head.status, head.headers, body)
                    .with_attempts(head.attempts))
            }
        }
    }

    /// Sends a request, and hands out the body of its answer as it arrives.
    pub(crate) fn open_log(&self, request: Request) -> Call<Response<JobLog>> {
        let client = self.clone();
        Box::pin(async move {
            require_runtime(&request.operation)?;
            let mut retry = client.0.retry.start(&request);
            loop {
                match client.0.transport.send(&request, &ACCEPT_ANY).await {
                    Ok(response) => {
                        let (parts, body) = response.into_parts();
                        let head = Head {
                            status: parts.status,
                            headers: parts.headers,
                            attempts: retry.attempts(),
                        };
                        let log = JobLog::new(request.operation, &head, body);
                        return Ok(Response::new(head, log));
                    }
                    Err(error) => retry.wait(error).await?,
                }
            }
        })
    }
}

const ACCEPT_JSON: (HeaderName, HeaderValue) = (
    http::header::ACCEPT,
    HeaderValue::from_static("application/json"),
);
const ACCEPT_ANY: (HeaderName, HeaderValue) =
    (http::header::ACCEPT, HeaderValue::from_static("*/*"));

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base: &BaseUrl = self.0.transport.base();
        f.debug_struct("Client")
            .field("base_url", &base.as_url().as_str())
            .finish_non_exhaustive()
    }
}
