//! Classification of failure reasons.

use crate::types::{Bridge, FailureReason, Job, JobStatus};

// GitLab 19 writes more precise reasons in place of two broad ones. The server treats the broad ones as aliases of the
// new ones, so each method below returns the same for an alias and for everything that it stands for.
impl FailureReason {
    /// Returns whether a time limit was exceeded: the job ran for too long, no runner picked it up in time, or its
    /// runner stopped responding.
    ///
    /// These are `job_execution_timeout`, `job_execution_server_timeout`, `stuck_or_timeout_failure` and the values that
    /// GitLab 19 sends in place of the first and the last: the `server_timeout`, `stuck_pending` and `no_updates` values.
    ///
    /// ```
    /// use gitlab_jobs::types::FailureReason;
    ///
    /// assert!(FailureReason::StuckOrTimeoutFailure.is_timeout());
    /// assert!(FailureReason::NoUpdatesRunning.is_timeout());
    /// assert!(!FailureReason::ScriptFailure.is_timeout());
    /// ```
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.is_stuck() || self.exceeds_limit()
    }

    /// Returns whether the runner, its machine or its configuration failed, and not the job.
    ///
    /// These are `api_failure`, `runner_system_failure`, `runner_unsupported`, `runner_configuration_error`,
    /// `runner_external_dependency_failure` and `runner_interrupted`. A missing runner is a
    /// [timeout](Self::is_timeout).
    #[must_use]
    pub fn is_runner_failure(&self) -> bool {
        matches!(
            self,
            Self::ApiFailure
                | Self::RunnerSystemFailure
                | Self::RunnerUnsupported
                | Self::RunnerConfigurationError
                | Self::RunnerExternalDependencyFailure
                | Self::RunnerInterrupted
        )
    }

    /// Returns whether the cause is likely to be transient, so that the same job may succeed if it is retried
    /// unchanged.
    ///
    /// This is the case for failures of the server or of a runner: `unknown_failure`, `api_failure`,
    /// `runner_system_failure`, `runner_external_dependency_failure`, `runner_interrupted`, `scheduler_failure`,
    /// `job_router_failure`, `data_integrity_failure`, `duo_workflow_connection_failure`, `stuck_or_timeout_failure`
    /// and what it stands for (the `stuck_pending` and `no_updates` values), and, after a while,
    /// `reached_downstream_pipeline_trigger_rate_limit`.
    ///
    /// It is not the case for a failed script, a job that exceeded its time limit, missing permissions, a wrong
    /// configuration, or a reason that this version does not know.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.is_stuck()
            || matches!(
                self,
                Self::UnknownFailure
                    | Self::ApiFailure
                    | Self::RunnerSystemFailure
                    | Self::RunnerExternalDependencyFailure
                    | Self::RunnerInterrupted
                    | Self::SchedulerFailure
                    | Self::JobRouterFailure
                    | Self::DataIntegrityFailure
                    | Self::DuoWorkflowConnectionFailure
                    | Self::ReachedDownstreamPipelineTriggerRateLimit
            )
    }

    /// No runner picked up the job, or its runner stopped responding.
    fn is_stuck(&self) -> bool {
        matches!(
            self,
            Self::StuckOrTimeoutFailure
                | Self::StuckPendingWithMatchingRunners
                | Self::StuckPendingNoMatchingRunners
                | Self::NoUpdatesRunning
                | Self::NoUpdatesCanceling
        )
    }

    /// The job exceeded its time limit.
    fn exceeds_limit(&self) -> bool {
        matches!(
            self,
            Self::JobExecutionTimeout
                | Self::JobExecutionServerTimeout
                | Self::ServerTimeoutRunning
                | Self::ServerTimeoutCanceling
        )
    }
}

macro_rules! failure {
    ($($name:ident)+) => {
        $(
            impl $name {
                /// Returns whether the job failed because a [time limit was exceeded](FailureReason::is_timeout).
                #[must_use]
                pub fn timed_out(&self) -> bool {
                    self.failed_with(FailureReason::is_timeout)
                }

                /// Returns whether the job failed because of its [runner](FailureReason::is_runner_failure).
                #[must_use]
                pub fn failed_on_runner(&self) -> bool {
                    self.failed_with(FailureReason::is_runner_failure)
                }

                /// Returns whether the job failed for a reason that is [likely to be
                /// transient](FailureReason::is_transient), so that it is worth a retry.
                #[must_use]
                pub fn is_worth_a_retry(&self) -> bool {
                    self.failed_with(FailureReason::is_transient)
                }

                fn failed_with(&self, is: impl FnOnce(&FailureReason) -> bool) -> bool {
                    self.status == JobStatus::Failed && self.failure_reason.as_ref().is_some_and(is)
                }
            }
        )+
    };
}

failure!(Job Bridge);

#[cfg(test)]
mod tests {
    use super::*;

    type Predicate = (&'static str, fn(&FailureReason) -> bool);

    const PREDICATES: [Predicate; 3] = [
        ("timeout", FailureReason::is_timeout),
        ("runner", FailureReason::is_runner_failure),
        ("transient", FailureReason::is_transient),
    ];

    #[test]
    fn an_alias_is_classified_like_the_values_that_replace_it() {
        let aliases = [
            (
                "stuck_or_timeout_failure",
                &[
                    "stuck_pending_with_matching_runners",
                    "stuck_pending_no_matching_runners",
                    "no_updates_running",
                    "no_updates_canceling",
                ][..],
            ),
            (
                "job_execution_timeout",
                &["server_timeout_running", "server_timeout_canceling"][..],
            ),
        ];
        for (alias, values) in aliases {
            let alias = FailureReason::from(alias);
            for value in values {
                let value = FailureReason::from(*value);
                assert!(FailureReason::KNOWN.contains(&value), "{value}");
                for (name, holds) in PREDICATES {
                    assert_eq!(holds(&alias), holds(&value), "{value} {name}");
                }
            }
        }
    }

    #[test]
    fn failed_scripts_and_unknown_reasons_match_no_predicate() {
        for reason in ["script_failure", "ci_quota_exceeded", "brand_new", ""] {
            for (name, holds) in PREDICATES {
                assert!(!holds(&FailureReason::from(reason)), "{reason} {name}");
            }
        }
    }

    #[test]
    fn a_job_that_ran_for_too_long_is_not_transient() {
        let reason = FailureReason::JobExecutionServerTimeout;
        assert!(reason.is_timeout() && !reason.is_transient());
        let reason = FailureReason::NoUpdatesRunning;
        assert!(reason.is_timeout() && reason.is_transient());
    }
}
