//! The client: an async client, and a runtime that drives it.

use std::fmt::{self, Display};

use crate::runtime::Runtime;
use crate::{ClientBuilder, Error, FollowJobLog, ProjectId};

/// A client of one GitLab server, with one token.
///
/// It is cheap to clone, and can be shared between threads; the clones share their connections. Creating one sends nothing.
///
/// A call blocks its thread until the response has arrived. In async code, make calls in `spawn_blocking`, or use
/// [`gitlab_jobs::Client`]: a call elsewhere works too, but blocks the other tasks of its thread. On a thread of an
/// async runtime, each call is driven by a separate thread, because a runtime cannot be driven within another one.
///
/// ```no_run
/// let client = gitlab_jobs_blocking::Client::builder()
///     .base_url("https://gitlab.example.com")
///     .private_token("glpat-…")
///     .build()?;
/// let job = client.get_job("group/project", 8).send()?;
/// println!("{} is {}", job.name, job.status);
/// # Ok::<(), gitlab_jobs_blocking::Error>(())
/// ```
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: gitlab_jobs::Client,
    pub(crate) runtime: Runtime,
}

impl Client {
    /// Returns a builder with the defaults: gitlab.com, and no token.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Creates a client from the environment, as [`gitlab_jobs::Client::from_env`] does.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no address or no token, or if a value is invalid. The error names the variable.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// Creates a blocking client that drives an async one.
    ///
    /// The async client and its clones must no longer be used: their connections are driven only during a blocking
    /// call, so an async call on one of them would hang.
    ///
    /// # Errors
    ///
    /// Returns an error if the runtime cannot be started, for example for lack of file descriptors.
    pub fn new(client: gitlab_jobs::Client) -> Result<Self, Error> {
        Ok(Self {
            inner: client,
            runtime: Runtime::new()?,
        })
    }

    /// Follows the log of a job: yields each new byte once, and ends when the job is finished and its log has been read
    /// to the end.
    ///
    /// ```no_run
    /// # let client = gitlab_jobs_blocking::Client::from_env()?;
    /// for chunk in client.follow_job_log("group/project", 8) {
    ///     print!("{}", String::from_utf8_lossy(&chunk?));
    /// }
    /// # Ok::<(), gitlab_jobs_blocking::Error>(())
    /// ```
    #[doc(alias = "tail")]
    #[doc(alias = "trace")]
    pub fn follow_job_log(
        &self,
        project: impl TryInto<ProjectId, Error: Display>,
        job_id: u64,
    ) -> FollowJobLog {
        FollowJobLog::new(
            self.inner.follow_job_log(project, job_id),
            self.runtime.clone(),
        )
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
