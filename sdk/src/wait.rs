//! Waiting until a job is finished.

use std::fmt::Display;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::Instant;

use crate::client::require_runtime;
use crate::error::{Error, Kind};
use crate::request::{Method, Operation};
use crate::types::Job;
use crate::{Client, ProjectId, Response};

const OPERATION: Operation = Operation {
    id: "wait_for_job",
    method: Method::GET,
    job_token_only: false,
};

impl Client {
    /// Waits until a job is finished, and gives it as it is then.
    ///
    /// Its status is asked for every 5 s, with the retries of the client between; see [`WaitForJob`] for more.
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
    pub fn wait_for_job(
        &self,
        project: impl TryInto<ProjectId, Error: Display>,
        job_id: u64,
    ) -> WaitForJob {
        WaitForJob {
            get_job: self.get_job().id(project).job_id(job_id),
            interval: Duration::from_secs(5),
            deadline: None,
        }
    }
}

/// Waits until a job is finished: `success`, `failed`, `canceled` or `skipped`. Any other status, also an unknown one,
/// goes on. A manual job waits for somebody to play it: set a [`deadline`](Self::deadline).
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct WaitForJob {
    get_job: crate::builder::GetJob,
    interval: Duration,
    deadline: Option<Duration>,
}

impl WaitForJob {
    /// How long to wait between two looks. The default is 5 s.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// How long to wait at most, from the first look on. There is no deadline by default.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Waits; the same as awaiting it.
    ///
    /// # Errors
    ///
    /// The job cannot be had, also after the client's retries; or the deadline passed ([`Error::is_timeout`]).
    pub async fn send(self) -> Result<Response<Job>, Error> {
        require_runtime(&OPERATION)?;
        check_interval(self.interval, &OPERATION)?;
        let deadline = Deadline::start(self.deadline);
        loop {
            let job = deadline
                .limit("the job to finish", self.get_job.clone().send())
                .await?;
            if job.is_finished() {
                return Ok(job);
            }
            deadline.sleep("the job to finish", self.interval).await?;
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

pub(crate) fn check_interval(interval: Duration, operation: &Operation) -> Result<(), Error> {
    if interval.is_zero() {
        let error = Error::new(Kind::Argument { name: "interval" }).operation(operation);
        return Err(error.with_source("an interval of zero would ask without a pause"));
    }
    Ok(())
}

/// When to stop waiting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    pub(crate) fn start(after: Option<Duration>) -> Self {
        // A deadline past the end of time is none.
        Self(after.and_then(|after| Instant::now().checked_add(after)))
    }

    /// Drives a future until the deadline passes.
    pub(crate) async fn limit<T>(
        self,
        waiting_for: &'static str,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let now = Instant::now();
        let left = self
            .0
            .map_or(Duration::MAX, |at| at.saturating_duration_since(now));
        tokio::time::timeout(left, future)
            .await
            .unwrap_or_else(|_| Err(passed(waiting_for)))
    }

    /// Sleeps, or fails at the deadline if that comes first.
    pub(crate) async fn sleep(
        self,
        waiting_for: &'static str,
        interval: Duration,
    ) -> Result<(), Error> {
        self.limit(waiting_for, async {
            tokio::time::sleep(interval).await;
            Ok(())
        })
        .await
    }
}

fn passed(waiting_for: &'static str) -> Error {
    Error::new(Kind::Deadline { waiting_for })
}
