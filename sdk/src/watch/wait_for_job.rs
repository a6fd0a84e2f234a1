//! Waiting until a job is finished.

use std::fmt::Display;
use std::pin::Pin;

use super::options::{PollOptions, poll_setters};
use super::poll::Polling;
use crate::builder::GetJob;
use crate::request::{Method, Operation, Tokens};
use crate::types::Job;
use crate::{Client, Error, ProjectId, Response};

static OPERATION: Operation = Operation {
    id: "wait_for_job",
    method: Method::GET,
    path: "/projects/{id}/jobs/{job_id}",
    tokens: Tokens::Any,
    fallback: None,
};

impl Client {
    /// Waits until a job is finished, and returns it.
    ///
    /// Its status is polled every 5 s, with the client's retries; see [`WaitForJob`].
    ///
    /// ```no_run
    /// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
    /// use std::time::Duration;
    ///
    /// let job = client.wait_for_job("group/project", 8).deadline(Duration::from_secs(3600)).await?;
    /// println!("{}", job.status);
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "poll")]
    pub fn wait_for_job(
        &self,
        project: impl TryInto<ProjectId, Error: Display>,
        job_id: u64,
    ) -> WaitForJob {
        WaitForJob {
            get_job: self.get_job(project, job_id),
            options: PollOptions::default(),
        }
    }
}

/// Waits until a job is finished: `success`, `failed`, `canceled` or `skipped`.
///
/// Any other status, including an unknown one, means that the job is not finished. A manual job waits for someone to
/// play it: set a [`deadline`](Self::deadline).
///
/// A failed poll is retried. After 5 in a row, each with the client's retries, the wait ends with the error.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct WaitForJob {
    get_job: GetJob,
    options: PollOptions,
}

impl WaitForJob {
    poll_setters!(options);

    /// Waits, and returns the finished job. Awaiting the builder does the same.
    ///
    /// # Errors
    ///
    /// Returns an error if the project id is invalid, if the job cannot be requested, or if the deadline passes
    /// ([`Error::is_timeout`]).
    pub async fn send(self) -> Result<Response<Job>, Error> {
        let polling = Polling::start(&OPERATION, "the job to finish", self.options)?;
        loop {
            let job = polling.poll(|| self.get_job.clone().send()).await?;
            if job.is_finished() {
                return Ok(job);
            }
            polling.pause().await?;
        }
    }
}

impl IntoFuture for WaitForJob {
    type Output = Result<Response<Job>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
