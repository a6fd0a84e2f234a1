//! The JSON of what belongs to a job: its pipeline, commit, user and runner.

use serde_json::{Value, json};

use super::{Render, object, time, time_with_offset};
use crate::job::Job;
use crate::project::{Pipeline, User};

impl Render<'_> {
    pub(super) fn pipeline(self, pipeline: &Pipeline) -> Value {
        let mut fields = object(json!({
            "id": pipeline.id,
            "project_id": pipeline.project,
            "sha": pipeline.sha,
            "ref": pipeline.git_ref,
            "status": pipeline.status,
        }));
        if !self.state.settings.old_fields_only {
            let web_url = format!(
                "{}/-/pipelines/{}",
                self.project_url(pipeline.project),
                pipeline.id
            );
            fields.extend(object(json!({
                "iid": pipeline.iid,
                "source": "push",
                "created_at": time(pipeline.created_at),
                "updated_at": time(pipeline.created_at),
                "web_url": web_url,
            })));
        }
        Value::Object(fields)
    }

    pub(super) fn commit(self, pipeline: &Pipeline) -> Value {
        let at = time_with_offset(pipeline.created_at);
        let mut fields = object(json!({
            "id": pipeline.sha,
            "short_id": &pipeline.sha[..8],
            "title": "Test the CI integration.",
            "message": "Test the CI integration.\n\nSigned-off-by: Dana Developer",
            "author_name": "Dana Developer",
            "author_email": "dana@example.com",
            "created_at": at,
        }));
        if !self.state.settings.old_fields_only {
            let web_url = format!(
                "{}/-/commit/{}",
                self.project_url(pipeline.project),
                pipeline.sha
            );
            fields.extend(object(json!({
                "parent_ids": ["0ff3ae198f8601a285adcf5c0fff204ee6fba5fd"],
                "authored_date": at,
                "committer_name": "Dana Developer",
                "committer_email": "dana@example.com",
                "committed_date": at,
                "trailers": { "Signed-off-by": "Dana Developer" },
                "extended_trailers": { "Signed-off-by": ["Dana Developer"] },
                "web_url": web_url,
            })));
        }
        Value::Object(fields)
    }

    pub(crate) fn user(self, user: User) -> Value {
        let mut fields = object(json!({
            "id": user.id,
            "name": user.name,
            "username": user.username,
            "state": "active",
            "avatar_url": null,
            "web_url": format!("{}/{}", self.web_root, user.username),
            "created_at": "2015-12-21T13:14:24.077Z",
            "bio": "",
            "location": null,
            "public_email": null,
            "linkedin": "",
            "twitter": "",
            "website_url": "",
            "organization": "",
        }));
        if self.state.settings.old_fields_only {
            fields.insert("skype".to_owned(), "".into());
        } else {
            fields.extend(object(json!({
                "locked": false,
                "discord": "",
                "mastodon": "",
                "github": "",
                "job_title": "",
                "pronouns": null,
                "bot": false,
                "work_information": null,
                "followers": 0,
                "following": 0,
                "local_time": null,
            })));
        }
        Value::Object(fields)
    }

    pub(super) fn runner(self, id: u64) -> Value {
        let mut fields = object(json!({
            "id": id,
            "description": "a runner for tests",
            "ip_address": "127.0.0.1",
            "active": true,
            "paused": false,
            "is_shared": true,
            "runner_type": "instance_type",
            "name": "gitlab-runner",
            "online": true,
            "status": "online",
        }));
        if !self.state.settings.old_fields_only {
            fields.extend(object(json!({
                "created_by": null,
                "created_at": "2023-05-01T09:00:00.000Z",
                "job_execution_status": "active",
            })));
        }
        Value::Object(fields)
    }

    pub(super) fn runner_manager(self, id: u64, job: &Job) -> Value {
        json!({
            "id": id,
            "system_id": "s_89e5e9956577",
            "version": "17.0.0",
            "revision": "44feccdf",
            "platform": "linux",
            "architecture": "amd64",
            "created_at": "2023-05-01T09:00:00.000Z",
            "contacted_at": job.started_at.map(time),
            "ip_address": "127.0.0.1",
            "status": "online",
        })
    }
}
