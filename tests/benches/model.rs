//! Hand-written models of a job: the same fields as the SDK's, with derived decoding, chrono's times, and strings
//! instead of open enums.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) stage: String,
    pub(crate) status: JobStatus,
    pub(crate) failure_reason: Option<String>,
    pub(crate) r#ref: String,
    pub(crate) tag: Option<bool>,
    pub(crate) source: Option<String>,
    pub(crate) allow_failure: Option<bool>,
    pub(crate) coverage: Option<f64>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
    pub(crate) erased_at: Option<DateTime<Utc>>,
    pub(crate) duration: Option<f64>,
    pub(crate) queued_duration: Option<f64>,
    pub(crate) archived: Option<bool>,
    pub(crate) web_url: String,
    pub(crate) user: Option<User>,
    pub(crate) commit: Option<Commit>,
    pub(crate) pipeline: Option<Pipeline>,
    pub(crate) downstream_pipeline: Option<Pipeline>,
    pub(crate) project: Option<Project>,
    #[serde(default)]
    pub(crate) tag_list: Vec<String>,
    pub(crate) runner: Option<Runner>,
    pub(crate) runner_manager: Option<RunnerManager>,
    pub(crate) artifacts_file: Option<ArtifactsFile>,
    #[serde(default)]
    pub(crate) artifacts: Vec<Artifact>,
    pub(crate) artifacts_expire_at: Option<DateTime<Utc>>,
    pub(crate) download_url: Option<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JobStatus {
    Created,
    WaitingForResource,
    Preparing,
    WaitingForCallback,
    Pending,
    Running,
    Success,
    Failed,
    Canceling,
    Canceled,
    Skipped,
    Manual,
    Scheduled,
    #[serde(other)]
    Unknown,
}

#[derive(Debug, Deserialize)]
pub(crate) struct User {
    pub(crate) id: u64,
    pub(crate) username: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) locked: Option<bool>,
    pub(crate) avatar_url: Option<String>,
    pub(crate) web_url: Option<String>,
    pub(crate) created_at: Option<DateTime<Utc>>,
    pub(crate) bio: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) public_email: Option<String>,
    pub(crate) skype: Option<String>,
    pub(crate) linkedin: Option<String>,
    pub(crate) twitter: Option<String>,
    pub(crate) discord: Option<String>,
    pub(crate) mastodon: Option<String>,
    pub(crate) github: Option<String>,
    pub(crate) website_url: Option<String>,
    pub(crate) organization: Option<String>,
    pub(crate) job_title: Option<String>,
    pub(crate) work_information: Option<String>,
    pub(crate) pronouns: Option<String>,
    pub(crate) bot: Option<bool>,
    pub(crate) followers: Option<u64>,
    pub(crate) following: Option<u64>,
    pub(crate) local_time: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Commit {
    pub(crate) id: String,
    pub(crate) short_id: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) author_name: Option<String>,
    pub(crate) author_email: Option<String>,
    pub(crate) authored_date: Option<DateTime<Utc>>,
    pub(crate) committer_name: Option<String>,
    pub(crate) committer_email: Option<String>,
    pub(crate) committed_date: Option<DateTime<Utc>>,
    pub(crate) created_at: Option<DateTime<Utc>>,
    #[serde(default)]
    pub(crate) parent_ids: Vec<String>,
    #[serde(default)]
    pub(crate) trailers: Map<String, Value>,
    #[serde(default)]
    pub(crate) extended_trailers: Map<String, Value>,
    pub(crate) web_url: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Pipeline {
    pub(crate) id: u64,
    pub(crate) iid: Option<u64>,
    pub(crate) project_id: Option<u64>,
    pub(crate) sha: String,
    pub(crate) r#ref: String,
    pub(crate) status: String,
    pub(crate) source: Option<String>,
    pub(crate) created_at: Option<DateTime<Utc>>,
    pub(crate) updated_at: Option<DateTime<Utc>>,
    pub(crate) web_url: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Project {
    pub(crate) ci_job_token_scope_enabled: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Runner {
    pub(crate) id: u64,
    pub(crate) description: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) ip_address: Option<String>,
    pub(crate) active: Option<bool>,
    pub(crate) paused: Option<bool>,
    pub(crate) is_shared: Option<bool>,
    pub(crate) runner_type: Option<String>,
    pub(crate) online: Option<bool>,
    pub(crate) status: Option<String>,
    pub(crate) job_execution_status: Option<String>,
    pub(crate) created_by: Option<User>,
    pub(crate) created_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RunnerManager {
    pub(crate) id: u64,
    pub(crate) system_id: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) revision: Option<String>,
    pub(crate) platform: Option<String>,
    pub(crate) architecture: Option<String>,
    pub(crate) created_at: Option<DateTime<Utc>>,
    pub(crate) contacted_at: Option<DateTime<Utc>>,
    pub(crate) ip_address: Option<String>,
    pub(crate) status: Option<String>,
    pub(crate) job_execution_status: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ArtifactsFile {
    pub(crate) filename: String,
    pub(crate) size: Option<u64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Artifact {
    pub(crate) file_type: String,
    pub(crate) size: Option<u64>,
    pub(crate) filename: Option<String>,
    pub(crate) file_format: Option<String>,
}
