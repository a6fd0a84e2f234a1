//! Changing a job, by a test or by an operation.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Job, Turn};
use crate::script::Script;

/// Changes.
impl Job {
    /// Sets the status, to any word, with the times, runner and failure reason that belong to it: a running job has
    /// started on a runner, a finished one has an end, a failed one a reason. Ends the job's script.
    pub fn set_status(&mut self, status: &str) -> &mut Self {
        self.stop_waiting();
        let now = self.clock.now();
        self.become_at(status, now);
        self
    }

    /// Sets the failure reason, to any word. It shows only while the status is `failed`.
    pub fn set_failure_reason(&mut self, reason: &str) -> &mut Self {
        self.failure_reason = Some(reason.to_owned());
        self
    }

    /// Sets the stage. The default is `test`.
    pub fn set_stage(&mut self, stage: &str) -> &mut Self {
        stage.clone_into(&mut self.stage);
        self
    }

    /// Sets the branch or tag. The default is `main`.
    pub fn set_ref(&mut self, git_ref: &str) -> &mut Self {
        git_ref.clone_into(&mut self.git_ref);
        self
    }

    /// Sets the runner tags that the job requires. The default is none.
    pub fn set_tag_list(&mut self, tags: &[&str]) -> &mut Self {
        self.tag_list = tags.iter().map(|&tag| tag.to_owned()).collect();
        self
    }

    /// Sets the environment that the job deploys to, which shows in `/job/allowed_agents`.
    pub fn set_environment(&mut self, name: &str) -> &mut Self {
        self.environment = Some(name.to_owned());
        self
    }

    /// Sets the id of the runner, or none. A job that starts to run gets a runner by itself.
    pub fn set_runner(&mut self, runner: Option<u64>) -> &mut Self {
        self.runner = runner;
        self
    }

    /// Sets whether the job has artifacts (`artifacts_file`, `artifacts`, `artifacts_expire_at`).
    pub fn set_artifacts(&mut self, artifacts: bool) -> &mut Self {
        self.artifacts = artifacts;
        self
    }

    /// Sets whether the job is archived. An archived job can be neither played nor retried.
    pub fn set_archived(&mut self, archived: bool) -> &mut Self {
        self.archived = archived;
        self
    }

    /// Sets whether a newer job has taken this one's place. If so, a pipeline's list leaves it out.
    pub fn set_retried(&mut self, retried: bool) -> &mut Self {
        self.retried = retried;
        self
    }

    /// Sets whether the sizes of the project's artifacts are being refreshed, when erase returns 409.
    pub fn set_size_refreshing(&mut self, refreshing: bool) -> &mut Self {
        self.size_refreshing = refreshing;
        self
    }

    /// Sets whether the log is a debug trace, for which a guest gets 403.
    pub fn set_debug_log(&mut self, debug: bool) -> &mut Self {
        self.debug_log = debug;
        self
    }

    /// Sets whether the job may fail without failing its pipeline. A manual job that may is optional.
    pub fn set_allow_failure(&mut self, allow: bool) -> &mut Self {
        self.allow_failure = Some(allow);
        self
    }

    /// Sets the pipeline that a bridge starts, or none. It shows once the bridge is at least pending.
    pub fn set_downstream(&mut self, pipeline: Option<u64>) -> &mut Self {
        self.downstream = pipeline;
        self
    }

    /// Makes a bridge start this pipeline and, once it runs, end with its status (`strategy: depend`).
    pub fn depend_on_downstream(&mut self, pipeline: u64) -> &mut Self {
        self.depends_on_downstream = true;
        self.set_downstream(Some(pipeline))
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

    /// Removes the last `removed` bytes of the log and appends `bytes`, like a runner that rewrites its last
    /// chunk.
    pub fn rewrite_log_end(&mut self, removed: u64, bytes: impl AsRef<[u8]>) -> &mut Self {
        let now = self.clock.now();
        self.log.rewrite_end(removed, bytes.as_ref(), now);
        self
    }

    /// Sets whether the log is gone from the store, so that requests for it return 404, although the job has run.
    pub fn set_log_lost(&mut self, lost: bool) -> &mut Self {
        self.log_is_lost = lost;
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

    /// Adds or replaces a field of the job's JSON, whether GitLab knows it or not.
    pub fn set_field(&mut self, key: &str, value: impl Into<Value>) -> &mut Self {
        self.without.retain(|absent| absent != key);
        self.fields.insert(key.to_owned(), value.into());
        self
    }

    /// Leaves a field out of the job's JSON.
    pub fn remove_field(&mut self, key: &str) -> &mut Self {
        self.fields.remove(key);
        self.without.push(key.to_owned());
        self
    }

    /// Gives the job a script. A manual job begins it when it is played, a finished job when it is retried, any other
    /// job now. A job without a script stays pending when it is played or retried.
    pub fn run(&mut self, script: Script) -> &mut Self {
        let manual = script.manual || self.status == "manual";
        self.script = Some(script);
        if manual && !self.is_finished() {
            self.set_status("manual");
        } else if !self.is_finished() {
            self.begin_at(self.clock.now(), true);
        }
        self
    }

    /// Gives the job a script that begins once all jobs of the earlier stages are done. Until then the job is
    /// `created`; it is `skipped` if one of them failed or was canceled.
    ///
    /// Stages have the order in which their first jobs were added. Jobs that are allowed to fail, and optional manual
    /// jobs, do not hold up later stages. A downstream pipeline begins when its bridge starts to run. After a retry, the
    /// jobs that had been skipped wait again. The status of a pipeline with such jobs follows theirs.
    ///
    /// ```
    /// use std::time::Duration;
    /// use fake_gitlab::{Clock, FakeGitlab, Script};
    ///
    /// const MINUTE: Duration = Duration::from_secs(60);
    /// let clock = Clock::manual();
    /// let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
    /// let [build, deploy] = gitlab.with(|state| {
    ///     let project = state.add_project("group/project");
    ///     let pipeline = state.add_pipeline(project);
    ///     let build = state.add_job(pipeline, "build").set_stage("build");
    ///     let build = build.run_in_turn(Script::build(MINUTE)).id();
    ///     let deploy = state.add_job(pipeline, "deploy").set_stage("deploy");
    ///     [build, deploy.run_in_turn(Script::build(MINUTE).manual()).id()]
    /// });
    /// assert_eq!([gitlab.job(build).status(), gitlab.job(deploy).status()], ["running", "created"]);
    /// clock.advance(MINUTE);
    /// assert_eq!([gitlab.job(build).status(), gitlab.job(deploy).status()], ["success", "manual"]);
    /// ```
    pub fn run_in_turn(&mut self, script: Script) -> &mut Self {
        self.set_status("created");
        self.script = Some(script);
        self.turn = Turn::Waiting;
        self
    }
}
