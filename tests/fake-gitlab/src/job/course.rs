//! How a job goes from one status to the next, and follows its script as time passes.

use chrono::{DateTime, Utc};

use super::{Job, Turn};
use crate::script::{Script, Step};

const DEFAULT_RUNNER: u64 = 32;

impl Job {
    /// Sets the status as of `at`, with the times, runner and reason that belong to it.
    pub(crate) fn become_at(&mut self, status: &str, at: DateTime<Utc>) {
        status.clone_into(&mut self.status);
        if self.status != "failed" {
            self.failure_reason = None;
        }
        let gap = self.script.as_ref().and_then(Script::gap_before_retry);
        self.retry_at = gap.filter(|_| status == "failed").map(|gap| at + gap);
        match status {
            "created"
            | "pending"
            | "preparing"
            | "manual"
            | "scheduled"
            | "waiting_for_resource"
            | "waiting_for_callback" => {
                self.queued_at = (status == "pending").then_some(at);
                self.started_at = None;
                self.finished_at = None;
                self.runner = None;
            }
            "running" => {
                self.start(at);
                self.finished_at = None;
            }
            "success" | "failed" => {
                self.start(at);
                self.finished_at = Some(at);
                if status == "failed" && self.failure_reason.is_none() {
                    self.failure_reason = Some("script_failure".to_owned());
                }
            }
            "canceled" | "skipped" => self.finished_at = Some(at),
            _ => {}
        }
    }

    fn start(&mut self, at: DateTime<Utc>) {
        self.queued_at.get_or_insert(at);
        self.started_at.get_or_insert(at);
        if !self.bridge {
            self.runner.get_or_insert(DEFAULT_RUNNER);
        }
    }

    /// Begins the job's script as of `at`, or makes the job pending if it has none.
    pub(crate) fn begin_at(&mut self, at: DateTime<Utc>, may_be_scheduled: bool) {
        self.stop_waiting();
        let Some(script) = &self.script else {
            self.become_at("pending", at);
            return;
        };
        let mut time = at;
        for (status, duration) in &script.before_pending {
            if may_be_scheduled || status != "scheduled" {
                self.course.push_back((time, Step::Status(status.clone())));
                time += *duration;
            }
        }
        let pending = Step::Status("pending".to_owned());
        self.course.push_back((time, pending));
        let runs_at = time + script.pending_for;
        let running = Step::Status("running".to_owned());
        self.course.push_back((runs_at, running));
        let steps = script.steps.iter();
        self.course
            .extend(steps.map(|(offset, step)| (runs_at + *offset, step.clone())));
        self.catch_up(self.clock.now());
    }

    /// Discards the job's remaining steps.
    pub(crate) fn stop_waiting(&mut self) {
        self.course.clear();
        if self.turn == Turn::Waiting {
            self.turn = Turn::Taken;
        }
    }

    /// Begins the job now, because it was played or retried.
    pub(crate) fn begin(&mut self) {
        self.begin_at(self.clock.now(), false);
    }

    /// Begins the job as of `at`, when the stages before its own were done. A manual job waits to be played instead.
    pub(crate) fn take_turn(&mut self, at: DateTime<Utc>) {
        self.turn = Turn::Taken;
        if self.script.as_ref().is_some_and(|script| script.manual) {
            self.become_at("manual", at);
        } else {
            self.begin_at(at, true);
        }
    }

    /// Runs the steps of the script up to `now`, each at its own time.
    pub(crate) fn catch_up(&mut self, now: DateTime<Utc>) {
        while self.course.front().is_some_and(|(at, _)| *at <= now)
            && let Some((at, step)) = self.course.pop_front()
        {
            match step {
                Step::Status(status) => self.become_at(&status, at),
                Step::Write(bytes) => self.log.rewrite_end(0, &bytes, at),
                Step::RewriteLogEnd { removed, bytes } => self.log.rewrite_end(removed, &bytes, at),
                Step::SetLog { generated, bytes } => self.log.replace(generated, bytes, at),
                Step::Erase => self.erase_at(at),
            }
        }
    }

    /// Returns whether time, or the end of other jobs, will change the job without a request.
    pub(crate) fn is_restless(&self) -> bool {
        !self.course.is_empty()
            || self.turn == Turn::Waiting
            || (self.retry_at.is_some() && !self.retried)
            || self.follows_downstream()
    }

    /// Returns whether it is a bridge that will end with the status of its downstream pipeline.
    pub(crate) fn follows_downstream(&self) -> bool {
        self.depends_on_downstream && self.status == "running"
    }
}
