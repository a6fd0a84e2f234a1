//! Filling the state with projects, pipelines, jobs and agents.

use std::ops::RangeInclusive;

use serde_json::Value;

use super::State;
use crate::job::Job;
use crate::project::{Agent, Pipeline, Project};

/// Spreads small ids over all digits of a commit's SHA.
const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// Setting up.
impl State {
    /// Adds a project by its full path (`group/sub/project`), with the groups above it, and returns its id.
    pub fn add_project(&mut self, full_path: &str) -> u64 {
        let id = self.next_project;
        self.add_project_with_id(id, full_path);
        id
    }

    /// Adds a project with the given id.
    pub fn add_project_with_id(&mut self, id: u64, full_path: &str) {
        self.next_project = self.next_project.max(id + 1);
        let groups = full_path
            .match_indices('/')
            .map(|(end, _)| &full_path[..end]);
        let groups = groups.map(|path| self.group(path)).collect();
        let project = Project {
            id,
            full_path: full_path.to_owned(),
            groups,
            agents: Vec::new(),
            is_public: false,
            created_at: self.clock.now(),
        };
        self.projects.insert(id, project);
    }

    /// Adds an agent that the project's jobs may use, with the free-form configuration that `/job/allowed_agents`
    /// shows, and returns its id.
    ///
    /// # Panics
    ///
    /// Panics if there is no such project.
    pub fn add_agent(&mut self, project: u64, configuration: impl Into<Value>) -> u64 {
        let id = 1 + self
            .projects
            .values()
            .map(|p| p.agents.len() as u64)
            .sum::<u64>();
        let project = self.projects.get_mut(&project);
        let project = project.unwrap_or_else(|| panic!("fake-gitlab has no such project"));
        project.agents.push(Agent {
            id,
            configuration: configuration.into(),
        });
        id
    }

    /// Adds a pipeline for the branch `main` and returns its id.
    ///
    /// # Panics
    ///
    /// Panics if there is no such project.
    pub fn add_pipeline(&mut self, project: u64) -> u64 {
        let id = self.next_pipeline;
        self.add_pipeline_with_id(project, id);
        id
    }

    /// Adds a pipeline with the given id.
    ///
    /// # Panics
    ///
    /// Panics if there is no such project.
    pub fn add_pipeline_with_id(&mut self, project: u64, id: u64) {
        assert!(
            self.projects.contains_key(&project),
            "fake-gitlab has no project {project}"
        );
        self.next_pipeline = self.next_pipeline.max(id + 1);
        let before = self.pipelines.values().filter(|it| it.project == project);
        let pipeline = Pipeline {
            id,
            iid: before.count() as u64 + 1,
            project,
            git_ref: "main".to_owned(),
            sha: format!(
                "{:032x}{:08x}",
                u128::from(id).wrapping_mul(SPREAD),
                id & 0xffff_ffff
            ),
            status: "created".to_owned(),
            pinned: false,
            yaml_errors: None,
            created_at: self.clock.now(),
        };
        self.pipelines.insert(id, pipeline);
    }

    /// Adds a pipeline that GitLab could not fill with jobs, because the YAML is invalid or a limit is exceeded, and
    /// returns its id. It has failed, its lists are empty, and only the pipeline itself says why:
    ///
    /// ```
    /// # let gitlab = fake_gitlab::FakeGitlab::start();
    /// # gitlab.with(|state| {
    /// let project = state.add_project("group/project");
    /// let pipeline = state.add_pipeline_without_jobs(project, "jobs config should contain at least one visible job");
    /// assert_eq!(state.pipeline_status(pipeline), "failed");
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if there is no such project.
    pub fn add_pipeline_without_jobs(&mut self, project: u64, yaml_errors: &str) -> u64 {
        let id = self.add_pipeline(project);
        self.set_pipeline_status(id, "failed");
        if let Some(pipeline) = self.pipelines.get_mut(&id) {
            pipeline.yaml_errors = Some(yaml_errors.to_owned());
        }
        id
    }

    /// Sets whether a project is public: its pipelines and their lists are then served without a token. The default is
    /// private.
    ///
    /// # Panics
    ///
    /// Panics if there is no such project.
    pub fn set_public(&mut self, project: u64, public: bool) {
        let project = self.projects.get_mut(&project);
        let project = project.unwrap_or_else(|| panic!("fake-gitlab has no such project"));
        project.is_public = public;
    }

    /// Adds a job with status `created` and returns it, to set its details.
    ///
    /// # Panics
    ///
    /// Panics if there is no such pipeline.
    pub fn add_job(&mut self, pipeline: u64, name: &str) -> &mut Job {
        let id = self.next_job;
        self.add_job_with_id(pipeline, id, name)
    }

    /// Adds a job with the given id, such as one beyond 32 bits.
    ///
    /// # Panics
    ///
    /// Panics if there is no such pipeline.
    pub fn add_job_with_id(&mut self, pipeline: u64, id: u64, name: &str) -> &mut Job {
        let Some(owner) = self.pipelines.get(&pipeline) else {
            panic!("fake-gitlab has no pipeline {pipeline}");
        };
        self.next_job = self.next_job.max(id + 1);
        let job = Job::new(id, owner.project, pipeline, name, self.clock.clone());
        self.jobs.insert(id, job);
        self.job_mut(id)
    }

    /// Adds a trigger job (bridge) with status `created` and returns it, to set its details.
    ///
    /// # Panics
    ///
    /// Panics if there is no such pipeline.
    pub fn add_bridge(&mut self, pipeline: u64, name: &str) -> &mut Job {
        let job = self.add_job(pipeline, name);
        job.bridge = true;
        job
    }

    /// Adds `count` successful jobs in a pipeline of their own and returns their ids. 20,000 take a fraction of a
    /// second.
    ///
    /// # Panics
    ///
    /// Panics if there is no such project, or `count` is 0.
    pub fn seed_jobs(&mut self, project: u64, count: u64) -> RangeInclusive<u64> {
        assert!(count > 0, "seed_jobs needs a count of at least 1");
        let pipeline = self.add_pipeline(project);
        let first = self.next_job;
        for number in 1..=count {
            self.add_job(pipeline, &format!("job {number}/{count}"))
                .set_status("success");
        }
        first..=first + count - 1
    }

    /// Sets the status of a pipeline, to any word. Until then it follows the jobs by GitLab's rules.
    ///
    /// # Panics
    ///
    /// Panics if there is no such pipeline.
    pub fn set_pipeline_status(&mut self, pipeline: u64, status: &str) {
        let Some(pipeline) = self.pipelines.get_mut(&pipeline) else {
            panic!("fake-gitlab has no pipeline {pipeline}");
        };
        status.clone_into(&mut pipeline.status);
        pipeline.pinned = true;
    }

    fn group(&mut self, path: &str) -> u64 {
        let next = self.groups.len() as u64 + 1;
        *self.groups.entry(path.to_owned()).or_insert(next)
    }
}
