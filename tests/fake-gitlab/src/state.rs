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
    /// The pipelines whose jobs run in turn.
    staged: BTreeSet<u64>,
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
            staged: BTreeSet::new(),
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
        self.jobs.remove(&id);
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
            if !self.take_turns() && !self.end_bridges() {
                break;
            }
        }
        let jobs = &self.jobs;
        self.restless
            .retain(|id| jobs.get(id).is_some_and(Job::is_restless));
        self.update_pipelines();
    }

    /// Adds a copy of a job in its place, begins it, and returns its id.
    pub(crate) fn retry(&mut self, id: u64, user: u64) -> u64 {
        self.unskip_after(id);
        let old = self.job_mut(id);
        old.retried = true;
        let mut job = old.clone();
        job.id = self.next_job;
        self.next_job += 1;
        job.created_at = self.clock.now();
        job.retried = false;
        job.user = user;
        job.erased_at = None;
        job.artifacts = false;
        job.log = Log::default();
        job.begin();
        let id = job.id;
        self.jobs.insert(id, job);
        self.restless.insert(id);
        id
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
