//! Custom requests, for endpoints that this crate does not model.

use std::fmt::{self, Display};

use http::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::pagination::Strategy;
use crate::request::Request;
use crate::{Client, Download, Error, Items, Pages, Response};

impl Client {
    /// Starts a request to an endpoint that this crate does not model, such as those for pipelines and artifacts.
    ///
    /// The path is relative to the root of the API, as in `projects/42/pipelines/6`. A slash within a segment must be
    /// encoded, as in `projects/group%2Fproject`. A path that would leave the API is rejected when the request is sent.
    ///
    /// Tokens, redirects, retries, limits and errors work as for the operations. GET and HEAD are retried like GET
    /// operations, and other methods like POST operations. GET, HEAD, POST, PUT, PATCH and DELETE are supported.
    ///
    /// ```no_run
    /// use gitlab_jobs::Method;
    /// use serde_json::{Value, json};
    ///
    /// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
    /// let pipeline = client.request(Method::GET, "projects/42/pipelines/6").send_as::<Value>().await?;
    /// println!("{}", pipeline["status"]);
    ///
    /// let note = json!({ "body": "deployed" });
    /// client.request(Method::POST, "projects/42/issues/7/notes").json(note).send().await?;
    ///
    /// let mut branches = client.request(Method::GET, "projects/42/repository/branches").stream_as::<Value>();
    /// while let Some(branch) = branches.try_next().await? {
    ///     println!("{}", branch["name"]);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn request(&self, method: Method, path: impl AsRef<str>) -> CustomRequest {
        CustomRequest {
            client: self.clone(),
            request: Request::custom(method, path.as_ref()),
        }
    }
}

/// A request to an endpoint that this crate does not model, created by [`Client::request`].
#[derive(Clone)]
#[must_use = "the request is sent only when it is sent or streamed"]
pub struct CustomRequest {
    client: Client,
    request: Request,
}

impl CustomRequest {
    /// Appends a parameter to the query. Call it repeatedly for a parameter with several values.
    pub fn query(mut self, name: impl Into<String>, value: impl Display) -> Self {
        self.request.add_query(name.into(), [value]);
        self
    }

    /// Sets the body.
    pub fn json(mut self, body: impl Serialize) -> Self {
        self.request = self.request.json(&body);
        self
    }

    /// Sets a header, such as `Range`. A header that carries a credential, that the client sets itself, or that is about the
    /// connection, is rejected when the request is sent. Like the token, it is sent to the origin of the base URL only.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request.set_header(name, value);
        self
    }

    /// Sends the request and returns the response without its body.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is invalid, the server cannot be reached, or the response is an error.
    pub async fn send(self) -> Result<Response<()>, Error> {
        self.client.execute_empty(self.request).await
    }

    /// Sends the request and returns the response, decoded from JSON.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is invalid, the server cannot be reached, or the response is an error or cannot be
    /// decoded as `T`.
    pub async fn send_as<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.client.execute(self.request).await
    }

    /// Sends the request and returns as soon as the response begins; its body is read as it arrives, in constant memory.
    /// It is requested uncompressed.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is invalid, the server cannot be reached, or the response is an error.
    pub async fn send_bytes(self) -> Result<Response<Download>, Error> {
        self.client.download(self.request).await
    }

    /// Streams the items of a list over all its pages, each decoded from JSON.
    ///
    /// Pages are requested by number, 100 items each, unless the query says otherwise; for keyset pagination, set
    /// `pagination=keyset` with the `order_by` and `sort` that the list supports.
    pub fn stream_as<T: DeserializeOwned>(self) -> Items<T> {
        self.pages_as().items()
    }

    /// Streams the pages of a list, with each item decoded from JSON. See [`stream_as`](Self::stream_as).
    pub fn pages_as<T: DeserializeOwned>(mut self) -> Pages<T> {
        self.request.require_get();
        Pages::new(self.client, self.request, &[Strategy::Offset])
    }
}

impl fmt::Debug for CustomRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The query, the headers and the body can hold secrets.
        f.debug_struct("CustomRequest")
            .field("method", &self.request.method)
            .field("path", &self.request.path())
            .finish_non_exhaustive()
    }
}
