//! Waiting until several jobs of a project are finished.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::pin::Pin;

use tokio::time::Instant;

use super::options::{PollOptions, poll_setters};
use super::poll::Poller;
use super::runs::{Runs, list_runs};
use super::subject::Subject;
use super::{JobSummary, PipelineJob};
use crate::error::ErrorKind;
use crate::request::{Method, Operation, Tokens};
use crate::types::Job;
use crate::value::ParsedProjectId;
use crate::{Client, Error, ProjectId};

/// Until the pipeline of a job is known.
static FIND: Operation = Operation {
    id: "wait_for_jobs",
    method: Method::GET,
    path: "/projects/{id}/jobs/{job_id}",
    tokens: Tokens::NoJob,
    fallback: None,
};

static POLL: Operation = Operation {
    id: "wait_for_jobs",
    method: Method::GET,
    path: "/projects/{id}/pipelines/{pipeline_id}/jobs",
    tokens: Tokens::Any,
    fallback: None,
};

impl Client {
    /// Waits until several jobs of a project are finished, and returns a summary.
    ///
    /// Requests the jobs of their pipelines every 5 seconds, so that many jobs cost no more requests than one; see
    /// [`WaitForJobs`] for more.
    ///
    /// ```no_run
    /// # async fn example(client: gitlab_jobs::Client) -> Result<(), gitlab_jobs::Error> {
    /// let summary = client.wait_for_jobs("group/project", [8, 9, 10]).await?;
    /// println!("{summary}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_for_jobs(
        &self,
        project: impl TryInto<ProjectId, Error: Display>,
        job_ids: impl IntoIterator<Item = u64>,
    ) -> WaitForJobs {
        WaitForJobs {
            client: self.clone(),
            project: ParsedProjectId::new(project),
            job_ids: job_ids.into_iter().collect(),
            options: PollOptions::default(),
        }
    }
}

/// Waits until several jobs of a project are finished: `success`, `failed`, `canceled` or `skipped`. With any other
/// status, even an unknown one, a job is not finished. Manual jobs wait for someone to play them: set a
/// [`deadline`](Self::deadline).
///
/// A job that is retried meanwhile is followed under its new id, and the summary holds its latest run. Since GitLab may
/// retry a failed job by itself, a failure counts once another poll, after the [`settle_time`](Self::settle_time), has found
/// no new run. An unfinished job that its pipeline no longer lists is requested individually. If it no longer exists, the
/// wait ends with an error ([`Error::is_not_found`]).
///
/// # What it survives
///
/// A poll that fails for a reason that passes is repeated, each time with the client's retries, for up to 15 minutes or
/// until the deadline; see [`max_outage`](Self::max_outage). A 404 is repeated for up to 5 s, since a new job can be unknown
/// to a part of the servers for a moment. Any other error ends the wait.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct WaitForJobs {
    client: Client,
    project: ParsedProjectId,
    job_ids: Vec<u64>,
    options: PollOptions,
}

/// The runs of the jobs in each pipeline.
type Pipelines = BTreeMap<u64, Runs>;

impl WaitForJobs {
    poll_setters!("5 seconds");

    fn adjust(mut self, change: impl FnOnce(&mut PollOptions)) -> Self {
        change(&mut self.options);
        self
    }

