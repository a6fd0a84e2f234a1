//! A pipeline, and what is known about its jobs from previous polls.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::JobChange;
use crate::ProjectId;
use crate::types::{JobStatus, PipelineStatus};
use crate::value::ParsedProjectId;
use crate::watch::PipelineJob;
use crate::watch::composite::{composite, is_at_rest};
use crate::watch::end::Evidence;
use crate::watch::listing::Listing;
use crate::watch::summary::{PipelineResult, contribution};

/// How many polls in a row must miss a job before it counts as gone.
const POLLS_UNTIL_GONE: u32 = 5;

/// A pipeline that is watched.
pub(super) struct Watched {
    pub(super) id: u64,
    pub(super) project: ParsedProjectId,
    /// `None` for the pipeline that the watch was started for.
    pub(super) upstream: Option<Upstream>,
    /// What GitLab calls the pipeline, as of the last poll.
    pub(super) status: Option<PipelineStatus>,
    jobs: HashMap<u64, Seen>,
    /// The latest run by name.
    latest: HashMap<String, u64>,
}

/// The bridge that started a pipeline.
#[derive(Clone)]
pub(super) struct Upstream {
    pub(super) pipeline: u64,
    pub(super) bridge: u64,
    pub(super) may_fail: bool,
}

/// A job or bridge as of the last poll that found it.
struct Seen {
    job: PipelineJob,
    retry_of: Option<u64>,
    missing: Option<Missing>,
}

/// How long a job is missing.
struct Missing {
    polls: u32,
    since: Instant,
}

impl Seen {
    /// Whether the watch cannot end before the job does.
    fn is_waited_for(&self) -> bool {
        !self.job.is_finished() && *self.job.status() != JobStatus::Manual
    }
}

impl Watched {
    pub(super) fn new(project: ParsedProjectId, id: u64, upstream: Option<Upstream>) -> Self {
        Self {
            id,
            project,
            upstream,
            status: None,
            jobs: HashMap::new(),
            latest: HashMap::new(),
        }
    }

