//! The client, and the calls that generated code makes.

mod builder;
#[cfg(feature = "__tls")]
mod certificate;
mod derived;
mod environment;
mod http_client;

pub use builder::ClientBuilder;

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;

use crate::http::{Pending, RawResponse, Sender};
use crate::request::{Request, RequestContext};
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
pub struct Client(Arc<Sender>);

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
    /// | [secret header](ClientBuilder::secret_header) | `GITLAB_SECRET_HEADER`, as in `Authorization: Basic …` | none |
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

    fn new(sender: Sender) -> Self {
        Self(Arc::new(sender))
    }

    /// Returns what sends the requests of this client.
    pub(crate) fn sender(&self) -> &Arc<Sender> {
        &self.0
    }

    /// Returns the context for errors about a request.
    pub(crate) fn context(&self, request: &Request) -> RequestContext {
        self.0.context(request)
    }

    /// Sends a request and reads the whole body of its response.
    pub(crate) fn receive(&self, request: Request) -> Pending<RawResponse> {
        self.0.receive(request)
    }

    /// Sends a request and decodes the JSON of its response.
    pub(crate) async fn execute<T: DeserializeOwned>(
        &self,
        request: Request,
    ) -> Result<Response<T>, Error> {
        self.0.receive(request).await?.decode()
    }

    /// Sends a request whose response has no content.
    pub(crate) async fn execute_empty(&self, request: Request) -> Result<Response<()>, Error> {
        Ok(self.0.receive(request).await?.without_body())
    }

    /// Sends a request, and returns the body of its response as it arrives.
    pub(crate) async fn download(&self, request: Request) -> Result<Response<Download>, Error> {
        let retry = self.0.retry(&request);
        self.0.download(request, retry).await?.1
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.transport.base.as_url().as_str())
            .finish_non_exhaustive()
    }
}
