//! The lists.

use serde_json::Value;

use super::Call;
use super::filter::ListFilter;
use crate::job::Job;
use crate::pagination::{self, List, PageRequest, Position};
use crate::render::Render;
use crate::response::Response;
use crate::route::Operation;
use crate::samples::{DOCUMENTED_PIPELINE, DOCUMENTED_PROJECT};
use crate::state::State;

pub(super) fn list(
    state: &State,
    call: &Call<'_>,
    project: u64,
    pipeline: u64,
    filter: &ListFilter,
    position: Position,
) -> Result<Response, Response> {
    let operation = call.target.operation;
    let project_jobs = operation == Operation::ListProjectJobs;
    let samples_pipeline = project == DOCUMENTED_PROJECT && pipeline == DOCUMENTED_PIPELINE;
    if !project_jobs && !samples_pipeline {
        let found = state
            .pipelines
            .get(&pipeline)
            .filter(|pipeline| pipeline.project == project);
        found.ok_or_else(|| Response::not_found("Not found"))?;
    }
    let path_parameters = [
        ("id", &*call.target.project),
        ("pipeline_id", &*call.target.id),
    ];
    let request = PageRequest {
        settings: &state.settings,
        root: call.web_root,
        path: call.path,
        query: call.query,
        params: call.params,
        position,
        path_parameters: &path_parameters[..if project_jobs { 1 } else { 2 }],
        project_jobs,
    };
    let with_samples = samples_pipeline || (project_jobs && project == DOCUMENTED_PROJECT);
    let jobs = Jobs {
        state,
        render: call.render(state),
        operation,
        project,
        pipeline,
        with_samples,
        filter,
    };
    pagination::page(request, &jobs)
}

/// The jobs or bridges of a project or pipeline: those of the state, then the documented samples.
#[derive(Debug)]
struct Jobs<'a> {
    state: &'a State,
    render: Render<'a>,
    operation: Operation,
    project: u64,
    pipeline: u64,
    with_samples: bool,
    filter: &'a ListFilter,
}

#[derive(Debug)]
enum Item<'a> {
    Job(&'a Job),
    Sample(&'a Value),
}

impl Jobs<'_> {
    fn lists(&self, job: &Job) -> bool {
        let here = match self.operation {
            Operation::ListPipelineJobs => {
                job.pipeline == self.pipeline
                    && !job.bridge
                    && (!self.state.is_retried(job) || self.filter.include_retried)
            }
            _ if self.operation.lists_bridges() => job.pipeline == self.pipeline && job.bridge,
            _ => !job.bridge,
        };
        here && job.project == self.project
            && self.state.is_replicated(job)
            && self.filter.includes(&job.status, &job.git_ref)
    }
}

impl<'a> List for Jobs<'a> {
    type Item = Item<'a>;

    fn items_below(&self, id: u64) -> Box<dyn Iterator<Item = Item<'a>> + '_> {
        let jobs = self.state.jobs.range(..id).rev().map(|(_, job)| job);
        let jobs = jobs.filter(|job| self.lists(job)).map(Item::Job);
        let samples = if self.with_samples {
            self.state.samples.items(self.operation)
        } else {
            &[]
        };
        let samples = samples
            .iter()
            .filter(move |job| job["id"].as_u64() < Some(id));
        let text = |job: &'a Value, key: &str| job[key].as_str().unwrap_or_default();
        let samples =
            samples.filter(move |job| self.filter.includes(text(job, "status"), text(job, "ref")));
        Box::new(jobs.chain(samples.map(Item::Sample)))
    }

    fn id(&self, item: &Item<'a>) -> u64 {
        match item {
            Item::Job(job) => job.id,
            Item::Sample(job) => job["id"].as_u64().unwrap_or_default(),
        }
    }

    fn render(&self, item: Item<'a>) -> Value {
        match item {
            Item::Job(job) => self.render.job(job),
            Item::Sample(job) => job.clone(),
        }
    }
}
