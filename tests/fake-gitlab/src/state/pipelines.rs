//! The status of a pipeline, which follows that of its jobs, and of the bridges that depend on one.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::State;
use crate::job::Job;

impl State {
    /// Ends the bridges whose downstream pipelines have ended. Returns whether any did.
    pub(super) fn end_bridges(&mut self) -> bool {
        let restless = self.restless.iter().filter_map(|id| self.jobs.get(id));
        let bridges = restless.filter(|job| job.follows_downstream());
        let ended: Vec<(u64, String, DateTime<Utc>)> = bridges
            .filter_map(|bridge| {
                let downstream = bridge.downstream?;
                let status = self.status_of(downstream)?;
                let is_finished = matches!(&*status, "success" | "failed" | "canceled" | "skipped");
                let ends = self.latest_jobs(downstream);
                let ends = ends.iter().filter_map(|job| job.finished_at);
                let at = ends.chain(bridge.started_at).max()?;
                is_finished.then_some((bridge.id, status, at))
            })
            .collect();
        let any = !ended.is_empty();
        for (id, status, at) in ended {
            if let Some(bridge) = self.jobs.get_mut(&id) {
                bridge.become_at(&status, at);
            }
        }
        any
    }

    /// Brings the status of each pipeline whose jobs may have changed up to date.
    pub(super) fn update_pipelines(&mut self) {
        let mut changed = std::mem::take(&mut self.shrunk);
        let restless = self.restless.iter().filter_map(|id| self.jobs.get(id));
        changed.extend(restless.map(|job| job.pipeline));
        for id in changed {
            let status = self.status_of(id);
            if let (Some(pipeline), Some(status)) = (self.pipelines.get_mut(&id), status) {
                pipeline.status = status;
            }
        }
    }

    /// Returns the status of a pipeline: that of its jobs, unless a test has set another.
    fn status_of(&self, pipeline: u64) -> Option<String> {
        let known = self.pipelines.get(&pipeline)?;
        if known.pinned {
            return Some(known.status.clone());
        }
        let jobs = self.latest_jobs(pipeline);
        Some(composite(&jobs, self.settings.failed_before_retry).to_owned())
    }

    /// Returns the jobs and bridges of a pipeline without those that a newer run has replaced.
    pub(crate) fn latest_jobs(&self, pipeline: u64) -> Vec<&Job> {
        let jobs = self.jobs.values();
        jobs.filter(|job| job.pipeline == pipeline && !job.retried)
            .collect()
    }
}

/// The status of a job that failed or was canceled, and may.
const WARNING: &str = "success_with_warnings";
/// The status of a manual job that may stay unplayed.
const IGNORED: &str = "ignored";

/// Returns the status that GitLab gives a pipeline with these jobs, by the same cases in the same order.
fn composite(jobs: &[&Job], failed_before_retry: bool) -> &'static str {
    let status = |job: &&Job| match job.status() {
        "failed" if job.retry_at.is_some() && !failed_before_retry => "running".to_owned(),
        "failed" | "canceled" if job.allows_failure() => WARNING.to_owned(),
        "manual" if job.allows_failure() => IGNORED.to_owned(),
        status => status.to_owned(),
    };
    let statuses: BTreeSet<String> = jobs.iter().map(status).collect();
    let any = |status: &str| statuses.contains(status);
    let only = |wanted: &[&str]| statuses.iter().all(|status| wanted.contains(&&**status));
    match () {
        () if statuses.is_empty() => "created",
        () if only(&["skipped", IGNORED]) => "skipped",
        () if only(&["success", "skipped", WARNING, IGNORED]) => "success",
        () if only(&["created", WARNING, IGNORED]) => "created",
        () if only(&["preparing", WARNING, IGNORED]) => "preparing",
        () if only(&["canceled", "success", "skipped", WARNING, IGNORED]) => "canceled",
        () if only(&["pending", "created", "skipped", WARNING, IGNORED]) => "pending",
        () if any("running") || any("pending") => "running",
        () if any("waiting_for_resource") => "waiting_for_resource",
        () if any("waiting_for_callback") => "waiting_for_callback",
        () if any("manual") => "manual",
        () if any("scheduled") => "scheduled",
        () if any("preparing") => "preparing",
        () if any("created") => "running",
        () if any("canceling") => "canceling",
        () => "failed",
    }
}
