//! The JSON of `/job/allowed_agents`.

use serde_json::{Value, json};

use super::server::project_identity;
use super::{Render, object};
use crate::job::Job;
use crate::project::{Project, user};

impl Render<'_> {
    /// Renders the response of `/job/allowed_agents` for a job of the state.
    pub(crate) fn allowed_agents(self, job: &Job, project: &Project) -> Value {
        let config_project = project_identity(project);
        let agents = project.agents.iter().map(|agent| {
            json!({ "id": agent.id, "config_project": config_project, "configuration": agent.configuration })
        });
        let groups = project.groups.iter().map(|id| json!({ "id": id }));
        let mut fields = object(json!({
            "allowed_agents": agents.collect::<Vec<_>>(),
            "job": { "id": job.id },
            "pipeline": { "id": job.pipeline },
            "project": { "id": project.id, "groups": groups.collect::<Vec<_>>() },
            "user": {
                "id": job.user,
                "username": user(job.user).username,
                "roles_in_project": ["guest", "reporter", "developer"],
            },
        }));
        if let Some(name) = &job.environment {
            let environment =
                json!({ "tier": "production", "slug": name.replace(['/', ' '], "-") });
            fields.insert("environment".to_owned(), environment);
        }
        Value::Object(fields)
    }
}
