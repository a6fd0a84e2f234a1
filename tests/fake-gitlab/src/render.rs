//! The JSON of jobs and bridges, field by field as a recent server sends it.

mod agents;
mod pipeline;
mod server;
mod surroundings;

use chrono::{DateTime, Duration, FixedOffset, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use crate::job::Job;
use crate::project::user;
use crate::state::State;

/// Renders a server's data, with its web addresses below `web_root`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Render<'a> {
    pub(crate) state: &'a State,
    pub(crate) web_root: &'a str,
}

impl Render<'_> {
    /// Renders a job or bridge with every field of its kind.
    pub(crate) fn job(self, job: &Job) -> Value {
        let mut fields = self.common_fields(job);
        if job.bridge {
            let has_begun = !matches!(&*job.status, "created" | "manual" | "scheduled");
            let downstream = job.downstream.filter(|_| has_begun);
            let downstream = downstream.and_then(|id| self.state.pipelines.get(&id));
            fields.insert(
                "downstream_pipeline".to_owned(),
                downstream.map(|p| self.pipeline(p)).into(),
            );
        } else {
            fields.extend(self.job_fields(job));
        }
        for key in &job.without {
            fields.remove(key);
        }
        fields.extend(job.fields.clone());
        Value::Object(fields)
    }

    fn common_fields(self, job: &Job) -> Map<String, Value> {
        let until = job.finished_at.or(job.started_at.map(|_| self.state.now()));
        let pipeline = self.state.pipelines.get(&job.pipeline);
        let web_url = format!("{}/-/jobs/{}", self.project_url(job.project), job.id);
        let mut fields = object(json!({
            "id": job.id,
            "status": job.status,
            "stage": job.stage,
            "name": job.name,
            "ref": job.git_ref,
            "tag": false,
            "coverage": null,
            "allow_failure": job.allows_failure(),
            "created_at": time(job.created_at),
            "started_at": job.started_at.map(time),
            "finished_at": job.finished_at.map(time),
            "erased_at": job.erased_at.map(time),
            "duration": seconds(job.started_at, until),
            "queued_duration": seconds(job.queued_at, job.started_at.or(Some(self.state.now()))),
            "user": self.user(user(job.user)),
            "commit": pipeline.map(|pipeline| self.commit(pipeline)),
            "pipeline": pipeline.map(|pipeline| self.pipeline(pipeline)),
            "web_url": web_url,
            "project": { "ci_job_token_scope_enabled": false },
        }));
        if job.status == "failed" {
            let reason = job.failure_reason.as_deref().unwrap_or("unknown_failure");
            fields.insert("failure_reason".to_owned(), reason.into());
        }
        if !self.state.settings.old_fields_only {
            fields.insert("source".to_owned(), "push".into());
        }
        fields
    }

    fn job_fields(self, job: &Job) -> Map<String, Value> {
        let mut artifacts = Vec::new();
        // Servers make the log an artifact once it is complete.
        if job.is_finished() && job.log.len() > 0 {
            let size = job.log.len();
            artifacts.push(json!({ "file_type": "trace", "size": size, "filename": "job.log", "file_format": null }));
        }
        if job.artifacts {
            artifacts.push(json!({ "file_type": "archive", "size": 1000, "filename": "artifacts.zip", "file_format": "zip" }));
            artifacts.push(json!({ "file_type": "metadata", "size": 186, "filename": "metadata.gz", "file_format": "gzip" }));
        }
        let expires = job
            .finished_at
            .filter(|_| job.artifacts)
            .map(|end| time(end + Duration::days(30)));
        let mut fields = object(json!({
            "artifacts": artifacts,
            "runner": job.runner.map(|id| self.runner(id)),
            "artifacts_expire_at": expires,
            "archived": job.archived,
            "tag_list": job.tag_list,
        }));
        if job.artifacts {
            let file = json!({ "filename": "artifacts.zip", "size": 1000 });
            fields.insert("artifacts_file".to_owned(), file);
        }
        if !self.state.settings.old_fields_only {
            let manager = job.runner.map(|id| self.runner_manager(id, job));
            fields.insert("runner_manager".to_owned(), manager.into());
        }
        fields
    }

    fn project_url(self, project: u64) -> String {
        let path = self
            .state
            .projects
            .get(&project)
            .map(|project| &*project.full_path);
        format!("{}/{}", self.web_root, path.unwrap_or_default())
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Formats a time with an offset of one hour, as in commits.
fn time_with_offset(at: DateTime<Utc>) -> Option<String> {
    let offset = FixedOffset::east_opt(3600)?;
    let local = at.with_timezone(&offset);
    Some(local.to_rfc3339_opts(SecondsFormat::Millis, false))
}

fn seconds(from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> Option<f64> {
    let milliseconds = (to? - from?).num_milliseconds();
    Some(std::time::Duration::from_millis(milliseconds.try_into().ok()?).as_secs_f64())
}
