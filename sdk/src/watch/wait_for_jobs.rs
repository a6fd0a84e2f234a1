//! Waiting until several jobs of a project are finished.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::pin::Pin;

use super::options::{PollOptions, poll_setters};
use super::poll::Polling;
use super::{JobSummary, PipelineJob};
use crate::error::ErrorKind;
use crate::request::{Method, Operation, Tokens};
use crate::types::Job;
use crate::value::ParsedProjectId;
use crate::{Client, Error, ProjectId};

static OPERATION: Operation = Operation {
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
/// A job that is retried meanwhile is followed under its new id, and the summary holds its latest run. An unfinished
/// job that its pipeline no longer lists is requested individually. If it no longer exists, the wait ends with an error
/// ([`Error::is_not_found`]).
///
/// A failed poll is retried. After 5 in a row, each with the retries of the client, the wait ends with the error.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent until it is awaited"]
pub struct WaitForJobs {
    client: Client,
    project: ParsedProjectId,
    job_ids: Vec<u64>,
    options: PollOptions,
}

/// The jobs of a pipeline by id, as of the last poll.
type Jobs = BTreeMap<u64, Job>;

/// Pipelines by id.
type Pipelines = BTreeMap<u64, Jobs>;

impl WaitForJobs {
    poll_setters!(options);

    /// Waits, and returns the summary. Awaiting the builder does the same.
    ///
    /// # Errors
    ///
    /// Returns an error if a job cannot be read, or if the deadline passes ([`Error::is_timeout`]).
    pub async fn send(self) -> Result<JobSummary, Error> {
        let polling = Polling::start(&OPERATION, "the jobs to finish", self.options)?;
        let mut pipelines = self.find(&polling).await?;
        loop {
            let unfinished = pipelines
                .iter()
                .filter(|(_, jobs)| !self.latest_runs(jobs).all(Job::is_finished))
                .map(|(pipeline_id, _)| *pipeline_id)
                .collect::<Vec<_>>();
            if unfinished.is_empty() {
                return Ok(self.summary(&pipelines));
            }
            polling.pause().await?;
            for pipeline_id in unfinished {
                let jobs = pipelines.entry(pipeline_id).or_default();
                self.refresh(&polling, pipeline_id, jobs).await?;
            }
        }
    }

    /// Polls the jobs of a pipeline, and those that are waited for but no longer listed.
    async fn refresh(
        &self,
        polling: &Polling,
        pipeline_id: u64,
        jobs: &mut Jobs,
    ) -> Result<(), Error> {
        let listed = polling.poll(|| self.list(pipeline_id)).await?;
        let listed_ids: BTreeSet<u64> = listed.keys().copied().collect();
        jobs.extend(listed);
        let unfinished = self.latest_runs(jobs).filter(|job| !job.is_finished());
        let unfinished: BTreeSet<u64> = unfinished.map(|job| job.id).collect();
        for id in unfinished.difference(&listed_ids) {
            jobs.insert(*id, self.get(polling, *id).await?);
        }
        Ok(())
    }

    /// Finds the pipelines of the jobs, with one request for each pipeline that is not known yet.
    async fn find(&self, polling: &Polling) -> Result<Pipelines, Error> {
        let mut pipelines = Pipelines::new();
        for id in &self.job_ids {
            if pipelines.values().any(|jobs| jobs.contains_key(id)) {
                continue;
            }
            let job = self.get(polling, *id).await?;
            let Some(pipeline) = &job.pipeline else {
                let path = "pipeline".to_owned();
                return Err(Error::new(ErrorKind::Decode { path }).operation(OPERATION.id));
            };
            let pipeline_id = pipeline.id;
            let jobs = pipelines.entry(pipeline_id).or_default();
            jobs.insert(*id, job);
            jobs.extend(polling.poll(|| self.list(pipeline_id)).await?);
        }
        Ok(pipelines)
    }

    async fn get(&self, polling: &Polling, id: u64) -> Result<Job, Error> {
        let get_job = self.client.get_job(self.project.clone(), id);
        let job = polling.poll(|| get_job.clone().send()).await?;
        Ok(job.into_inner())
    }

    async fn list(&self, pipeline_id: u64) -> Result<Jobs, Error> {
        let list = self
            .client
            .list_pipeline_jobs(self.project.clone(), pipeline_id);
        let mut list = list.include_retried(true).stream();
        let mut jobs = Jobs::new();
        while let Some(job) = list.try_next().await? {
            jobs.insert(job.id, job);
        }
        Ok(jobs)
    }

    /// Returns the latest runs of the jobs that are waited for, as far as they are in this pipeline. Runs of a job have
    /// the same name, and later ones have greater ids.
    fn latest_runs<'a>(&'a self, jobs: &'a Jobs) -> impl Iterator<Item = &'a Job> {
        let wanted = self.job_ids.iter().filter_map(|id| jobs.get(id));
        wanted.filter_map(|job| jobs.values().rfind(|run| run.name == job.name))
    }

    fn summary(&self, pipelines: &Pipelines) -> JobSummary {
        let jobs = pipelines.values().flat_map(|jobs| self.latest_runs(jobs));
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
