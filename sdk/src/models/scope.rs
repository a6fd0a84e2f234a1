//! Conversions into the scopes of a list.

use crate::http::parameter::accept_in_list;
use crate::types::{JobScope, JobScopes, JobStatus};

/// Converts a status into the scope of the same name.
impl From<JobStatus> for JobScope {
    fn from(status: JobStatus) -> Self {
        Self::from(status.as_str())
    }
}

accept_in_list!(JobScope: JobStatus);

/// Collects scopes.
impl<S: Into<JobScope>> FromIterator<S> for JobScopes {
    fn from_iter<I: IntoIterator<Item = S>>(scopes: I) -> Self {
        Self(scopes.into_iter().map(Into::into).collect())
    }
}

impl<S: Into<JobScope>, const N: usize> From<[S; N]> for JobScopes {
    fn from(scopes: [S; N]) -> Self {
        scopes.into_iter().collect()
    }
}

impl From<&[JobScope]> for JobScopes {
    fn from(scopes: &[JobScope]) -> Self {
        scopes.iter().cloned().collect()
    }
}

impl From<Vec<&str>> for JobScopes {
    fn from(scopes: Vec<&str>) -> Self {
        scopes.into_iter().collect()
    }
}

impl From<Vec<String>> for JobScopes {
    fn from(scopes: Vec<String>) -> Self {
        scopes.into_iter().collect()
    }
}

impl From<Vec<JobStatus>> for JobScopes {
    fn from(statuses: Vec<JobStatus>) -> Self {
        statuses.into_iter().collect()
    }
}

impl From<JobScope> for JobScopes {
    fn from(scope: JobScope) -> Self {
        Self(vec![scope])
    }
}

impl From<JobStatus> for JobScopes {
    fn from(status: JobStatus) -> Self {
        Self(vec![status.into()])
    }
}

impl From<&str> for JobScopes {
    fn from(scope: &str) -> Self {
        Self(vec![scope.into()])
    }
}

impl From<String> for JobScopes {
    fn from(scope: String) -> Self {
        Self(vec![scope.into()])
    }
}
