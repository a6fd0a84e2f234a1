//! Playing a manual or scheduled job.

use hyper::StatusCode;

use super::arguments::Arguments;
use super::{Call, act, job_id};
use crate::auth::Identity;
use crate::response::Response;
use crate::route::Operation;
use crate::samples::{DOCUMENTED_ACTION_JOB, DOCUMENTED_PROJECT};
use crate::state::State;

pub(super) fn play(
    state: &mut State,
    call: &Call<'_>,
    project: u64,
    id: u64,
    arguments: Arguments,
    identity: &Identity,
) -> Result<Response, Response> {
    let unplayable = || Response::message(StatusCode::BAD_REQUEST, "Bad request - Unplayable Job");
    if project == DOCUMENTED_PROJECT && state.samples.job(id).is_some() {
        if id != DOCUMENTED_ACTION_JOB {
            return Err(unplayable());
        }
        let sample = state.samples.act(Operation::PlayJob);
        return Ok(Response::json(StatusCode::OK, sample));
    }
    let id = job_id(state, project, id, true)?;
    let job = state.job(id);
    let id = if matches!(&*job.status, "manual" | "scheduled") && !job.archived {
        let job = state.job_mut(id);
        job.user = identity.user.id;
        job.variables = arguments.variables;
        job.inputs = arguments.inputs;
        job.begin();
        id
    } else if state.settings.play_falls_back_to_retry {
        act::retry(state, id, arguments, identity).map_err(|_| unplayable())?
    } else {
        return Err(unplayable());
    };
    let job = call.render(state).job(state.job(id));
    Ok(Response::json(StatusCode::OK, &job))
}