    /// Whether no poll has found a job.
    pub(super) fn has_no_jobs(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Whether this run of a job was not replaced by a retry.
    pub(super) fn has_latest(&self, id: u64) -> bool {
        self.latest.values().any(|latest| *latest == id)
    }

    /// Records a poll, and returns the changes.
    pub(super) fn update(&mut self, listing: Listing) -> Vec<JobChange> {
        for (id, seen) in &mut self.jobs {
            let missing = seen.missing.take();
            if !listing.jobs.contains_key(id) {
                let (polls, since) = missing.map_or((0, Instant::now()), |it| (it.polls, it.since));
                let polls = polls + 1;
                seen.missing = Some(Missing { polls, since });
            }
        }
        // Without jobs, an empty list says nothing about the pipeline.
        self.status = listing.status.or(self.status.take());
        let jobs = listing.jobs.into_values();
        jobs.filter_map(|job| self.change(job)).collect()
    }

    /// Returns the job if it is new, or if its status has changed.
    fn change(&mut self, job: PipelineJob) -> Option<JobChange> {
        let id = job.id();
        let (previous_status, retry_of) = match self.jobs.get_mut(&id) {
            Some(seen) => {
                let previous = std::mem::replace(&mut seen.job, job.clone());
                if previous.status() == job.status() {
                    return None;
                }
                (Some(previous.status().clone()), seen.retry_of)
            }
            None => {
                // Later runs of a job have the same name, and greater ids.
                let latest = self.latest.entry(job.name().to_owned()).or_insert(id);
                let retry_of = (*latest < id).then(|| std::mem::replace(latest, id));
                let seen = Seen {
                    job: job.clone(),
                    retry_of,
                    missing: None,
                };
                self.jobs.insert(id, seen);
                (None, retry_of)
            }
        };
        Some(JobChange {
            job,
            pipeline_id: self.id,
            previous_status,
            retry_of,
        })
    }

    fn latest(&self) -> impl Iterator<Item = &Seen> {
        self.latest.values().filter_map(|id| self.jobs.get(id))
    }

    /// Returns the pipelines that the latest bridges have started.
    pub(super) fn downstream(&self) -> Vec<Self> {
        let bridges = self.latest().filter_map(|seen| seen.job.as_bridge());
        let downstream = bridges.filter_map(|bridge| {
            let pipeline = bridge.downstream_pipeline.as_ref()?;
            let project = pipeline.project_id.map(ProjectId::from);
            // Older servers leave it out, and had no pipelines in other projects.
            let project = project.map_or_else(|| self.project.clone(), ParsedProjectId::new);
            let upstream = Upstream {
                pipeline: self.id,
                bridge: bridge.id,
                may_fail: bridge.allow_failure.unwrap_or_default(),
            };
            Some(Self::new(project, pipeline.id, Some(upstream)))
        });
        downstream.collect()
    }

    /// Returns a job that is waited for, but gone.
    pub(super) fn gone(&self, settle_time: Duration) -> Option<&PipelineJob> {
        let mut waited_for = self.latest().filter(|seen| seen.is_waited_for());
        let gone = waited_for.find(|seen| {
            seen.missing.as_ref().is_some_and(|missing| {
                missing.polls >= POLLS_UNTIL_GONE && missing.since.elapsed() >= settle_time
            })
        })?;
        Some(&gone.job)
    }

    /// Returns what speaks for the end, unless something is left to run.
    pub(super) fn evidence(&self) -> Option<Evidence> {
        let status = self.status.as_ref();
        if self.jobs.is_empty() {
            return status.is_some_and(is_at_rest).then_some(Evidence::Probable);
        }
        if self
            .latest()
            .any(|seen| seen.is_waited_for() && seen.missing.is_some())
        {
            return None;
        }
        evidence(self.latest().map(|seen| seen.job.status()), status)
    }

    /// Returns the result at the end.
    pub(super) fn result(&self) -> PipelineResult {
        let derived = composite(self.latest().map(|seen| contribution(&seen.job)));
        let status = match self.status.clone().filter(is_at_rest) {
            // Not even GitLab calls it a success against the evidence of its jobs.
            Some(PipelineStatus::Success) if !self.jobs.is_empty() => derived,
            Some(status) => status,
            None => derived,
        };
        PipelineResult {
            id: self.id,
            status,
            may_fail: self.upstream.as_ref().is_some_and(|it| it.may_fail),
        }
    }
}

/// Returns what speaks for the end of a pipeline with jobs in these statuses, unless something is left to run.
fn evidence<'a>(
    statuses: impl Iterator<Item = &'a JobStatus>,
    pipeline: Option<&PipelineStatus>,
) -> Option<Evidence> {
    let (mut any_created, mut any_manual, mut any_failed) = (false, false, false);
    for status in statuses {
        match status {
            JobStatus::Created => any_created = true,
            JobStatus::Manual => any_manual = true,
            JobStatus::Failed => any_failed = true,
            status if status.is_finished() => {}
            _ => return None,
        }
    }
    let known = pipeline.filter(|status| !matches!(status, PipelineStatus::Unknown(_)));
    let rests = known.map(is_at_rest);
    match (any_created, any_manual) {
        (true, false) => None,
        // Perhaps the manual job blocks the created ones. GitLab takes a moment to start the next jobs.
        (true, true) if known == Some(&PipelineStatus::Manual) => Some(Evidence::Probable),
        (true, true) => Some(Evidence::Contradicted),
        // GitLab retries only what has failed.
        (false, _) if any_failed && rests == Some(false) => Some(Evidence::Contradicted),
        (false, _) if any_failed || rests != Some(true) => Some(Evidence::Probable),
        (false, _) => Some(Evidence::Certain),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipeline_continues_while_anything_runs_by_itself() {
        use Evidence::{Certain, Contradicted, Probable};
        for (statuses, pipeline, expected) in [
            ("success canceled skipped", "success", Some(Certain)),
            ("success canceled skipped", "running", Some(Probable)),
            ("success failed", "failed", Some(Probable)),
            ("success failed", "running", Some(Contradicted)),
            ("success failed", "brand_new", Some(Probable)),
            ("success manual", "success", Some(Certain)),
            ("success manual", "manual", Some(Certain)),
            ("success created", "success", None),
            ("success manual created", "manual", Some(Probable)),
            ("success manual created", "running", Some(Contradicted)),
            ("manual created running", "manual", None),
            ("manual created scheduled", "manual", None),
            ("success scheduled", "scheduled", None),
            ("canceling", "canceled", None),
            ("waiting_for_resource", "running", None),
            ("manual brand_new", "manual", None),
        ] {
            let found = statuses.split_whitespace().map(JobStatus::from);
            let found = found.collect::<Vec<_>>();
            let pipeline = PipelineStatus::from(pipeline);
            let found = evidence(found.iter(), Some(&pipeline));
            assert_eq!(found, expected, "{statuses}, {pipeline}");
        }
        let success = [JobStatus::Success];
        assert_eq!(evidence(success.iter(), None), Some(Probable));
    }
}
