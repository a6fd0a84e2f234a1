//! The status that GitLab derives for a pipeline from its jobs.

use std::collections::HashSet;

use crate::types::PipelineStatus;

/// Returns the status of a pipeline with jobs in these statuses, each with whether it may fail.
///
/// The rules and their order are those of GitLab's `Gitlab::Ci::Status::Composite`. A job in an unknown status counts as
/// running. Without jobs, the pipeline is `created`.
pub(super) fn composite(jobs: impl IntoIterator<Item = (PipelineStatus, bool)>) -> PipelineStatus {
    use PipelineStatus::{
        Canceled, Canceling, Created, Failed, Manual, Pending, Preparing, Running, Scheduled,
        Skipped, Success, Unknown, WaitingForCallback, WaitingForResource,
    };

    let (mut statuses, mut passed_with_warnings, mut any_ignored) = (HashSet::new(), false, false);
    for (status, may_fail) in jobs {
        match status {
            Failed | Canceled if may_fail => passed_with_warnings = true,
            Manual if may_fail => any_ignored = true,
            Unknown(_) => _ = statuses.insert(Running),
            status => _ = statuses.insert(status),
        }
    }
    let only = |these: &[PipelineStatus]| statuses.iter().all(|status| these.contains(status));
    let any = |these: &[PipelineStatus]| these.iter().any(|status| statuses.contains(status));
    match () {
        () if statuses.is_empty() && !passed_with_warnings && !any_ignored => Created,
        () if only(&[Skipped]) && !passed_with_warnings => Skipped,
        () if only(&[Success, Skipped]) => Success,
        () if only(&[Created]) => Created,
        () if only(&[Preparing]) => Preparing,
        () if only(&[Canceled, Success, Skipped]) => Canceled,
        () if only(&[Pending, Created, Skipped]) => Pending,
        () if any(&[Canceling]) => Canceling,
        () if any(&[Running, Pending]) => Running,
        () if any(&[WaitingForCallback]) => WaitingForCallback,
        () if any(&[WaitingForResource]) => WaitingForResource,
        () if any(&[Manual]) => Manual,
        () if any(&[Scheduled]) => Scheduled,
        () if any(&[Preparing]) => Preparing,
        () if any(&[Created]) => Running,
        () => Failed,
    }
}

/// Returns whether nothing runs by itself in a pipeline with this status.
pub(super) fn is_at_rest(status: &PipelineStatus) -> bool {
    use PipelineStatus::{Canceled, Failed, Manual, Skipped, Success};
    matches!(status, Success | Failed | Canceled | Skipped | Manual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_the_one_that_gitlab_derives() {
        // A question mark means that the job may fail.
        for (jobs, expected) in [
            ("", "created"),
            ("success", "success"),
            ("success skipped", "success"),
            ("skipped", "skipped"),
            ("skipped manual?", "skipped"),
            ("manual?", "skipped"),
            ("failed?", "success"),
            ("canceled? skipped", "success"),
            ("success failed? manual?", "success"),
            ("failed", "failed"),
            ("success failed", "failed"),
            ("failed canceled", "failed"),
            ("failed skipped", "failed"),
            ("canceled", "canceled"),
            ("success canceled skipped", "canceled"),
            ("success manual", "manual"),
            ("manual created skipped", "manual"),
            ("failed manual", "manual"),
            ("success scheduled created", "scheduled"),
            ("created", "created"),
            ("created manual?", "created"),
            ("success created", "running"),
            ("failed created", "running"),
            ("pending created", "pending"),
            ("success pending", "running"),
            ("failed running", "running"),
            ("running canceling", "canceling"),
            ("preparing", "preparing"),
            ("success waiting_for_resource", "waiting_for_resource"),
            ("success waiting_for_callback", "waiting_for_callback"),
            ("brand_new", "running"),
            ("success brand_new?", "running"),
        ] {
            let parsed = jobs.split_whitespace().map(|job| {
                let status = job.trim_end_matches('?');
                (PipelineStatus::from(status), job.ends_with('?'))
            });
            assert_eq!(composite(parsed).as_str(), expected, "{jobs}");
        }
    }
}
