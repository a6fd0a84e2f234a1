//! Conversion of statuses into scopes.

use crate::types::{JobScope, JobStatus};
use crate::value::parameter::accept_in_list;

/// Converts a status to the scope of the same name.
impl From<JobStatus> for JobScope {
    fn from(status: JobStatus) -> Self {
        Self::from(status.as_str())
    }
}

accept_in_list!(JobScope: JobStatus);
