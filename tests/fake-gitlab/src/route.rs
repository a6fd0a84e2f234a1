//! Routing a method and path to an operation.

use hyper::Method;
use percent_encoding::percent_decode_str;

/// An operation of the Jobs API, or one that programs call before or beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    ListProjectJobs,
    ListPipelineJobs,
    ListPipelineBridges,
    ListPipelineTriggerJobs,
    GetVersion,
    GetUser,
    GetProject,
    GetPipeline,
    GetJobTokenJob,
    GetAllowedAgents,
    GetJob,
    GetJobLog,
    CancelJob,
    RetryJob,
    EraseJob,
    PlayJob,
}

/// Returns the names of the operations: those of the Jobs API, and `get_version`, `get_user`, `get_project` and
/// `get_pipeline`.
pub fn operations() -> impl Iterator<Item = &'static str> {
    Operation::ALL.into_iter().map(Operation::name)
}

impl Operation {
    const ALL: [Self; 16] = [
        Self::ListProjectJobs,
        Self::ListPipelineJobs,
        Self::ListPipelineBridges,
        Self::ListPipelineTriggerJobs,
        Self::GetVersion,
        Self::GetUser,
        Self::GetProject,
        Self::GetPipeline,
        Self::GetJobTokenJob,
        Self::GetAllowedAgents,
        Self::GetJob,
        Self::GetJobLog,
        Self::CancelJob,
        Self::RetryJob,
        Self::EraseJob,
        Self::PlayJob,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ListProjectJobs => "list_project_jobs",
            Self::ListPipelineJobs => "list_pipeline_jobs",
            Self::ListPipelineBridges => "list_pipeline_bridges",
            Self::ListPipelineTriggerJobs => "list_pipeline_trigger_jobs",
            Self::GetVersion => "get_version",
            Self::GetUser => "get_user",
            Self::GetProject => "get_project",
            Self::GetPipeline => "get_pipeline",
            Self::GetJobTokenJob => "get_job_token_job",
            Self::GetAllowedAgents => "get_allowed_agents",
            Self::GetJob => "get_job",
            Self::GetJobLog => "get_job_log",
            Self::CancelJob => "cancel_job",
            Self::RetryJob => "retry_job",
            Self::EraseJob => "erase_job",
            Self::PlayJob => "play_job",
        }
    }

    pub(crate) fn lists_bridges(self) -> bool {
        matches!(
            self,
            Self::ListPipelineBridges | Self::ListPipelineTriggerJobs
        )
    }

    pub(crate) fn is_list(self) -> bool {
        self.lists_bridges() || matches!(self, Self::ListProjectJobs | Self::ListPipelineJobs)
    }

    /// Returns whether GitLab accepts a job token for this operation.
    pub(crate) fn accepts_job_token(self) -> bool {
        self.is_list()
            || matches!(
                self,
                Self::GetPipeline | Self::GetJobTokenJob | Self::GetAllowedAgents
            )
    }

    /// Returns whether GitLab serves it without a token if the project is public.
    pub(crate) fn is_public(self) -> bool {
        matches!(
            self,
            Self::GetProject | Self::GetPipeline | Self::ListPipelineJobs
        ) || self.lists_bridges()
    }

    pub(crate) fn is_action(self) -> bool {
        matches!(
            self,
            Self::CancelJob | Self::RetryJob | Self::EraseJob | Self::PlayJob
        )
    }

    /// Returns the name of the id that follows `jobs` or `pipelines` in the path, as it appears in GitLab's errors.
    pub(crate) fn id_name(self) -> &'static str {
        match self {
            _ if self.is_list() || self == Self::GetPipeline => "pipeline_id",
            _ => "job_id",
        }
    }
}

/// An operation with the decoded ids of its path.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) operation: Operation,
    /// The project's id or full path, decoded once.
    pub(crate) project: String,
    /// The job's or pipeline's id, as it was sent.
    pub(crate) id: String,
}

/// Why a request matches no operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRoute {
    NotFound,
    MethodNotAllowed { allow: &'static str },
}

/// Finds the operation for `path` (as sent, still percent-encoded) below `root`.
pub(crate) fn route(root: &str, method: &Method, path: &str) -> Result<Target, NoRoute> {
    let path = path.strip_prefix(root).ok_or(NoRoute::NotFound)?;
    let path = path.strip_prefix("/api/v4/").ok_or(NoRoute::NotFound)?;
    let segments: Vec<&str> = path.split('/').collect();
    let (operation, project, id) = match segments.as_slice() {
        ["version"] => (Operation::GetVersion, "", ""),
        ["user"] => (Operation::GetUser, "", ""),
        ["projects", project] => (Operation::GetProject, *project, ""),
        ["projects", project, "pipelines", id] => (Operation::GetPipeline, *project, *id),
        ["job"] => (Operation::GetJobTokenJob, "", ""),
        ["job", "allowed_agents"] => (Operation::GetAllowedAgents, "", ""),
        ["projects", project, "jobs"] => (Operation::ListProjectJobs, *project, ""),
        ["projects", project, "pipelines", id, last] => match *last {
            "jobs" => (Operation::ListPipelineJobs, *project, *id),
            "bridges" => (Operation::ListPipelineBridges, *project, *id),
            "trigger_jobs" => (Operation::ListPipelineTriggerJobs, *project, *id),
            _ => return Err(NoRoute::NotFound),
        },
        ["projects", project, "jobs", id] => (Operation::GetJob, *project, *id),
        ["projects", project, "jobs", id, last] => {
            let operation = match *last {
                "trace" => Operation::GetJobLog,
                "cancel" => Operation::CancelJob,
                "retry" => Operation::RetryJob,
                "erase" => Operation::EraseJob,
                "play" => Operation::PlayJob,
                _ => return Err(NoRoute::NotFound),
            };
            (operation, *project, *id)
        }
        _ => return Err(NoRoute::NotFound),
    };
    let (allowed, allow) = if operation.is_action() {
        (method == Method::POST, "OPTIONS, POST")
    } else {
        (
            method == Method::GET || method == Method::HEAD,
            "OPTIONS, GET, HEAD",
        )
    };
    if !allowed {
        return Err(NoRoute::MethodNotAllowed { allow });
    }
    Ok(Target {
        operation,
        project: decode(project),
        id: decode(id),
    })
}

fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
