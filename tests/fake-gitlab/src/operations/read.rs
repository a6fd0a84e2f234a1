//! Reading one job, by its id or by its token.

use hyper::StatusCode;

use super::{Call, job_id};
use crate::auth::{Identity, TokenJob};
use crate::response::Response;
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

/// Returns the job of a job token; any other valid token has none, which is a 404.
fn token(identity: &Identity) -> Result<TokenJob, Response> {
    identity
        .job
        .ok_or_else(|| Response::not_found("Job Not Found"))
}
