//! The jobs and trigger jobs of a pipeline.

use crate::types::{Bridge, Job, JobStatus, Pipeline};

/// A job of a pipeline, or a trigger job (bridge).
///
/// Both have an id from the same sequence, and within a pipeline no two have the same name, except for the runs of a job
/// that was retried.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PipelineJob {
    /// A job that a runner executes.
    Job(Box<Job>),
    /// A trigger job, which starts another pipeline.
    Bridge(Box<Bridge>),
}

macro_rules! of_either {
    ($self:ident, $job:ident => $value:expr) => {
        match $self {
            Self::Job($job) => $value,
            Self::Bridge($job) => $value,
        }
    };
}

impl PipelineJob {
    /// Returns the id.
    #[must_use]
    pub fn id(&self) -> u64 {
        of_either!(self, job => job.id)
    }

    /// Returns the name.
    #[must_use]
    pub fn name(&self) -> &str {
        of_either!(self, job => &job.name)
    }

    /// Returns the name of the stage.
    #[must_use]
    pub fn stage(&self) -> &str {
        of_either!(self, job => &job.stage)
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> &JobStatus {
        of_either!(self, job => &job.status)
    }

    /// Returns whether the [status is final](JobStatus::is_finished).
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.status().is_finished()
    }

    /// Returns whether the pipeline can succeed even if this job fails, or is manual and never started.
    #[must_use]
    pub fn allow_failure(&self) -> bool {
        of_either!(self, job => job.allow_failure).unwrap_or_default()
    }

    /// Returns the pipeline, if the server sends it.
    #[must_use]
    pub fn pipeline(&self) -> Option<&Pipeline> {
        of_either!(self, job => job.pipeline.as_ref())
    }

    /// Returns the URL of the web page.
    #[must_use]
    pub fn web_url(&self) -> &str {
        of_either!(self, job => &job.web_url)
    }

    /// Returns the job, or `None` if it is a bridge.
    #[must_use]
    pub fn as_job(&self) -> Option<&Job> {
        match self {
            Self::Job(job) => Some(job),
            Self::Bridge(_) => None,
        }
    }

    /// Returns the bridge, or `None` if it is a job.
    #[must_use]
    pub fn as_bridge(&self) -> Option<&Bridge> {
        match self {
            Self::Job(_) => None,
            Self::Bridge(bridge) => Some(bridge),
        }
    }
}

impl From<Job> for PipelineJob {
    fn from(job: Job) -> Self {
        Self::Job(Box::new(job))
    }
}

impl From<Bridge> for PipelineJob {
    fn from(bridge: Bridge) -> Self {
        Self::Bridge(Box::new(bridge))
    }
}
