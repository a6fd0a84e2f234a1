//! The client: what it holds, and the calls that generated code makes of it.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;

use crate::base_url::BaseUrl;
use crate::body;
use crate::error::Kind;
use crate::log::JobLog;
use crate::request::{Operation, Request};
use crate::response::{Head, Response};
use crate::transport::Transport;
use crate::{ClientBuilder, Error, RetryPolicy};

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
        self.execute_noting(&request, |_| ()).await
    }

    /// The same, and shows the headers of a success as soon as they are there, before the body is.
    pub(crate) async fn execute_noting<T: DeserializeOwned>(
        &self,
        request: &Request,
        mut on_head: impl FnMut(&HeaderMap),
    ) -> Result<Response<T>, Error> {
        require_runtime(&request.operation)?;
        let Inner {
            transport,
            retry,
            max_body,
        } = &*self.0;
        let mut retry = retry.start(request);
        loop {
            // Reading the body belongs to the attempt: an answer that breaks off is lost as a whole.
            let attempt = async {
                let response = transport.send(request, &ACCEPT_JSON).await?;
                on_head(response.headers());
                body::read(response, *max_body, transport.max_error_body())
                    .await
                    .map_err(|error| error.operation(&request.operation))
            };
            match attempt.await {
                Ok((status, headers, body)) => {
                    let attempts = retry.attempts();
                    return match body::decode(&body) {
                        Ok(value) => Ok(Response::new(
                            Head {
                                status,
                                headers,
                                attempts,
                            },
                            value,
                        )),
                        Err(error) => {
                            let start = body.slice(..body.len().min(transport.max_error_body()));
                            Err(error
                                .operation(&request.operation)
                                .answer(status, headers, start)
                                .with_attempts(attempts))
                        }
                    };
                }
                Err(error) => retry.wait(error).await?,
            }
        }
    }

    /// Sends a request, and hands out the body of its answer as it arrives.
    pub(crate) async fn open_log(&self, request: Request) -> Result<Response<JobLog>, Error> {
        require_runtime(&request.operation)?;
        let mut retry = self.0.retry.start(&request);
        loop {
            match self.0.transport.send(&request, &ACCEPT_ANY).await {
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
    }
}

/// Connections and timers need tokio, and panic without.
pub(crate) fn require_runtime(operation: &Operation) -> Result<(), Error> {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::new(Kind::NoRuntime).operation(operation)),
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