    /// Waits, and returns the summary. Awaiting the builder does the same.
    ///
    /// # Errors
    ///
    /// Returns an error if a job cannot be read, or if the deadline passes ([`Error::is_timeout`]).
    pub async fn send(self) -> Result<JobSummary, Error> {
        let first = self.job_ids.first().copied().unwrap_or_default();
        let mut poller = Poller::new(self.subject(&FIND, ("job_id", first)), self.options);
        // Reports invalid options even if there is nothing to wait for.
        poller.limit()?;
        let mut began = Instant::now();
        let mut pipelines = self.find(&mut poller).await?;
        let settle_time = self.options.settle_time;
        let mut unfinished: BTreeSet<u64> = pipelines.keys().copied().collect();
        loop {
            unfinished.retain(|id| {
                let runs = pipelines.get_mut(id);
                !runs.is_some_and(|runs| runs.are_finished(&self.job_ids, began, settle_time))
            });
            let Some(pipeline_id) = unfinished.first() else {
                return Ok(self.summary(&pipelines));
            };
            poller.subject = self.subject(&POLL, ("pipeline_id", *pipeline_id));
            // Those that only need to be confirmed wait for the others.
            let waits = unfinished.iter().map(|id| {
                let runs = pipelines.get(id);
                runs.and_then(|runs| runs.next_poll(settle_time))
            });
            let wait = waits.min().flatten().unwrap_or(self.options.interval);
            poller.sleep(wait).await?;
            began = Instant::now();
            for pipeline_id in &unfinished {
                let runs = pipelines.entry(*pipeline_id).or_default();
                self.refresh(&mut poller, *pipeline_id, runs).await?;
            }
        }
    }

    /// Polls the jobs of a pipeline, and those that are waited for but no longer listed.
    async fn refresh(
        &self,
        poller: &mut Poller,
        pipeline_id: u64,
        runs: &mut Runs,
    ) -> Result<(), Error> {
        let listed = self.list(poller, pipeline_id).await?;
        let listed_ids: BTreeSet<u64> = listed.iter().map(|job| job.id).collect();
        runs.extend(listed);
        let unfinished = runs.latest(&self.job_ids).filter(|job| !job.is_finished());
        let unfinished: BTreeSet<u64> = unfinished.map(|job| job.id).collect();
        for id in unfinished.difference(&listed_ids) {
            runs.extend([self.get(poller, *id).await?]);
        }
        Ok(())
    }

    /// Finds the pipelines of the jobs, with one request for each pipeline that is not known yet.
    async fn find(&self, poller: &mut Poller) -> Result<Pipelines, Error> {
        let mut pipelines = Pipelines::new();
        for id in &self.job_ids {
            if pipelines.values().any(|runs| runs.contains(*id)) {
                continue;
            }
            poller.subject = self.subject(&FIND, ("job_id", *id));
            let job = self.get(poller, *id).await?;
            let Some(pipeline) = &job.pipeline else {
                let path = "pipeline".to_owned();
                return Err(poller
                    .subject
                    .add_to(Error::new(ErrorKind::Decode { path })));
            };
            let pipeline_id = pipeline.id;
            let runs = pipelines.entry(pipeline_id).or_default();
            runs.extend([job]);
            runs.extend(self.list(poller, pipeline_id).await?);
        }
        Ok(pipelines)
    }

    async fn get(&self, poller: &mut Poller, id: u64) -> Result<Job, Error> {
        let get_job = self.client.get_job(self.project.clone(), id);
        let job = poller.poll(|| get_job.clone().send()).await?;
        Ok(job.into_inner())
    }

    async fn list(&self, poller: &mut Poller, pipeline_id: u64) -> Result<Vec<Job>, Error> {
        let list = || list_runs(&self.client, &self.project, pipeline_id);
        poller.poll(list).await
    }

    fn subject(&self, operation: &'static Operation, id: (&'static str, u64)) -> Subject {
        let project = self.project.clone();
        Subject::new(&self.client, operation, project, id, "the jobs to finish")
    }

    fn summary(&self, pipelines: &Pipelines) -> JobSummary {
        let jobs = pipelines
            .values()
            .flat_map(|runs| runs.latest(&self.job_ids));
        // Several runs of one job may have been requested.
        let jobs: BTreeMap<u64, &Job> = jobs.map(|job| (job.id, job)).collect();
        JobSummary::new(jobs.into_values().cloned().map(PipelineJob::from).collect())
    }
}

impl IntoFuture for WaitForJobs {
    type Output = Result<JobSummary, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}
