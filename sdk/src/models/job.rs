//! Methods of jobs, bridges and statuses.

use crate::types::{Bridge, Job, JobStatus};

impl JobStatus {
    /// Returns whether the status is final: `success`, `failed`, `canceled` or `skipped`.
    ///
    /// A job in such a status does not change unless it is retried or played. An unknown status is not final.
    ///
    /// ```
    /// use gitlab_jobs::types::JobStatus;
    ///
    /// assert!(JobStatus::Canceled.is_finished());
    /// assert!(!JobStatus::Canceling.is_finished());
    /// assert!(!JobStatus::from("brand_new").is_finished());
    /// ```
    #[must_use]
    pub fn is_finished(&self) -> bool {
        matches!(
            self,
            Self::Success | Self::Failed | Self::Canceled | Self::Skipped
        )
    }
}

impl Job {
    /// Returns whether the [status](JobStatus::is_finished) of the job is final.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.status.is_finished()
    }

    /// Returns the id of the project, which is needed to act on a job from a list.
    ///
    /// It is `None` if the response has no pipeline, or an older GitLab leaves it out.
    #[must_use]
    pub fn project_id(&self) -> Option<u64> {
        self.pipeline.as_ref()?.project_id
    }
}

impl Bridge {
    /// Returns whether the [status](JobStatus::is_finished) of the bridge is final.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.status.is_finished()
    }

    /// Returns the id of the project.
    ///
    /// It is `None` if the response has no pipeline, or an older GitLab leaves it out.
    #[must_use]
    pub fn project_id(&self) -> Option<u64> {
        self.pipeline.as_ref()?.project_id
    }
}
