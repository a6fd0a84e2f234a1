//! Play: starting a manual job, with variables.

use hyper::StatusCode;
use hyper::header::CONTENT_TYPE;
use serde_json::Value;

use super::{Call, job_id};
use crate::auth::Identity;
use crate::response::Response;
use crate::route::Operation;
use crate::samples::{DOCUMENTED_ACTION_JOB, DOCUMENTED_PROJECT};
use crate::state::State;

type Variables = Vec<(String, String)>;

pub(super) fn play(
    state: &mut State,
    call: &Call<'_>,
    project: u64,
    id: u64,
    variables: Variables,
    identity: &Identity,
) -> Result<Response, Response> {
    let unplayable = || Response::message(StatusCode::BAD_REQUEST, "Bad request - Unplayable Job");
    if project == DOCUMENTED_PROJECT && state.samples.job(id).is_some() {
        if id != DOCUMENTED_ACTION_JOB {
            return Err(unplayable());
        }
        return Ok(Response::json(
            StatusCode::OK,
            state.samples.act(Operation::PlayJob),
        ));
    }
    let id = job_id(state, project, id, true)?;
    let job = state.job_mut(id);
    let playable = matches!(&*job.status, "manual" | "scheduled") && !job.archived;
    if !playable {
        return Err(unplayable());
    }
    job.user = identity.user.id;
    job.variables = variables;
    job.begin();
    let job = call.render(state).job(state.job(id));
    Ok(Response::json(StatusCode::OK, &job))
}

/// The variables in the body of a play; any other operation has none.
pub(super) fn variables(operation: Operation, call: &Call<'_>) -> Result<Variables, Response> {
    if operation != Operation::PlayJob || call.body.is_empty() {
        return Ok(Vec::new());
    }
    let bad = |words: &str| Response::error(StatusCode::BAD_REQUEST, words);
    let content_type = call
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    match content_type.map(|value| value.split(';').next().unwrap_or_default().trim()) {
        Some("application/json") => {}
        Some("application/x-www-form-urlencoded") | None => return Ok(Vec::new()),
        Some(other) => {
            let words = format!("The provided content-type '{other}' is not supported.");
            return Err(Response::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, &words));
        }
    }
    let Ok(body) = serde_json::from_slice::<Value>(call.body) else {
        return Err(bad("There was a problem in the JSON you submitted"));
    };
    let list = match &body["job_variables_attributes"] {
        Value::Null => return Ok(Vec::new()),
        Value::Array(list) => list,
        _ => return Err(bad("job_variables_attributes is invalid")),
    };
    let member = |index: usize, item: &Value, name: &str| match &item[name] {
        Value::Null => Err(bad(&format!(
            "job_variables_attributes[{index}][{name}] is missing"
        ))),
        Value::String(text) => Ok(text.clone()),
        other => Ok(other.to_string()),
    };
    let pairs = list.iter().enumerate();
    pairs
        .map(|(index, item)| Ok((member(index, item, "key")?, member(index, item, "value")?)))
        .collect()
}
