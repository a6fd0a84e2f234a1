//! Stages: a job that runs in turn begins once the stages before its own are done.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::State;
use crate::job::{Job, Turn};

/// The stages of a pipeline, in the order in which they got their first jobs.
#[derive(Debug)]
struct Stages<'a> {
    /// When the first stage may begin; `None` until the upstream bridge begins.
    begin_at: Option<DateTime<Utc>>,
    stages: Vec<Stage<'a>>,
}

#[derive(Debug)]
struct Stage<'a> {
    name: &'a str,
    is_done: bool,
    has_failed: bool,
    done_at: DateTime<Utc>,
}

/// The next state of a job that waits for its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Wait,
    Begin(DateTime<Utc>),
    Skip(DateTime<Utc>),
}

impl State {
    /// Begins the jobs whose turn has come, and skips those after a failure. Returns whether any job changed.
    pub(super) fn take_turns(&mut self) -> bool {
        let restless = self.restless.iter().filter_map(|id| self.jobs.get(id));
        let waiting: Vec<&Job> = restless.filter(|job| job.turn == Turn::Waiting).collect();
        let pipelines: BTreeSet<u64> = waiting.iter().map(|job| job.pipeline).collect();
        let stages: BTreeMap<u64, Stages<'_>> = pipelines
            .iter()
            .map(|id| {
                (
                    *id,
                    Stages::of(&self.jobs, *id, self.settings.failed_before_retry),
                )
            })
            .collect();
        let verdicts: Vec<(u64, Verdict)> = waiting
            .iter()
            .map(|job| (job.id, stages[&job.pipeline].verdict(job)))
            .filter(|(_, verdict)| *verdict != Verdict::Wait)
            .collect();
        for (id, verdict) in &verdicts {
            let Some(job) = self.jobs.get_mut(id) else {
                continue;
            };
            match *verdict {
                Verdict::Wait => {}
                Verdict::Begin(at) => job.take_turn(at),
                Verdict::Skip(at) => {
                    job.turn = Turn::Taken;
                    job.become_at("skipped", at);
                }
            }
        }
        !verdicts.is_empty()
    }

    /// Makes the jobs that were skipped because of this one wait for their turn again.
    pub(super) fn unskip_after(&mut self, retried: u64, at: DateTime<Utc>) {
        let (pipeline, stage) = {
            let job = self.job(retried);
            (job.pipeline, job.stage.clone())
        };
        let stages = Stages::of(&self.jobs, pipeline, self.settings.failed_before_retry);
        let later = stages.stages.iter().skip_while(|it| it.name != stage);
        let later: Vec<String> = later.skip(1).map(|it| it.name.to_owned()).collect();
        for job in self.jobs.values_mut() {
            let was_skipped = job.status == "skipped" && job.turn == Turn::Taken && !job.retried;
            if job.pipeline == pipeline && was_skipped && later.contains(&job.stage) {
                job.turn = Turn::Waiting;
                job.become_at("created", at);
                self.restless.insert(job.id);
            }
        }
    }
}

impl<'a> Stages<'a> {
    fn of(jobs: &'a BTreeMap<u64, Job>, pipeline: u64, failed_before_retry: bool) -> Self {
        let mut stages: Vec<Stage<'a>> = Vec::new();
        let mut upstream: Option<Option<DateTime<Utc>>> = None;
        for job in jobs.values() {
            if job.downstream == Some(pipeline) {
                upstream = Some(upstream.flatten().or(job.started_at));
            }
            if job.pipeline != pipeline {
                continue;
            }
            let index = stages.iter().position(|stage| stage.name == job.stage);
            let index = index.unwrap_or_else(|| {
                stages.push(Stage::new(&job.stage));
                stages.len() - 1
            });
            stages[index].add(job, failed_before_retry);
        }
        Self {
            begin_at: upstream.unwrap_or(Some(DateTime::UNIX_EPOCH)),
            stages,
        }
    }

    fn verdict(&self, job: &Job) -> Verdict {
        let Some(begin_at) = self.begin_at else {
            return Verdict::Wait;
        };
        let mut at = begin_at.max(job.created_at);
        let before = self.stages.iter().take_while(|it| it.name != job.stage);
        let mut has_failed = false;
        for stage in before {
            if !stage.is_done {
                return Verdict::Wait;
            }
            has_failed |= stage.has_failed;
            at = at.max(stage.done_at);
        }
        if has_failed {
            Verdict::Skip(at)
        } else {
            Verdict::Begin(at)
        }
    }
}

impl<'a> Stage<'a> {
    fn new(name: &'a str) -> Self {
        Self {
            name,
            is_done: true,
            has_failed: false,
            done_at: DateTime::UNIX_EPOCH,
        }
    }

    fn add(&mut self, job: &Job, failed_before_retry: bool) {
        if job.retried {
            return;
        }
        let may_stay_unplayed = job.status == "manual" && job.allows_failure();
        let will_be_retried = job.retry_at.is_some() && !failed_before_retry;
        self.is_done &= (job.is_finished() && !will_be_retried) || may_stay_unplayed;
        self.has_failed |= matches!(&*job.status, "failed" | "canceled") && !job.allows_failure();
        self.done_at = self.done_at.max(job.finished_at.unwrap_or(self.done_at));
    }
}
