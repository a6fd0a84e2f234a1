//! The operations, and the checks they share, in GitLab's order.

mod act;
mod arguments;
mod filter;
mod list;
mod log;
mod play;
mod read;

use hyper::header::HeaderMap;

use self::arguments::Arguments;
use self::filter::ListFilter;
use self::log::Part;
use crate::auth::{self, Access, Identity, TokenJob};
use crate::job::Job;
use crate::pagination::Position;
use crate::params::{Check, INVALID, Params};
use crate::project::Project;
use crate::render::Render;
use crate::response::Response;
use crate::route::{Operation, Target};
use crate::samples::DOCUMENTED_PROJECT;
use crate::state::State;

/// A request whose path belongs to an operation.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) target: &'a Target,
    /// The path as sent, below the server's root.
    pub(crate) path: &'a str,
    pub(crate) query: &'a [(String, String)],
    pub(crate) params: &'a Params,
    pub(crate) headers: &'a HeaderMap,
    /// The address this server takes for its own, with its relative root.
    pub(crate) web_root: &'a str,
}

/// Carries out an operation.
pub(crate) fn handle(state: &mut State, call: &Call<'_>) -> Response {
    carry_out(state, call).unwrap_or_else(|error| error)
}

fn carry_out(state: &mut State, call: &Call<'_>) -> Result<Response, Response> {
    let operation = call.target.operation;
    let accepts_job_token = operation.accepts_job_token();
    let identity = auth::authenticate(state, call.headers, call.params, accepts_job_token)?;
    let identity = match identity {
        Some(identity) => identity,
        None if operation.is_public() => Identity::anonymous(),
        None => return Err(auth::unauthorized()),
    };
    if operation.is_action() && identity.read_only {
        return Err(auth::insufficient_scope());
    }
    match operation {
        Operation::GetVersion => return Ok(read::version(state, call)),
        Operation::GetUser => return Ok(read::user(state, call, &identity)),
        Operation::GetJobTokenJob => return read::token_job(state, call, &identity),
        Operation::GetAllowedAgents => return read::allowed_agents(state, call, &identity),
        _ => {}
    }
    let mut check = Check::new(call.params);
    let id = call.id(&mut check);
    let filter = ListFilter::read(operation, &mut check, &state.settings);
    let position = Position::read(operation.is_list(), &mut check);
    let part = Part::read(operation, &mut check, &state.settings);
    let arguments = Arguments::read(operation, &mut check, &state.settings);
    check.finish()?;
    let project = project(state, &call.target.project, &identity)?;
    if operation.is_action() {
        if identity.access < Access::Developer {
            return Err(Response::forbidden());
        }
        let now = state.now();
        let State {
            settings, limiter, ..
        } = state;
        limiter.act(settings, (identity.user.id, operation, id), now)?;
    }
    match operation {
        _ if operation.is_list() => list::list(state, call, project, id, &filter, position),
        Operation::GetProject => read::project(state, call, project),
        Operation::GetPipeline => read::pipeline(state, call, project, id),
        Operation::GetJob => read::job(state, call, project, id),
        Operation::GetJobLog => log::log(state, call, project, id, part, &identity),
        Operation::PlayJob => play::play(state, call, project, id, arguments, &identity),
        _ => act::act(state, call, project, id, arguments, &identity),
    }
}

impl Call<'_> {
    /// Returns the job's or pipeline's id, or 0 if the path has none.
    fn id(&self, check: &mut Check<'_>) -> u64 {
        let text = &self.target.id;
        let operation = self.target.operation;
        if matches!(
            operation,
            Operation::ListProjectJobs | Operation::GetProject
        ) {
            return 0;
        }
        let Ok(id) = text.parse::<i64>() else {
            check.fail(operation.id_name(), INVALID);
            return 0;
        };
        id.try_into().unwrap_or(0)
    }

    fn render<'a>(&'a self, state: &'a State) -> Render<'a> {
        Render {
            state,
            web_root: self.web_root,
        }
    }
}

/// Returns the project, if it exists for this user.
fn project(state: &State, id_or_path: &str, identity: &Identity) -> Result<u64, Response> {
    let visible = |project: &Project| match identity.job {
        _ if project.is_public => true,
        Some(TokenJob::Documented) => project.id == DOCUMENTED_PROJECT,
        Some(TokenJob::Stateful { project: own, .. }) => project.id == own,
        None => identity.access > Access::None,
    };
    let found = state.find_project(id_or_path).filter(|it| visible(it));
    found
        .map(|project| project.id)
        .ok_or_else(|| Response::not_found("Project Not Found"))
}

/// Returns the job if the project has it and reads know it already.
fn readable_job(state: &State, project: u64, id: u64) -> Result<&Job, Response> {
    let job = state.job(job_id(state, project, id, false)?);
    let known = Some(job).filter(|job| state.is_replicated(job));
    known.ok_or_else(|| Response::not_found("Not found"))
}

/// Returns the id if the project has such a job, or such a bridge where `bridges` are wanted too.
fn job_id(state: &State, project: u64, id: u64, bridges: bool) -> Result<u64, Response> {
    let job = state
        .jobs
        .get(&id)
        .filter(|job| job.project == project && (bridges || !job.bridge));
    job.map(|job| job.id)
        .ok_or_else(|| Response::not_found("Not found"))
}
