//! Waiting until a job is finished.

use std::fmt::Display;
use std::pin::Pin;

use super::options::{PollOptions, poll_setters};
use super::poll::Poller;
use super::runs::next_run;
use super::subject::Subject;
use crate::request::{Method, Operation, Tokens};
use crate::types::Job;
use crate::value::ParsedProjectId;
use crate::{Client, Error, ProjectId, Response};

static OPERATION: Operation = Operation {
    id: "wait_for_job",
    method: Method::GET,
    path: "/projects/{id}/jobs/{job_id}",
    tokens: Tokens::NoJob,
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
            client: self.clone(),
            project: ParsedProjectId::new(project),
            job_id,
            follow_retries: false,
            options: PollOptions::default(),
        }
    }
}

/// Waits until a job is finished: `success`, `failed`, `canceled` or `skipped`.
///
/// Any other status, including an unknown one, means that the job is not finished. A manual job waits for someone to
/// play it: set a [`deadline`](Self::deadline).
///
/// # What it survives
///
/// A poll that fails for a reason that passes is repeated, each time with the client's retries, for up to 15 minutes or
/// until the deadline; see [`max_outage`](Self::max_outage). A 404 is repeated for up to 5 s, since a new job can be unknown
/// to a part of the servers for a moment. Any other error ends the wait.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct WaitForJob {
    client: Client,
    project: ParsedProjectId,
    job_id: u64,
    follow_retries: bool,
    options: PollOptions,
}

impl WaitForJob {
    poll_setters!("5 seconds");

    /// Sets whether to go on with the run that replaces the job, if the job fails and is retried: by GitLab itself, or
    /// by someone within the [`settle_time`](Self::settle_time). By default, the wait ends with the run that was asked for.
    ///
    /// The job that is returned is the last run, whose id differs.
    pub fn follow_retries(mut self, follow_retries: bool) -> Self {
        self.follow_retries = follow_retries;
        self
    }

    fn adjust(mut self, change: impl FnOnce(&mut PollOptions)) -> Self {
        change(&mut self.options);
        self
    }

    /// Waits, and returns the finished job. Awaiting the builder does the same.
    ///
    /// # Errors
    ///
    /// Returns an error if the project id is invalid, if the job cannot be requested, or if the deadline passes
    /// ([`Error::is_timeout`]).
    pub async fn send(self) -> Result<Response<Job>, Error> {
        let mut poller = Poller::new(self.subject(self.job_id), self.options);
        let mut get_job = self.client.get_job(self.project.clone(), self.job_id);
        loop {
            let job = poller.poll(|| get_job.clone().send()).await?;
            if !job.is_finished() {
                poller.pause().await?;
                continue;
            }
            if !self.follow_retries {
                return Ok(job);
            }
            let next = next_run(&mut poller, &self.client, &self.project, &job).await?;
            let Some(next) = next else {
                return Ok(job);
            };
            poller.subject = self.subject(next.id);
            get_job = self.client.get_job(self.project.clone(), next.id);
        }
    }

    fn subject(&self, job_id: u64) -> Subject {
        let project = self.project.clone();
        let job = ("job_id", job_id);
        Subject::new(&self.client, &OPERATION, project, job, "the job to finish")
    }
}

impl IntoFuture for WaitForJob {
    type Output = Result<Response<Job>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
