//! The status of a pipeline, which follows that of its jobs, and of the bridges that depend on one.

use chrono::{DateTime, Utc};

use super::State;
use crate::job::Job;

impl State {
    /// Ends the bridges whose downstream pipelines have ended. Returns whether any did.
    pub(super) fn end_bridges(&mut self) -> bool {
        let restless = self.restless.iter().filter_map(|id| self.jobs.get(id));
        let bridges = restless.filter(|job| job.follows_downstream());
        let ended: Vec<(u64, &str, DateTime<Utc>)> = bridges
            .filter_map(|bridge| {
                let jobs = self.latest_jobs(bridge.downstream?);
                let status = status(&jobs);
                let is_finished = matches!(status, "success" | "failed" | "canceled" | "skipped");
                let ends = jobs.iter().filter_map(|job| job.finished_at);
                let at = ends.chain(bridge.started_at).max()?;
                is_finished.then_some((bridge.id, status, at))
            })
            .collect();
        let any = !ended.is_empty();
        for (id, status, at) in ended {
            if let Some(bridge) = self.jobs.get_mut(&id) {
                bridge.become_at(status, at);
            }
        }
        any
    }

    /// Brings the status of each pipeline whose jobs run in turn up to date.
    pub(super) fn update_pipelines(&mut self) {
        for id in &self.staged {
            let status = status(&self.latest_jobs(*id));
            if let Some(pipeline) = self.pipelines.get_mut(id) {
                status.clone_into(&mut pipeline.status);
            }
        }
    }

    fn latest_jobs(&self, pipeline: u64) -> Vec<&Job> {
        let jobs = self.jobs.values();
        jobs.filter(|job| job.pipeline == pipeline && !job.retried)
            .collect()
    }
}

/// Returns the status that GitLab shows for a pipeline with these jobs.
fn status(jobs: &[&Job]) -> &'static str {
    if jobs.is_empty() {
        return "created";
    }
    let counting = jobs
        .iter()
        .filter(|job| job.status != "manual" || !job.allows_failure());
    let statuses: Vec<&str> = counting
        .map(|job| match &*job.status {
            "failed" | "canceled" if job.allows_failure() => "success",
            status => status,
        })
        .collect();
    let any = |wanted: &[&str]| statuses.iter().any(|status| wanted.contains(status));
    let has_begun = any(&["success", "failed", "canceled", "skipped"]);
    let waits = [
        "pending",
        "preparing",
        "waiting_for_resource",
        "waiting_for_callback",
    ];
    match () {
        () if any(&["running", "canceling"]) => "running",
        () if any(&waits) && !has_begun => "pending",
        () if any(&waits) => "running",
        () if any(&["manual"]) => "manual",
        () if any(&["scheduled"]) => "scheduled",
        () if any(&["created"]) && !has_begun => "created",
        () if any(&["created"]) => "running",
        () if any(&["failed"]) => "failed",
        () if any(&["canceled"]) => "canceled",
        () if any(&["success"]) => "success",
        () => "skipped",
    }
}
