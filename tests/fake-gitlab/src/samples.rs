//! The samples of GitLab's documentation, served verbatim under their documented ids.

use chrono::DateTime;
use serde_json::Value;

use crate::log::Log;
use crate::route::Operation;

/// The id of the project whose jobs are the samples of GitLab's documentation; its full path is `foo/bar`.
pub const DOCUMENTED_PROJECT: u64 = 1;
/// The id of the samples' pipeline.
pub const DOCUMENTED_PIPELINE: u64 = 6;
/// The id of the sample job to read, which also has a log.
pub const DOCUMENTED_JOB: u64 = 8;
/// The id of the sample job to cancel, retry, erase or play.
pub const DOCUMENTED_ACTION_JOB: u64 = 1;

const LOG: &[u8] = b"\x1b[0KRunning with gitlab-runner 9.5.1\x1b[0;m\n\
section_start:1450979670:build_script\r\x1b[0KInspecting 1 file\n\
spec/teaspoon.rb:1:1: C: Missing magic comment.\n\
1 file inspected, 1 offense detected\n\
section_end:1450979671:build_script\r\x1b[0K\
\x1b[31;1mERROR: Job failed: exit code 1\x1b[0;m\n";

macro_rules! sample {
    ($name:literal) => {
        parse(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/samples/",
            $name,
            ".json"
        )))
    };
}

/// The samples, parsed.
#[derive(Debug)]
pub(crate) struct Samples {
    pub(crate) token_job: Value,
    pub(crate) allowed_agents: Value,
    project_jobs: Vec<Value>,
    pipeline_jobs: Vec<Value>,
    bridges: Vec<Value>,
    job: Value,
    cancel: Value,
    retry: Value,
    erase: Value,
    play: Value,
    /// The action whose sample was last sent for `DOCUMENTED_ACTION_JOB`.
    last_action: Operation,
}

impl Samples {
    pub(crate) fn new() -> Self {
        Self {
            token_job: sample!("get_job_token_job"),
            allowed_agents: sample!("get_allowed_agents"),
            project_jobs: list(sample!("list_project_jobs")),
            pipeline_jobs: list(sample!("list_pipeline_jobs")),
            bridges: list(sample!("list_pipeline_bridges")),
            job: sample!("get_job"),
            cancel: sample!("cancel_job"),
            retry: sample!("retry_job"),
            erase: sample!("erase_job"),
            play: sample!("play_job"),
            last_action: Operation::PlayJob,
        }
    }

    /// Returns the sample items of a list, in the documented order.
    pub(crate) fn items(&self, list: Operation) -> &[Value] {
        match list {
            Operation::ListProjectJobs => &self.project_jobs,
            Operation::ListPipelineJobs => &self.pipeline_jobs,
            _ if list.lists_bridges() => &self.bridges,
            _ => &[],
        }
    }

    pub(crate) fn job(&self, id: u64) -> Option<&Value> {
        match id {
            DOCUMENTED_JOB => Some(&self.job),
            DOCUMENTED_ACTION_JOB => Some(self.acted(self.last_action)),
            _ => self.project_jobs.iter().find(|job| job["id"] == id),
        }
    }

    /// Returns the pipeline that the samples of its jobs carry.
    pub(crate) fn pipeline(&self, id: u64) -> Option<&Value> {
        let mut pipelines = self.pipeline_jobs.iter().map(|job| &job["pipeline"]);
        pipelines.find(|pipeline| pipeline["id"] == id)
    }

    pub(crate) fn log(&self, id: u64) -> Log {
        let log: &[u8] = if id == DOCUMENTED_JOB { LOG } else { b"" };
        let finished = DateTime::from_timestamp(1_450_979_671, 0);
        Log::new(log, finished.unwrap_or_default())
    }

    /// Returns the sample response to an action on `DOCUMENTED_ACTION_JOB`.
    pub(crate) fn act(&mut self, action: Operation) -> &Value {
        self.last_action = action;
        self.acted(action)
    }

    fn acted(&self, action: Operation) -> &Value {
        match action {
            Operation::CancelJob => &self.cancel,
            Operation::RetryJob => &self.retry,
            Operation::EraseJob => &self.erase,
            _ => &self.play,
        }
    }
}

fn parse(json: &str) -> Value {
    serde_json::from_str(json).expect("the documented samples are JSON")
}

fn list(sample: Value) -> Vec<Value> {
    match sample {
        Value::Array(items) => items,
        other => vec![other],
    }
}
