//! The parameters that narrow a list: `scope`, `ref` and `include_retried`.

use crate::params::Check;
use crate::route::Operation;
use crate::settings::Settings;

const STATUSES: [&str; 13] = [
    "created",
    "waiting_for_resource",
    "preparing",
    "waiting_for_callback",
    "pending",
    "running",
    "success",
    "failed",
    "canceling",
    "canceled",
    "skipped",
    "manual",
    "scheduled",
];

/// The conditions that the items of a list meet.
#[derive(Debug, Default)]
pub(super) struct ListFilter {
    statuses: Vec<String>,
    git_ref: Option<String>,
    pub(super) include_retried: bool,
}

impl ListFilter {
    /// Reads the parameters of a list operation; any other operation has none.
    pub(super) fn read(operation: Operation, check: &mut Check<'_>, settings: &Settings) -> Self {
        if !operation.is_list() {
            return Self::default();
        }
        let has_ref = settings.ref_filter && operation == Operation::ListProjectJobs;
        Self {
            statuses: check.strings("scope", &STATUSES),
            git_ref: has_ref.then(|| check.string("ref")).flatten(),
            include_retried: operation == Operation::ListPipelineJobs
                && check.boolean("include_retried").unwrap_or(false),
        }
    }

    pub(super) fn includes(&self, status: &str, git_ref: &str) -> bool {
        let status = self.statuses.is_empty() || self.statuses.iter().any(|scope| scope == status);
        status && self.git_ref.as_deref().is_none_or(|only| only == git_ref)
    }
}
