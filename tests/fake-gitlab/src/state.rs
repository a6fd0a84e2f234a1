//! The state of the server.

mod pipelines;
mod setup;
mod stages;
mod tokens;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use crate::Clock;
use crate::auth::{self, Token};
use crate::job::Job;
use crate::log::Log;
use crate::project::{Pipeline, Project};
use crate::rate_limit::Limiter;
use crate::samples::{DOCUMENTED_PROJECT, Samples};
use crate::script::Script;
use crate::settings::Settings;

/// The projects, pipelines, jobs and tokens of a server.
///
/// [`FakeGitlab::with`](crate::FakeGitlab::with) and [`FakeGitlab::on_request`](crate::FakeGitlab::on_request) give
/// access to it. Ids of jobs and of pipelines are unique across all projects.
#[derive(Debug)]
pub struct State {
    /// How the server behaves where real servers differ.
    pub settings: Settings,
    pub(crate) clock: Clock,
    pub(crate) projects: BTreeMap<u64, Project>,
    pub(crate) pipelines: BTreeMap<u64, Pipeline>,
    pub(crate) jobs: BTreeMap<u64, Job>,
    /// The jobs handed out to be changed, and those that change by themselves.
    restless: BTreeSet<u64>,
    /// The pipelines that have lost a job.
    shrunk: BTreeSet<u64>,
    pub(crate) tokens: HashMap<String, Token>,
    pub(crate) limiter: Limiter,
    pub(crate) samples: Samples,
    groups: BTreeMap<String, u64>,
    next_project: u64,
    next_pipeline: u64,
    next_job: u64,
}

impl State {
    pub(crate) fn new(clock: Clock, settings: Settings) -> Self {
        let mut state = Self {
            settings,
            clock,
            projects: BTreeMap::new(),
            pipelines: BTreeMap::new(),
            jobs: BTreeMap::new(),
            restless: BTreeSet::new(),
            shrunk: BTreeSet::new(),
            tokens: auth::default_tokens(),
            limiter: Limiter::default(),
            samples: Samples::new(),
            groups: BTreeMap::new(),
            next_project: 100,
            next_pipeline: 1_000,
            next_job: 10_000,
        };
        state.add_project_with_id(DOCUMENTED_PROJECT, "foo/bar");
        state
    }

    /// Returns a job or bridge by its id.
    ///
    /// # Panics
    ///
    /// Panics if there is no such job. The documented samples are not jobs of the state.
    #[must_use]
    pub fn job(&self, id: u64) -> &Job {
        let job = self.jobs.get(&id);
        job.unwrap_or_else(|| panic!("fake-gitlab has no job {id}"))
    }

    /// Returns a job or bridge by its id, to change it.
    ///
    /// # Panics
    ///
    /// Panics if there is no such job. The documented samples are not jobs of the state.
    pub fn job_mut(&mut self, id: u64) -> &mut Job {
        self.restless.insert(id);
        let job = self.jobs.get_mut(&id);
        job.unwrap_or_else(|| panic!("fake-gitlab has no job {id}"))
    }

    /// Returns all jobs and bridges of a project, newest first.
    pub fn jobs(&self, project: u64) -> impl Iterator<Item = &Job> {
        self.jobs
            .values()
            .rev()
            .filter(move |job| job.project == project)
    }

    /// Removes a job or bridge, which is a 404 from then on.
    pub fn remove_job(&mut self, id: u64) {
        self.shrunk
            .extend(self.jobs.remove(&id).map(|job| job.pipeline));
    }

    /// Returns the status of a pipeline, as it was when the state was last brought up to the clock's time.
    ///
    /// # Panics
    ///
    /// Panics if there is no such pipeline.
    #[must_use]
    pub fn pipeline_status(&self, pipeline: u64) -> &str {
        let found = self.pipelines.get(&pipeline);
        &found
            .unwrap_or_else(|| panic!("fake-gitlab has no pipeline {pipeline}"))
            .status
    }

    /// Returns the time on the server's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Brings every job with a script, and every pipeline whose jobs run in turn, up to the clock's time.
    pub(crate) fn catch_up(&mut self) {
        let now = self.clock.now();
        loop {
            for id in &self.restless {
                if let Some(job) = self.jobs.get_mut(id) {
                    job.catch_up(now);
                }
            }
            if !self.retry_failed(now) && !self.take_turns() && !self.end_bridges() {
                break;
            }
        }
        self.update_pipelines();
        let jobs = &self.jobs;
        self.restless
            .retain(|id| jobs.get(id).is_some_and(Job::is_restless));
    }

    /// Retries the jobs whose gap before an automatic retry is over. Returns whether there were any.
    fn retry_failed(&mut self, now: DateTime<Utc>) -> bool {
        let restless = self.restless.iter().filter_map(|id| self.jobs.get(id));
        let due: Vec<(u64, u64, DateTime<Utc>)> = restless
            .filter(|job| !job.retried)
            .filter_map(|job| Some((job.id, job.user, job.retry_at.filter(|at| *at <= now)?)))
            .collect();
        for (id, user, at) in &due {
            let next = self.job(*id).script.as_ref().and_then(Script::next_run);
            self.retry_at(*id, *user, *at, next);
        }
        !due.is_empty()
    }

    /// Adds a copy of a job in its place, begins it, and returns its id.
    pub(crate) fn retry(&mut self, id: u64, user: u64) -> u64 {
        self.retry_at(id, user, self.clock.now(), None)
    }

    /// Adds a copy of a job in its place as of `at`, with another script if there is one, begins it, and returns its id.
    fn retry_at(&mut self, id: u64, user: u64, at: DateTime<Utc>, next: Option<Script>) -> u64 {
        self.unskip_after(id, at);
        let old = self.job_mut(id);
        old.retried = true;
        let mut job = old.clone();
        job.id = self.next_job;
        self.next_job += 1;
        job.created_at = at;
        job.retried = false;
        job.retries = Some(id);
        job.user = user;
        job.erased_at = None;
        job.artifacts = false;
        job.log = Log::default();
        job.log_is_lost = false;
        job.script = next.or(job.script);
        job.begin_at(at, false);
        let id = job.id;
        self.jobs.insert(id, job);
        self.restless.insert(id);
        id
    }

    /// Returns whether reads know a run already, which they do at once unless replicas lag behind.
    pub(crate) fn is_replicated(&self, job: &Job) -> bool {
        job.retries.is_none() || self.now() >= job.created_at + self.settings.replica_lag
    }

    /// Returns whether reads know that a newer run has taken the job's place.
    pub(crate) fn is_retried(&self, job: &Job) -> bool {
        let mut newer = self.jobs.range(job.id + 1..).map(|(_, newer)| newer);
        let lags = !self.settings.replica_lag.is_zero();
        job.retried
            && !(lags && newer.any(|it| it.retries == Some(job.id) && !self.is_replicated(it)))
    }

    /// Returns the project with this id or full path.
    pub(crate) fn find_project(&self, id_or_path: &str) -> Option<&Project> {
        match id_or_path.parse() {
            Ok(id) => self.projects.get(&id),
            Err(_) => self
                .projects
                .values()
                .find(|project| project.full_path == id_or_path),
        }
    }
}
