//! Looking at one job: by its id, by its token, and at its log.

use bytes::Bytes;
use hyper::StatusCode;

use super::{Call, job_id};
use crate::auth::{Access, Identity, TokenJob};
use crate::log::Log;
use crate::response::{Content, Response};
use crate::samples::DOCUMENTED_PROJECT;
use crate::state::State;

pub(super) fn job(
    state: &State,
    call: &Call<'_>,
    project: u64,
    id: u64,
) -> Result<Response, Response> {
    if project == DOCUMENTED_PROJECT
        && let Some(sample) = state.samples.job(id)
    {
        return Ok(Response::json(StatusCode::OK, sample));
    }
    let id = job_id(state, project, id, false)?;
    let job = call.render(state).job(state.job(id));
    Ok(Response::json(StatusCode::OK, &job))
}

pub(super) fn log(
    state: &State,
    project: u64,
    id: u64,
    identity: &Identity,
) -> Result<Response, Response> {
    let content = if project == DOCUMENTED_PROJECT && state.samples.job(id).is_some() {
        Content::Bytes(Bytes::from_static(state.samples.log(id)))
    } else {
        let id = job_id(state, project, id, false)?;
        let job = state.job(id);
        if job.debug_log && identity.access < Access::Developer {
            return Err(Response::forbidden_because(
                "You must have developer access to view a debug trace",
            ));
        }
        match &job.log {
            Log::Kept(bytes) => Content::Bytes(Bytes::copy_from_slice(bytes)),
            Log::Generated(log) => Content::Generated(log.clone()),
        }
    };
    let missing = matches!(&content, Content::Bytes(bytes) if bytes.is_empty());
    if missing && state.settings.missing_log_is_404 {
        return Err(Response::not_found("Not found"));
    }
    let mut response = Response::new(StatusCode::OK, "text/plain", content);
    if !missing {
        response = response.with_header(
            "content-disposition",
            &format!("infile; filename=\"{id}.log\""),
        );
    }
    Ok(response)
}

pub(super) fn token_job(
    state: &State,
    call: &Call<'_>,
    identity: &Identity,
) -> Result<Response, Response> {
    let job = match token(identity)? {
        TokenJob::Documented => state.samples.token_job.clone(),
        TokenJob::Stateful { job, .. } => call.render(state).job(state.job(job)),
    };
    Ok(Response::json(StatusCode::OK, &job))
}

pub(super) fn allowed_agents(
    state: &State,
    call: &Call<'_>,
    identity: &Identity,
) -> Result<Response, Response> {
    let agents = match token(identity)? {
        TokenJob::Documented => state.samples.allowed_agents.clone(),
        TokenJob::Stateful { job, project } => {
            let project = state
                .projects
                .get(&project)
                .ok_or_else(|| Response::not_found("Project Not Found"))?;
            call.render(state).allowed_agents(state.job(job), project)
        }
    };
    Ok(Response::json(StatusCode::OK, &agents))
}

/// The job of a job token; any other valid token has none, which is a 404.
fn token(identity: &Identity) -> Result<TokenJob, Response> {
    identity
        .job
        .ok_or_else(|| Response::not_found("Job Not Found"))
}
