//! Projects, pipelines and users.

use chrono::{DateTime, Utc};
use serde_json::Value;

/// A project, with the ids of the groups above it.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    pub(crate) id: u64,
    pub(crate) full_path: String,
    pub(crate) groups: Vec<u64>,
    pub(crate) agents: Vec<Agent>,
    pub(crate) is_public: bool,
    pub(crate) created_at: DateTime<Utc>,
}

/// An agent that a project's jobs may use.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    pub(crate) id: u64,
    pub(crate) configuration: Value,
}

/// A pipeline.
#[derive(Debug, Clone)]
pub(crate) struct Pipeline {
    pub(crate) id: u64,
    /// The number within the project, from 1.
    pub(crate) iid: u64,
    pub(crate) project: u64,
    pub(crate) git_ref: String,
    pub(crate) sha: String,
    pub(crate) status: String,
    /// Whether a test has set the status, which then no longer follows the jobs.
    pub(crate) pinned: bool,
    pub(crate) yaml_errors: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
}

/// A user.
#[derive(Debug, Clone, Copy)]
pub(crate) struct User {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    pub(crate) username: &'static str,
}

const USERS: [User; 4] = [
    User {
        id: 1,
        name: "Administrator",
        username: "root",
    },
    User {
        id: 2,
        name: "Dana Developer",
        username: "dana",
    },
    User {
        id: 3,
        name: "Gus Guest",
        username: "gus",
    },
    User {
        id: 4,
        name: "Olga Outsider",
        username: "olga",
    },
];

/// Returns the user with this id, or the administrator if there is none.
pub(crate) fn user(id: u64) -> User {
    let found = USERS.iter().find(|user| user.id == id);
    *found.unwrap_or(&USERS[0])
}
