//! The parameters that narrow a list: `scope`, `ref` and `include_retried`.

use crate::query;
use crate::response::Response;
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
    pub(super) fn read(
        operation: Operation,
        pairs: &[(String, String)],
        settings: &Settings,
    ) -> Result<Self, Response> {
        if !operation.is_list() {
            return Ok(Self::default());
        }
        let statuses = scope(pairs)?;
        if !statuses.iter().all(|status| STATUSES.contains(&&**status)) {
            return Err(Response::bad_request("scope does not have a valid value"));
        }
        let include_retried = match query::last(pairs, "include_retried") {
            Some("true" | "1") => true,
            None | Some("false" | "0" | "") => false,
            Some(_) if operation != Operation::ListPipelineJobs => false,
            Some(_) => return Err(Response::bad_request("include_retried is invalid")),
        };
        let git_ref = query::last(pairs, "ref")
            .filter(|_| settings.ref_filter && operation == Operation::ListProjectJobs);
        Ok(Self {
            statuses,
            git_ref: git_ref.map(ToOwned::to_owned),
            include_retried,
        })
    }

    pub(super) fn includes(&self, status: &str, git_ref: &str) -> bool {
        let status = self.statuses.is_empty() || self.statuses.iter().any(|scope| scope == status);
        status && self.git_ref.as_deref().is_none_or(|only| only == git_ref)
    }
}

/// Returns the values of `scope`, in each form that the server's framework knows: `scope=a` is a single value, and the
/// last one counts; `scope[]=a` is an item of a list; `scope[k]=a` is a member of a map, whose values count. Deeper
/// nesting is never valid, and neither are two forms in one query.
fn scope(pairs: &[(String, String)]) -> Result<Vec<String>, Response> {
    let mut single = None;
    let mut items = Vec::new();
    let mut members = Vec::new();
    for (name, value) in pairs {
        match name.strip_prefix("scope") {
            Some("") => single = Some(value.clone()),
            Some("[]") => items.push(value.clone()),
            Some(key) if key.starts_with("[][") => items.push(key.to_owned()),
            Some(key) if key.starts_with('[') && key.len() > 1 => {
                let flat = key.ends_with(']') && key.matches('[').count() == 1;
                members.push(if flat { value } else { key }.to_owned());
            }
            _ => {}
        }
    }
    let forms = [single.is_some(), !items.is_empty(), !members.is_empty()];
    if forms.into_iter().filter(|used| *used).count() > 1 {
        return Err(Response::bad_request("scope is invalid"));
    }
    Ok(single.into_iter().chain(items).chain(members).collect())
}
