//! Custom requests, for endpoints that this crate does not model.

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::runtime::Runtime;
use crate::{Client, Download, Error, Items, Method, Pages, Response};

impl Client {
    /// Starts a request to an endpoint that this crate does not model, such as those for pipelines and artifacts. See
    /// [`gitlab_jobs::Client::request`].
    ///
    /// ```no_run
    /// use gitlab_jobs_blocking::{Client, Method};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Pipeline { status: String }
    ///
    /// let client = Client::from_env()?;
    /// let pipeline = client.request(Method::GET, "projects/42/pipelines/6").send_as::<Pipeline>()?;
    /// println!("{}", pipeline.status);
    /// # Ok::<(), gitlab_jobs_blocking::Error>(())
    /// ```
    pub fn request(&self, method: Method, path: impl AsRef<str>) -> CustomRequest {
        CustomRequest {
            inner: self.inner.request(method, path),
            runtime: self.runtime.clone(),
        }
    }
}

/// A request to an endpoint that this crate does not model, created by [`Client::request`].
#[derive(Clone, Debug)]
#[must_use = "the request is sent only by `send` or `iter_as`"]
pub struct CustomRequest {
    inner: gitlab_jobs::CustomRequest,
    runtime: Runtime,
}

impl CustomRequest {
    /// Appends a parameter to the query. Call it repeatedly for a parameter with several values.
    pub fn query(mut self, name: impl Into<String>, value: impl Display) -> Self {
        self.inner = self.inner.query(name, value);
        self
    }

    /// Sets the body.
    pub fn json(mut self, body: impl Serialize) -> Self {
        self.inner = self.inner.json(body);
        self
    }

    /// Sets a header. See [`gitlab_jobs::CustomRequest::header`].
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.inner = self.inner.header(name, value);
        self
    }

    /// Sends the request and returns the response without its body.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is invalid, the server cannot be reached, or the response is an error.
    pub fn send(self) -> Result<Response<()>, Error> {
        self.runtime.block_on(self.inner.send())
    }

    /// Sends the request and returns the response, decoded from JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is invalid, the server cannot be reached, or the response is an error or cannot be
    /// decoded as `T`.
    pub fn send_as<T: DeserializeOwned + Send>(self) -> Result<Response<T>, Error> {
        self.runtime.block_on(self.inner.send_as())
    }

    /// Sends the request and returns as soon as the response begins; its body is read as it arrives, in constant memory.
    /// It is requested uncompressed.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is invalid, the server cannot be reached, or the response is an error.
    pub fn send_bytes(self) -> Result<Response<Download>, Error> {
        let response = self.runtime.block_on(self.inner.send_bytes())?;
        Ok(response.map(|body| Download::new(body, self.runtime)))
    }

    /// Returns the items of a list over all its pages, each decoded from JSON. See
    /// [`gitlab_jobs::CustomRequest::stream_as`].
    pub fn iter_as<T: DeserializeOwned + Send>(self) -> Items<T> {
        Items::new(self.inner.stream_as(), self.runtime)
    }

    /// Returns the pages of a list, with each item decoded from JSON. See [`gitlab_jobs::CustomRequest::stream_as`].
    pub fn pages_as<T: DeserializeOwned + Send>(self) -> Pages<T> {
        Pages::new(self.inner.pages_as(), self.runtime)
    }
}
