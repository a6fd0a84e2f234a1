//! Jobs and trigger jobs (bridges).

mod change;
mod course;

use std::collections::VecDeque;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use crate::Clock;
use crate::log::Log;
use crate::script::{Script, Step};

/// A job or bridge.
///
/// [`State::add_job`](crate::State::add_job) and [`State::job_mut`](crate::State::job_mut) return one to change. Every
/// change returns the job again, so that changes can be chained:
///
/// ```
/// # let gitlab = fake_gitlab::FakeGitlab::start();
/// # gitlab.with(|state| {
/// # let project = state.add_project("group/project");
/// # let pipeline = state.add_pipeline(project);
/// let job = state.add_job(pipeline, "deploy").set_stage("deploy").set_status("manual").id();
/// state.job_mut(job).append_log("a line\n").set_status("failed").set_failure_reason("runner_system_failure");
/// # });
/// ```
#[derive(Debug, Clone)]
pub struct Job {
    pub(crate) id: u64,
    pub(crate) project: u64,
    pub(crate) pipeline: u64,
    pub(crate) bridge: bool,
    pub(crate) name: String,
    pub(crate) stage: String,
    pub(crate) status: String,
    pub(crate) failure_reason: Option<String>,
    pub(crate) git_ref: String,
    pub(crate) tag_list: Vec<String>,
    pub(crate) environment: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) queued_at: Option<DateTime<Utc>>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) finished_at: Option<DateTime<Utc>>,
    pub(crate) erased_at: Option<DateTime<Utc>>,
    pub(crate) runner: Option<u64>,
    pub(crate) user: u64,
    pub(crate) artifacts: bool,
    pub(crate) allow_failure: Option<bool>,
    pub(crate) archived: bool,
    pub(crate) retried: bool,
    /// The run whose place it has taken.
    pub(crate) retries: Option<u64>,
    /// When GitLab will retry it by itself.
    pub(crate) retry_at: Option<DateTime<Utc>>,
    pub(crate) size_refreshing: bool,
    pub(crate) debug_log: bool,
    pub(crate) downstream: Option<u64>,
    pub(crate) depends_on_downstream: bool,
    pub(crate) variables: Vec<(String, String)>,
    pub(crate) inputs: Map<String, Value>,
    pub(crate) log: Log,
    pub(crate) log_is_lost: bool,
    pub(crate) script: Option<Script>,
    /// The remaining steps of the script.
    pub(crate) course: VecDeque<(DateTime<Utc>, Step)>,
    pub(crate) turn: Turn,
    pub(crate) fields: Map<String, Value>,
    pub(crate) without: Vec<String>,
    pub(crate) clock: Clock,
}

/// Whether a job runs in turn, after the stages before its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It does not run in turn.
    Unneeded,
    Waiting,
    Taken,
}

impl Job {
    pub(crate) fn new(id: u64, project: u64, pipeline: u64, name: &str, clock: Clock) -> Self {
        let now = clock.now();
        Self {
            id,
            project,
            pipeline,
            bridge: false,
            name: name.to_owned(),
            stage: "test".to_owned(),
            status: "created".to_owned(),
            failure_reason: None,
            git_ref: "main".to_owned(),
            tag_list: Vec::new(),
            environment: None,
            created_at: now,
            queued_at: None,
            started_at: None,
            finished_at: None,
            erased_at: None,
            runner: None,
            user: 1,
            artifacts: false,
            allow_failure: None,
            archived: false,
            retried: false,
            retries: None,
            retry_at: None,
            size_refreshing: false,
            debug_log: false,
            downstream: None,
            depends_on_downstream: false,
            variables: Vec::new(),
            inputs: Map::new(),
            log: Log::default(),
            log_is_lost: false,
            script: None,
            course: VecDeque::new(),
            turn: Turn::Unneeded,
            fields: Map::new(),
            without: Vec::new(),
            clock,
        }
    }
}

/// Reading.
impl Job {
    /// Returns the id.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Returns the id of the project.
    #[must_use]
    pub fn project(&self) -> u64 {
        self.project
    }

    /// Returns the id of the pipeline.
    #[must_use]
    pub fn pipeline(&self) -> u64 {
        self.pipeline
    }

    /// Returns whether it is a trigger job.
    #[must_use]
    pub fn is_bridge(&self) -> bool {
        self.bridge
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> &str {
        &self.status
    }

    /// Returns whether the status is final: `success`, `failed`, `canceled` or `skipped`.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        matches!(&*self.status, "success" | "failed" | "canceled" | "skipped")
    }

    /// Returns whether it may fail, or stay unplayed, without consequences for its pipeline.
    #[must_use]
    pub fn allows_failure(&self) -> bool {
        let manual = self.script.as_ref().is_some_and(|script| script.manual);
        self.allow_failure.unwrap_or(manual)
    }

    /// Returns whether a newer job has taken its place.
    #[must_use]
    pub fn is_retried(&self) -> bool {
        self.retried
    }

    /// Returns whether it has been erased.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.erased_at.is_some()
    }

    /// Returns the variables it was played with, in the order they were sent.
    #[must_use]
    pub fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// Returns the inputs it was played or retried with.
    #[must_use]
    pub fn inputs(&self) -> &Map<String, Value> {
        &self.inputs
    }

    /// Returns the log as it is now, without the part that is generated.
    #[must_use]
    pub fn log(&self) -> &[u8] {
        self.log.kept()
    }

    /// Returns the length of the log in bytes, including the part that is generated.
    #[must_use]
    pub fn log_length(&self) -> u64 {
        self.log.len()
    }

    /// Returns the job's own token (`CI_JOB_TOKEN`), which is valid while the job runs.
    #[must_use]
    pub fn token(&self) -> String {
        format!("{}{}", crate::auth::JOB_TOKEN_PREFIX, self.id)
    }
}
