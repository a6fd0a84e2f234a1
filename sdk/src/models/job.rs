//! What can be asked of a job, a bridge, and a status.

use crate::types::{Bridge, Job, JobStatus};

impl JobStatus {
    /// Whether nothing more happens to a job in this status, unless it is retried or played: `success`, `failed`,
    /// `canceled` and `skipped`. A status that this version does not know is taken for unfinished.
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
    /// Whether the job's [status](JobStatus::is_finished) is final.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.status.is_finished()
    }

    /// The project that the job is in, so that a job from a list can be acted on. Absent where the answer has no
    /// pipeline, or GitLab is too old.
    #[must_use]
    pub fn project_id(&self) -> Option<u64> {
        self.pipeline.as_ref()?.project_id
    }
}

impl Bridge {
    /// Whether the bridge's [status](JobStatus::is_finished) is final.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.status.is_finished()
    }

    /// The project that the bridge is in. Absent where the answer has no pipeline, or GitLab is too old.
    #[must_use]
    pub fn project_id(&self) -> Option<u64> {
        self.pipeline.as_ref()?.project_id
    }
}
