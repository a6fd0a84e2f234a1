//! The JSON of `GET /projects/:id/pipelines/:pipeline_id`.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Render, object, seconds, time};
use crate::job::Job;
use crate::project::{Pipeline, user};

impl Render<'_> {
    /// Renders a pipeline with what only its own page has: times, `yaml_errors`, `detailed_status`.
    pub(crate) fn whole_pipeline(self, pipeline: &Pipeline) -> Value {
        let jobs = self.state.latest_jobs(pipeline.id);
        let started = jobs.iter().filter_map(|job| job.started_at).min();
        let is_finished = matches!(
            &*pipeline.status,
            "success" | "failed" | "canceled" | "skipped"
        );
        let ends = jobs.iter().filter_map(|job| job.finished_at);
        let ended = ends.max().unwrap_or(pipeline.created_at);
        let mut fields = self.pipeline(pipeline);
        let more = json!({
            "before_sha": "0000000000000000000000000000000000000000",
            "tag": false,
            "yaml_errors": pipeline.yaml_errors,
            "user": self.user(user(1)),
            "started_at": started.map(time),
            "finished_at": is_finished.then(|| time(ended)),
            "committed_at": null,
            "duration": is_finished.then(|| running_time(&jobs)).flatten(),
            "queued_duration": seconds(Some(pipeline.created_at), started).map(|s| s as u64),
            "coverage": null,
            "detailed_status": self.detailed_status(pipeline),
        });
        if let Value::Object(fields) = &mut fields {
            fields.extend(object(more));
        }
        fields
    }

    fn detailed_status(self, pipeline: &Pipeline) -> Value {
        let (text, icon) = match &*pipeline.status {
            "success" => ("Passed", "success"),
            "waiting_for_resource" | "waiting_for_callback" => ("Waiting", "pending"),
            "manual" => ("Blocked", "manual"),
            "scheduled" => ("Delayed", "scheduled"),
            other => (other, other),
        };
        let mut letters = text.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        let text: String = first.into_iter().chain(letters).collect();
        let label = text.to_lowercase();
        let path = format!(
            "{}/-/pipelines/{}",
            self.project_url(pipeline.project),
            pipeline.id
        );
        json!({
            "icon": format!("status_{icon}"),
            "text": text,
            "label": label,
            "group": pipeline.status.replace('_', "-"),
            "tooltip": label,
            "has_details": true,
            "details_path": path.strip_prefix(self.web_root).unwrap_or(&path),
            "illustration": null,
            "favicon": format!("/assets/ci_favicons/favicon_status_{icon}.png"),
        })
    }
}

/// Returns the seconds during which at least one job ran, or `None` if none has.
fn running_time(jobs: &[&Job]) -> Option<i64> {
    let mut periods: Vec<(DateTime<Utc>, DateTime<Utc>)> = jobs
        .iter()
        .filter_map(|job| Some((job.started_at?, job.finished_at?)))
        .collect();
    periods.sort_unstable();
    let mut until = periods.first()?.0;
    let mut total = TimeDelta::zero();
    for (start, end) in periods {
        total += (end - start.max(until)).max(TimeDelta::zero());
        until = until.max(end);
    }
    Some(total.num_seconds())
}
