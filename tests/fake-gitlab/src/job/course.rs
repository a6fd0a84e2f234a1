//! How a job goes from one status to the next, and along its script as time passes.

use chrono::{DateTime, Utc};

use super::Job;
use crate::script::Step;

const DEFAULT_RUNNER: u64 = 32;

impl Job {
    /// Sets the status as of `at`, and what goes with it.
    pub(crate) fn become_at(&mut self, status: &str, at: DateTime<Utc>) {
        status.clone_into(&mut self.status);
        if self.status != "failed" {
            self.failure_reason = None;
        }
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

    /// Does what the script holds up to `now`, each step at its own time.
    pub(crate) fn catch_up(&mut self, now: DateTime<Utc>) {
        // A script without a course waits to begin, and stays.
        let Some(mut course) = self.course.take() else {
            return;
        };
        let Some(script) = self.script.take() else {
            return;
        };
        let runs_at = course.began + script.pending_for;
        if now >= runs_at && self.status == "pending" {
            self.become_at("running", runs_at);
        }
        let mut ended = false;
        for (offset, step) in &script.steps[course.steps_done..] {
            let at = runs_at + *offset;
            if at > now {
                break;
            }
            course.steps_done += 1;
            match step {
                Step::Write(bytes) => {
                    self.append_log(bytes);
                }
                Step::End(status) => {
                    self.become_at(status, at);
                    ended = true;
                    break;
                }
            }
        }
        self.script = Some(script);
        self.course = (!ended).then_some(course);
    }
}
