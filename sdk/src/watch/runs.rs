//! The runs of the jobs of a pipeline: the first ones, and those that replaced them.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::composite::is_at_rest;
use super::end::{End, Evidence};
use super::poll::Poller;
use crate::types::{Job, JobStatus};
use crate::value::ParsedProjectId;
use crate::{Client, Error};

/// Some jobs of a pipeline that are waited for, with all runs of its jobs.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// As of the last poll, by id.
    jobs: BTreeMap<u64, Job>,
    /// The latest run of each job that is waited for, as of the last poll.
    latest: Vec<(u64, JobStatus)>,
    end: End,
}

impl Runs {
    /// Adds runs, or brings them up to date.
    pub(super) fn extend(&mut self, jobs: impl IntoIterator<Item = Job>) {
        self.jobs.extend(jobs.into_iter().map(|job| (job.id, job)));
    }

    pub(super) fn contains(&self, id: u64) -> bool {
        self.jobs.contains_key(&id)
    }

    /// Returns the latest runs of the wanted jobs, as far as they are in this pipeline. Runs of a job have the same name,
    /// and later ones have greater ids.
    pub(super) fn latest(&self, wanted: &[u64]) -> impl Iterator<Item = &Job> {
        let wanted = wanted.iter().filter_map(|id| self.jobs.get(id));
        wanted.filter_map(|job| self.jobs.values().rfind(|run| run.name == job.name))
    }

    /// Records a poll that began at this time. Returns whether it confirms that the wanted jobs are finished.
    pub(super) fn are_finished(
        &mut self,
        wanted: &[u64],
        began: Instant,
        settle_time: Duration,
    ) -> bool {
        let latest = self.latest(wanted).map(|job| (job.id, job.status.clone()));
        let latest = latest.collect::<Vec<_>>();
        let evidence = self.evidence(&latest);
        let changed = latest != self.latest;
        self.latest = latest;
        let confirmed = self.end.is_confirmed(evidence, changed, began, settle_time);
        confirmed || evidence == Some(Evidence::Certain)
    }

    /// Returns how long to wait before the poll that can confirm the end, or `None` if there is no sign of one.
    pub(super) fn next_poll(&self, settle_time: Duration) -> Option<Duration> {
        self.end.next_poll(settle_time)
    }

    /// Returns what speaks for the end of the jobs with these latest runs, unless some are not finished.
    fn evidence(&self, latest: &[(u64, JobStatus)]) -> Option<Evidence> {
        if !latest.iter().all(|(_, status)| status.is_finished()) {
            return None;
        }
        // GitLab retries only what has failed.
        if latest
            .iter()
            .all(|(_, status)| *status != JobStatus::Failed)
        {
            return Some(Evidence::Certain);
        }
        let newest = self.jobs.values().next_back();
        let pipeline = newest.and_then(|job| job.pipeline.as_ref());
        let runs_on = pipeline.is_some_and(|pipeline| !is_at_rest(&pipeline.status));
        Some(if runs_on && self.jobs.values().all(Job::is_finished) {
            Evidence::Contradicted
        } else {
            Evidence::Probable
        })
    }
}

/// Returns all runs of the jobs of a pipeline.
pub(super) async fn list_runs(
    client: &Client,
    project: &ParsedProjectId,
    pipeline_id: u64,
) -> Result<Vec<Job>, Error> {
    let list = client.list_pipeline_jobs(project.clone(), pipeline_id);
    let mut list = list.include_retried(true).stream();
    let mut jobs = Vec::new();
    while let Some(job) = list.try_next().await? {
        jobs.push(job);
    }
    Ok(jobs)
}

/// Returns the run that replaces a finished job, or `None` if GitLab does not retry it.
pub(super) async fn next_run(
    poller: &mut Poller,
    client: &Client,
    project: &ParsedProjectId,
    finished: &Job,
) -> Result<Option<Job>, Error> {
    let Some(pipeline) = &finished.pipeline else {
        return Ok(None);
    };
    if finished.status != JobStatus::Failed {
        return Ok(None);
    }
    let (wanted, settle_time) = ([finished.id], poller.options.settle_time);
    let mut runs = Runs::default();
    runs.extend([finished.clone()]);
    loop {
        let began = Instant::now();
        let listed = poller.poll(|| list_runs(client, project, pipeline.id));
        runs.extend(listed.await?);
        if let Some(next) = runs.latest(&wanted).find(|run| run.id != finished.id) {
            return Ok(Some(next.clone()));
        }
        if runs.are_finished(&wanted, began, settle_time) {
            return Ok(None);
        }
        let wait = runs.next_poll(settle_time);
        poller
            .sleep(wait.unwrap_or(poller.options.interval))
            .await?;
    }
}
