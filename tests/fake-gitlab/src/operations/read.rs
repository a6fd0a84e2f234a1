//! Reading one job, by its id or by its token, and what programs ask beside it.

use hyper::StatusCode;

use super::{Call, readable_job};
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
    let job = call.render(state).job(readable_job(state, project, id)?);
    Ok(Response::json(StatusCode::OK, &job))
}

pub(super) fn version(state: &State, call: &Call<'_>) -> Response {
    Response::json(StatusCode::OK, &call.render(state).version())
}

pub(super) fn user(state: &State, call: &Call<'_>, identity: &Identity) -> Response {
    let user = call.render(state).current_user(identity.user);
    Response::json(StatusCode::OK, &user)
}

pub(super) fn project(state: &State, call: &Call<'_>, project: u64) -> Result<Response, Response> {
    let found = state.projects.get(&project);
    let project = found.ok_or_else(|| Response::not_found("Project Not Found"))?;
    let project = call.render(state).project(project);
    Ok(Response::json(StatusCode::OK, &project))
}

pub(super) fn pipeline(
    state: &State,
    call: &Call<'_>,
    project: u64,
    id: u64,
) -> Result<Response, Response> {
    if project == DOCUMENTED_PROJECT
        && let Some(sample) = state.samples.pipeline(id)
    {
        return Ok(Response::json(StatusCode::OK, sample));
    }
    let found = state.pipelines.get(&id);
    let pipeline = found.filter(|pipeline| pipeline.project == project);
    let pipeline = pipeline.ok_or_else(|| Response::not_found("Not found"))?;
    let pipeline = call.render(state).whole_pipeline(pipeline);
    Ok(Response::json(StatusCode::OK, &pipeline))
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
