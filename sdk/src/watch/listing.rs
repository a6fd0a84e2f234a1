//! The state of a pipeline, as of one poll.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::PipelineJob;
use crate::request::{Method, Operation, Request, Tokens};
use crate::types::PipelineStatus;
use crate::value::ParsedProjectId;
use crate::{Client, Error, ProjectId};

/// The pipeline itself is not part of the Jobs API, and therefore not of the spec. Only its status is read.
static GET_PIPELINE: Operation = Operation {
    id: "get_pipeline",
    method: Method::GET,
    path: "/projects/{id}/pipelines/{pipeline_id}",
    tokens: Tokens::Any,
    fallback: None,
};

/// The state of a pipeline.
pub(super) struct Listing {
    /// The jobs with all their runs, and the bridges.
    pub(super) jobs: BTreeMap<u64, PipelineJob>,
    /// What GitLab calls the pipeline.
    pub(super) status: Option<PipelineStatus>,
}

impl Listing {
    /// Requests the jobs and bridges of a pipeline.
    ///
    /// A job that moves to the next page while the list is read appears twice. The later one is used.
    pub(super) async fn request(
        client: &Client,
        project: &ParsedProjectId,
        pipeline_id: u64,
    ) -> Result<Self, Error> {
        let mut listed = BTreeMap::new();
        let mut status = None;
        let mut add = |job: PipelineJob| {
            status = job.pipeline().map(|pipeline| pipeline.status.clone());
            listed.insert(job.id(), job);
        };
        let jobs = client.list_pipeline_jobs(project.clone(), pipeline_id);
        // Otherwise, the end of a run that is retried between two polls would be missed.
        let mut jobs = jobs.include_retried(true).stream();
        while let Some(job) = jobs.try_next().await? {
            add(job.into());
        }
        let bridges = client.list_pipeline_bridges(project.clone(), pipeline_id);
        let mut bridges = bridges.stream();
        while let Some(bridge) = bridges.try_next().await? {
            add(bridge.into());
        }
        Ok(Self {
            jobs: listed,
            status,
        })
    }

    /// Requests the status of the pipeline itself, which is the only evidence if there are no jobs.
    pub(super) async fn request_status(
        client: &Client,
        project: &ParsedProjectId,
        pipeline_id: u64,
    ) -> Result<PipelineStatus, Error> {
        #[derive(Deserialize)]
        struct Pipeline {
            status: PipelineStatus,
        }

        let mut request = Request::new(&GET_PIPELINE);
        request.set_path::<ProjectId>("id", "project", project.clone());
        request.set_path::<u64>("pipeline_id", "pipeline_id", pipeline_id);
        let pipeline = client.execute::<Pipeline>(request).await?;
        Ok(pipeline.into_inner().status)
    }
}
