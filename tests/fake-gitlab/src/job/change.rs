//! How a test, or an operation, changes a job.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Course, Job};
use crate::script::Script;

/// Changes.
impl Job {
    /// Sets the status, any word, and with it the times, the runner and the failure reason that go with it: a running
    /// job has started on a runner, a finished one has finished, a failed one has a reason. Ends a running script.
    pub fn set_status(&mut self, status: &str) -> &mut Self {
        self.course = None;
        let now = self.clock.now();
        self.become_at(status, now);
        self
    }

    /// Why the job failed, any word. Shown only while the status is `failed`.
    pub fn set_failure_reason(&mut self, reason: &str) -> &mut Self {
        self.failure_reason = Some(reason.to_owned());
        self
    }

    /// The stage; `test` unless set.
    pub fn set_stage(&mut self, stage: &str) -> &mut Self {
        stage.clone_into(&mut self.stage);
        self
    }

    /// The branch or tag; `main` unless set.
    pub fn set_ref(&mut self, git_ref: &str) -> &mut Self {
        git_ref.clone_into(&mut self.git_ref);
        self
    }

    /// The runner tags the job asks for; none unless set.
    pub fn set_tag_list(&mut self, tags: &[&str]) -> &mut Self {
        self.tag_list = tags.iter().map(|&tag| tag.to_owned()).collect();
        self
    }

    /// The environment the job deploys to, which shows in `/job/allowed_agents`.
    pub fn set_environment(&mut self, name: &str) -> &mut Self {
        self.environment = Some(name.to_owned());
        self
    }

    /// The id of the runner, or none. A job that starts to run gets one by itself.
    pub fn set_runner(&mut self, runner: Option<u64>) -> &mut Self {
        self.runner = runner;
        self
    }

    /// Whether the job has artifacts (`artifacts_file`, `artifacts`, `artifacts_expire_at`).
    pub fn set_artifacts(&mut self, artifacts: bool) -> &mut Self {
        self.artifacts = artifacts;
        self
    }

    /// Whether the job is archived, and so can be neither played nor retried.
    pub fn set_archived(&mut self, archived: bool) -> &mut Self {
        self.archived = archived;
        self
    }

    /// Whether a newer job has taken this one's place, which hides it from a pipeline's list.
    pub fn set_retried(&mut self, retried: bool) -> &mut Self {
        self.retried = retried;
        self
    }

    /// Whether erasing it answers 409, as while the project's artifact sizes are refreshed.
    pub fn set_size_refreshing(&mut self, refreshing: bool) -> &mut Self {
        self.size_refreshing = refreshing;
        self
    }

    /// Whether its log is a debug trace, which answers 403 to a guest.
    pub fn set_debug_log(&mut self, debug: bool) -> &mut Self {
        self.debug_log = debug;
        self
    }

    /// The pipeline a bridge has started, or none. Any existing pipeline will do.
    pub fn set_downstream(&mut self, pipeline: Option<u64>) -> &mut Self {
        self.downstream = pipeline;
        self
    }

    /// Appends bytes to the log.
    pub fn append_log(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        self.rewrite_log_end(0, bytes)
    }

    /// Replaces the log.
    pub fn set_log(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let bytes = Bytes::copy_from_slice(bytes.as_ref());
        self.log.replace(0, bytes, self.clock.now());
        self
    }

    /// Replaces the log by one of `length` bytes that are generated while they are sent; see [`GeneratedLog`]. Called
    /// again with a greater length, it makes the log grow.
    ///
    /// [`GeneratedLog`]: crate::GeneratedLog
    pub fn set_generated_log(&mut self, length: u64) -> &mut Self {
        self.log.replace(length, Bytes::new(), self.clock.now());
        self
    }

    /// Removes the last `removed` bytes of the log and appends `bytes`, as a runner does that writes its last chunk
    /// again.
    pub fn rewrite_log_end(&mut self, removed: u64, bytes: impl AsRef<[u8]>) -> &mut Self {
        let now = self.clock.now();
        self.log.rewrite_end(removed, bytes.as_ref(), now);
        self
    }

    /// Removes log and artifacts, as the erase operation does.
    pub fn erase(&mut self) -> &mut Self {
        let now = self.clock.now();
        self.erase_at(now);
        self
    }

    pub(super) fn erase_at(&mut self, at: DateTime<Utc>) {
        self.log.replace(0, Bytes::new(), at);
        self.artifacts = false;
        self.erased_at = Some(at);
    }

    /// Adds or replaces a field of the JSON this job is shown as, known to GitLab or not.
    pub fn set_field(&mut self, key: &str, value: impl Into<Value>) -> &mut Self {
        self.without.retain(|absent| absent != key);
        self.fields.insert(key.to_owned(), value.into());
        self
    }

    /// Leaves a field out of the JSON this job is shown as.
    pub fn remove_field(&mut self, key: &str) -> &mut Self {
        self.fields.remove(key);
        self.without.push(key.to_owned());
        self
    }

    /// Gives the job a script. A manual job waits with it until it is played, a finished one until it is retried;
    /// any other begins now.
    pub fn run(&mut self, script: Script) -> &mut Self {
        self.script = Some(script);
        if self.status != "manual" && !self.is_finished() {
            self.begin();
        }
        self
    }

    /// Makes the job pending and, if it has a script, begins it.
    pub(crate) fn begin(&mut self) {
        let now = self.clock.now();
        self.become_at("pending", now);
        self.course = self.script.is_some().then_some(Course {
            began: now,
            steps_done: 0,
        });
        self.catch_up(now);
    }
}
