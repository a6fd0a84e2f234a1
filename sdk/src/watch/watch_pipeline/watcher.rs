//! Polls a pipeline and compares its jobs with those of the previous poll.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::JobChange;
use crate::builder::{ListPipelineBridges, ListPipelineJobs};
use crate::error::{Error, ErrorKind};
use crate::request::{Method, Operation, Tokens};
use crate::types::JobStatus;
use crate::watch::PipelineJob;
use crate::watch::options::PollOptions;
use crate::watch::poll::{MAX_FAILED_POLLS, Polling};
use crate::watch::unfold::{Advance, Next};

/// How many polls in a row must find jobs waiting for a manual one before they are considered blocked.
const POLLS_UNTIL_BLOCKED: u32 = 3;

static OPERATION: Operation = Operation {
    id: "watch_pipeline",
    method: Method::GET,
    path: "/projects/{id}/pipelines/{pipeline_id}/jobs",
    tokens: Tokens::Any,
    fallback: None,
};

/// Polls a pipeline.
pub(super) struct Watcher {
    jobs: ListPipelineJobs,
    bridges: ListPipelineBridges,
    /// Errors about the watch itself name it.
    pub(super) operation: &'static Operation,
    pub(super) options: PollOptions,
    polling: Option<Polling>,
    seen: HashMap<u64, Seen>,
    /// The latest run by name.
    latest: HashMap<String, u64>,
    changes: VecDeque<JobChange>,
    /// As of the last poll.
    outlook: Outlook,
    /// How many polls in a row found no changes, and jobs that may be waiting for a manual one.
    blocked_polls: u32,
    /// How many polls in a row did not find a job that is waited for.
    missing_polls: u32,
    ended: bool,
}

/// What is known about a job from previous polls.
struct Seen {
    status: JobStatus,
    retry_of: Option<u64>,
    /// How many polls in a row did not find it.
    missing_polls: u32,
}

impl Seen {
    /// Whether the watch cannot end before the job does.
    fn is_waited_for(&self) -> bool {
        !self.status.is_finished() && self.status != JobStatus::Manual
    }
}

/// Whether anything is left to run.
#[derive(Debug, PartialEq)]
enum Outlook {
    Running,
    /// Jobs wait, perhaps for a manual one.
    PerhapsBlocked,
    Over,
}

impl Watcher {
    pub(super) fn new(jobs: ListPipelineJobs, bridges: ListPipelineBridges) -> Self {
        Self {
            // Otherwise, the end of a run that is retried between two polls would be missed.
            jobs: jobs.include_retried(true),
            bridges,
            operation: &OPERATION,
            options: PollOptions::default(),
            polling: None,
            seen: HashMap::new(),
            latest: HashMap::new(),
            changes: VecDeque::new(),
            outlook: Outlook::Running,
            blocked_polls: 0,
            missing_polls: 0,
            ended: false,
        }
    }

    async fn poll(&mut self) -> Result<(), Error> {
        let polling = match &self.polling {
            // The poll that confirms the end need not wait.
            Some(polling) if self.outlook == Outlook::Over => polling,
            Some(polling) => {
                polling.pause().await?;
                polling
            }
            None => {
                let waiting_for = "the pipeline to finish";
                let polling = Polling::start(self.operation, waiting_for, self.options)?;
                self.polling.insert(polling)
            }
        };
        let jobs = polling
            .poll(|| list(self.jobs.clone(), self.bridges.clone()))
            .await?;
        self.compare(&jobs);
        Ok(())
    }

    /// Records the changes, and whether anything is left to run.
    fn compare(&mut self, jobs: &BTreeMap<u64, PipelineJob>) {
        for job in jobs.values() {
            let change = self.change(job);
            self.changes.extend(change);
        }
        for (id, seen) in &mut self.seen {
            let missing = !jobs.contains_key(id);
            seen.missing_polls = if missing { seen.missing_polls + 1 } else { 0 };
        }
        let latest = self.latest.values().filter_map(|id| self.seen.get(id));
        let waited_for = latest.clone().filter(|job| job.is_waited_for());
        self.missing_polls = waited_for.map(|job| job.missing_polls).max().unwrap_or(0);
        self.outlook = if self.missing_polls > 0 {
            Outlook::Running
        } else {
            outlook(latest.map(|job| &job.status))
        };
        let changed = !self.changes.is_empty();
        self.blocked_polls = match self.outlook {
            Outlook::PerhapsBlocked if changed => 1,
            Outlook::PerhapsBlocked => self.blocked_polls + 1,
            Outlook::Running | Outlook::Over => 0,
        };
        // The reader of the last change may retry the job, so another poll is needed afterwards.
        self.ended = match self.outlook {
            Outlook::Running => false,
            Outlook::PerhapsBlocked => self.blocked_polls >= POLLS_UNTIL_BLOCKED,
            Outlook::Over => !changed,
        };
    }

