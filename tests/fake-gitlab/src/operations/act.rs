//! Cancel, retry and erase.

use hyper::StatusCode;

use super::arguments::Arguments;
use super::{Call, job_id};
use crate::auth::{Access, Identity};
use crate::response::Response;
use crate::route::Operation;
use crate::samples::{DOCUMENTED_ACTION_JOB, DOCUMENTED_PROJECT};
use crate::state::State;

pub(super) fn act(
    state: &mut State,
    call: &Call<'_>,
    project: u64,
    id: u64,
    arguments: Arguments,
    identity: &Identity,
) -> Result<Response, Response> {
    let status = if state.settings.actions_return_200 {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    if project == DOCUMENTED_PROJECT && state.samples.job(id).is_some() {
        return act_on_sample(state, call.target.operation, id, status);
    }
    let id = job_id(
        state,
        project,
        id,
        call.target.operation == Operation::RetryJob,
    )?;
    let id = match call.target.operation {
        Operation::CancelJob => cancel(state, id, arguments.force, identity)?,
        Operation::RetryJob => retry(state, id, arguments, identity)?,
        _ => erase(state, id)?,
    };
    let job = call.render(state).job(state.job(id));
    Ok(Response::json(status, &job))
}

fn cancel(state: &mut State, id: u64, force: bool, identity: &Identity) -> Result<u64, Response> {
    if force && identity.access < Access::Maintainer {
        return Err(Response::forbidden());
    }
    let canceling = state.settings.canceling && !force;
    let job = state.job_mut(id);
    let status = match &*job.status {
        _ if job.is_finished() => return Ok(id),
        "running" if canceling => "canceling",
        "canceling" if !force => return Ok(id),
        _ => "canceled",
    };
    job.set_status(status);
    Ok(id)
}

/// Retries a job and returns the id of the new one.
pub(super) fn retry(
    state: &mut State,
    id: u64,
    arguments: Arguments,
    identity: &Identity,
) -> Result<u64, Response> {
    let job = state.job(id);
    let ended = matches!(&*job.status, "success" | "failed" | "canceled");
    if !ended || job.retried || job.archived {
        return Err(Response::forbidden_because("Job is not retryable"));
    }
    let id = state.retry(id, identity.user.id);
    let job = state.job_mut(id);
    job.variables = arguments.variables;
    job.inputs = arguments.inputs;
    Ok(id)
}

fn erase(state: &mut State, id: u64) -> Result<u64, Response> {
    let job = state.job_mut(id);
    if !job.is_finished() || job.is_erased() {
        return Err(Response::forbidden_because("Job is not erasable!"));
    }
    if job.size_refreshing {
        let words = "Conflict: Action temporarily disabled. The project this build belongs to is undergoing \
                     artifact size statistics refresh.";
        return Err(Response::message(StatusCode::CONFLICT, words));
    }
    job.erase();
    Ok(id)
}

/// Acts on a documented sample. The one that the documentation acts on changes; the others stay as they are.
fn act_on_sample(
    state: &mut State,
    action: Operation,
    id: u64,
    status: StatusCode,
) -> Result<Response, Response> {
    if id == DOCUMENTED_ACTION_JOB {
        return Ok(Response::json(status, state.samples.act(action)));
    }
    match (action, state.samples.job(id)) {
        (Operation::CancelJob, Some(job)) => Ok(Response::json(status, job)),
        (Operation::RetryJob, _) => Err(Response::forbidden_because("Job is not retryable")),
        _ => Err(Response::forbidden_because("Job is not erasable!")),
    }
}
