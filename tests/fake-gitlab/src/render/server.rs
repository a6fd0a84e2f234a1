//! The JSON of what programs ask first: the server's version, the token's user, and the project.

use serde_json::{Value, json};

use super::{Render, object, time};
use crate::project::{Project, User};

impl Render<'_> {
    /// Renders the response of `GET /version`.
    pub(crate) fn version(self) -> Value {
        let version = if self.state.settings.old_fields_only {
            "17.11.7"
        } else {
            "19.2.0"
        };
        json!({ "version": version, "revision": "8a1bc2d4e5f" })
    }

    /// Renders the response of `GET /user`.
    pub(crate) fn current_user(self, user: User) -> Value {
        let mut fields = self.user(user);
        let email = format!("{}@example.com", user.username);
        let own = json!({
            "email": email,
            "commit_email": email,
            "public_email": null,
            "last_sign_in_at": null,
            "confirmed_at": "2015-12-21T13:14:24.077Z",
            "last_activity_on": null,
            "current_sign_in_at": null,
            "theme_id": 1,
            "color_scheme_id": 1,
            "projects_limit": 100,
            "identities": [],
            "can_create_group": true,
            "can_create_project": true,
            "two_factor_enabled": false,
            "external": false,
            "private_profile": false,
            "is_admin": user.id == 1,
        });
        if let Value::Object(fields) = &mut fields {
            fields.extend(object(own));
        }
        fields
    }

    /// Renders the response of `GET /projects/:id`.
    pub(crate) fn project(self, project: &Project) -> Value {
        let web_url = self.project_url(project.id);
        let namespace = project.full_path.rsplit_once('/');
        let namespace = namespace.map_or("", |(namespace, _)| namespace);
        let name = namespace.rsplit('/').next().unwrap_or_default();
        let mut fields = project_identity(project);
        let more = json!({
            "default_branch": "main",
            "tag_list": [],
            "topics": [],
            "http_url_to_repo": format!("{web_url}.git"),
            "web_url": web_url,
            "readme_url": null,
            "avatar_url": null,
            "forks_count": 0,
            "star_count": 0,
            "last_activity_at": time(project.created_at),
            "visibility": if project.is_public { "public" } else { "private" },
            "archived": false,
            "jobs_enabled": true,
            "public_jobs": true,
            "namespace": {
                "id": project.groups.last(),
                "name": name,
                "path": name,
                "kind": "group",
                "full_path": namespace,
                "parent_id": project.groups.iter().rev().nth(1),
                "avatar_url": null,
                "web_url": format!("{}/groups/{namespace}", self.web_root),
            },
        });
        if let Value::Object(fields) = &mut fields {
            fields.extend(object(more));
        }
        fields
    }
}

/// Renders the fields by which other objects identify a project.
pub(super) fn project_identity(project: &Project) -> Value {
    let (namespace, name) = project
        .full_path
        .rsplit_once('/')
        .unwrap_or(("", &project.full_path));
    json!({
        "id": project.id,
        "description": null,
        "name": name,
        "name_with_namespace": format!("{} / {name}", namespace.replace('/', " / ")),
        "path": name,
        "path_with_namespace": project.full_path,
        "created_at": time(project.created_at),
    })
}