    /// Returns the job if it is new, or if its status has changed.
    fn change(&mut self, job: &PipelineJob) -> Option<JobChange> {
        let (id, status) = (job.id(), job.status());
        let (previous_status, retry_of) = match self.seen.get_mut(&id) {
            Some(seen) if seen.status == *status => return None,
            Some(seen) => {
                let previous = std::mem::replace(&mut seen.status, status.clone());
                (Some(previous), seen.retry_of)
            }
            None => {
                // Later runs of a job have the same name, and greater ids.
                let latest = self.latest.entry(job.name().to_owned()).or_insert(id);
                let retry_of = (*latest < id).then(|| std::mem::replace(latest, id));
                let status = status.clone();
                let seen = Seen {
                    status,
                    retry_of,
                    missing_polls: 0,
                };
                self.seen.insert(id, seen);
                (None, retry_of)
            }
        };
        Some(JobChange {
            job: job.clone(),
            previous_status,
            retry_of,
        })
    }
}

impl Advance for Watcher {
    type Item = JobChange;

    async fn advance(&mut self) -> Next<JobChange> {
        loop {
            if let Some(change) = self.changes.pop_front() {
                return Ok(Some(change));
            }
            if self.ended {
                return Ok(None);
            }
            if self.missing_polls >= MAX_FAILED_POLLS {
                return Err(Error::new(ErrorKind::JobMissing).operation(self.operation.id));
            }
            self.poll().await?;
        }
    }
}

/// Returns the jobs and bridges of a pipeline by id.
///
/// A job that moves to the next page while the list is read appears twice. The later one is used.
async fn list(
    jobs: ListPipelineJobs,
    bridges: ListPipelineBridges,
) -> Result<BTreeMap<u64, PipelineJob>, Error> {
    let mut listed = BTreeMap::new();
    let mut jobs = jobs.stream();
    while let Some(job) = jobs.try_next().await? {
        listed.insert(job.id, job.into());
    }
    let mut bridges = bridges.stream();
    while let Some(bridge) = bridges.try_next().await? {
        listed.insert(bridge.id, bridge.into());
    }
    Ok(listed)
}

fn outlook<'a>(statuses: impl Iterator<Item = &'a JobStatus>) -> Outlook {
    let (mut any_created, mut any_manual) = (false, false);
    for status in statuses {
        match status {
            JobStatus::Created => any_created = true,
            JobStatus::Manual => any_manual = true,
            status if status.is_finished() => {}
            _ => return Outlook::Running,
        }
    }
    match (any_created, any_manual) {
        (false, _) => Outlook::Over,
        (true, true) => Outlook::PerhapsBlocked,
        (true, false) => Outlook::Running,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipeline_continues_while_anything_runs_by_itself() {
        use Outlook::{Over, PerhapsBlocked, Running};
        for (statuses, expected) in [
            (&[][..], Over),
            (&["success", "failed", "canceled", "skipped"], Over),
            (&["success", "manual"], Over),
            (&["success", "created"], Running),
            (&["success", "manual", "created"], PerhapsBlocked),
            (&["manual", "created", "running"], Running),
            (&["manual", "created", "scheduled"], Running),
            (&["success", "scheduled"], Running),
            (&["canceling"], Running),
            (&["waiting_for_resource"], Running),
            (&["manual", "brand_new"], Running),
        ] {
            let found = statuses.iter().copied().map(JobStatus::from);
            let found = outlook(found.collect::<Vec<_>>().iter());
            assert_eq!(found, expected, "{statuses:?}");
        }
    }
}
