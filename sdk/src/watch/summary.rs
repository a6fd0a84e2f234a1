//! Summaries of jobs by status.

use std::collections::BTreeMap;
use std::fmt;

use super::PipelineJob;
use super::composite::composite;
use crate::types::{JobStatus, PipelineStatus};

/// A summary of several jobs at the end of a wait.
///
/// If a job was retried, only its latest run is part of the summary. `Display` shows the number of jobs by status, such
/// as `3 success, 1 failed`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobSummary {
    jobs: Vec<PipelineJob>,
    /// Empty unless whole pipelines are summarized.
    pipelines: Vec<PipelineResult>,
}

/// The result of a whole pipeline.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PipelineResult {
    pub(super) id: u64,
    pub(super) status: PipelineStatus,
    /// Whether the bridge that started it may fail.
    pub(super) may_fail: bool,
}

impl JobSummary {
    pub(super) fn new(mut jobs: Vec<PipelineJob>) -> Self {
        jobs.sort_by_key(PipelineJob::id);
        Self {
            jobs,
            pipelines: Vec::new(),
        }
    }

    /// Returns the jobs in the order of their ids.
    #[must_use]
    pub fn jobs(&self) -> &[PipelineJob] {
        &self.jobs
    }

    /// Returns the number of jobs in a status.
    #[must_use]
    pub fn count(&self, status: &JobStatus) -> usize {
        self.jobs
            .iter()
            .filter(|job| job.status() == status)
            .count()
    }

    /// Returns each status with the number of its jobs, the most frequent first.
    #[must_use]
    pub fn counts(&self) -> Vec<(JobStatus, usize)> {
        let mut counts: Vec<(JobStatus, usize)> = Vec::new();
        for job in &self.jobs {
            match counts.iter_mut().find(|(status, _)| status == job.status()) {
                Some((_, count)) => *count += 1,
                None => counts.push((job.status().clone(), 1)),
            }
        }
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts
    }

    /// Returns the jobs that failed, including those that [may](PipelineJob::allow_failure).
    pub fn failed(&self) -> impl Iterator<Item = &PipelineJob> {
        self.jobs
            .iter()
            .filter(|job| *job.status() == JobStatus::Failed)
    }

    /// Returns what GitLab calls a pipeline with this result.
    ///
    /// If whole pipelines were waited for, this is the status that GitLab reports, which is the only evidence for a pipeline
    /// without jobs. It is `success` only if the jobs agree. Of several pipelines, a bridge and those downstream of it, all
    /// count.
    ///
    /// Otherwise, the status is derived from the jobs by GitLab's rules: `skipped` if every job was skipped, `success` if
    /// all others succeeded, `manual` if a job waits that must be played, and so on. Jobs that [may
    /// fail](PipelineJob::allow_failure) and have failed count as succeeded, and a manual one of these does not count. Without
    /// jobs, the status is `created`.
    ///
    /// ```
    /// use gitlab_jobs::types::{Job, JobStatus, PipelineStatus};
    /// use gitlab_jobs::{JobSummary, PipelineJob};
    ///
    /// let mut job = Job::default();
    /// job.status = JobStatus::Skipped;
    /// let summary: JobSummary = [PipelineJob::from(job)].into_iter().collect();
    /// assert_eq!(summary.status(), PipelineStatus::Skipped);
    /// assert!(!summary.is_success());
    /// ```
    #[must_use]
    pub fn status(&self) -> PipelineStatus {
        if self.pipelines.is_empty() {
            return composite(self.jobs.iter().map(contribution));
        }
        status_of(&self.pipelines)
    }

    /// Returns whether the [status](Self::status) is `success`. That no job has failed is not enough: without jobs, or if
    /// every job was skipped, nothing has succeeded.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status() == PipelineStatus::Success
    }
}

/// Returns what GitLab would call these pipelines together.
pub(super) fn status_of(pipelines: &[PipelineResult]) -> PipelineStatus {
    let pipelines = pipelines.iter();
    composite(pipelines.map(|result| (result.status.clone(), result.may_fail)))
}

/// Returns what a job contributes to the status of its pipeline.
pub(super) fn contribution(job: &PipelineJob) -> (PipelineStatus, bool) {
    let status = PipelineStatus::from(job.status().as_str());
    (status, job.allow_failure())
}

/// Summarizes the jobs of a pipeline, such as the [`job`](crate::JobChange::job)s of the changes that
/// [`watch_pipeline`](crate::Client::watch_pipeline) returns. Of several jobs of a pipeline with the same name, the one with
/// the greatest id counts; of several with the same id, the last.
impl FromIterator<PipelineJob> for JobSummary {
    fn from_iter<I: IntoIterator<Item = PipelineJob>>(jobs: I) -> Self {
        let mut latest = LatestRuns::default();
        for job in jobs {
            latest.add(job.pipeline().map(|pipeline| pipeline.id), job);
        }
        JobSummary::new(latest.0.into_values().collect())
    }
}

/// The latest run of each job, by pipeline and name.
#[derive(Default)]
pub(super) struct LatestRuns(BTreeMap<(Option<u64>, String), PipelineJob>);

impl LatestRuns {
    pub(super) fn add(&mut self, pipeline_id: Option<u64>, job: PipelineJob) {
        let key = (pipeline_id, job.name().to_owned());
        let known = self.0.get(&key);
        if known.is_none_or(|known| known.id() <= job.id()) {
            self.0.insert(key, job);
        }
    }

    /// Summarizes these pipelines. Others were started by runs of bridges that were retried since.
    pub(super) fn summary_of(mut self, pipelines: Vec<PipelineResult>) -> JobSummary {
        self.0
            .retain(|(id, _), _| pipelines.iter().any(|pipeline| Some(pipeline.id) == *id));
        JobSummary {
            pipelines,
            ..JobSummary::new(self.0.into_values().collect())
        }
    }
}

impl fmt::Display for JobSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.jobs.is_empty() {
            f.write_str("no jobs")?;
            return match &self.pipelines[..] {
                [pipeline] => write!(f, " ({})", pipeline.status),
                _ => Ok(()),
            };
        }
        for (index, (status, count)) in self.counts().iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{count} {status}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{Job, Pipeline};

    fn summary(jobs: &[(&str, bool)]) -> JobSummary {
        let jobs = jobs.iter().enumerate().map(|(index, (status, may_fail))| {
            let job = Job {
                id: 100 - index as u64,
                status: (*status).into(),
                allow_failure: Some(*may_fail),
                ..Job::default()
            };
            job.into()
        });
        JobSummary::new(jobs.collect())
    }

    #[test]
    fn jobs_are_counted_by_status() {
        let summary = summary(&[
            ("failed", false),
            ("success", false),
            ("brand_new", false),
            ("success", false),
            ("failed", true),
            ("success", false),
        ]);
        assert_eq!(summary.to_string(), "3 success, 2 failed, 1 brand_new");
        assert_eq!(summary.count(&JobStatus::Failed), 2);
        assert_eq!(summary.count(&JobStatus::Skipped), 0);
        let failed = summary.failed().map(PipelineJob::id).collect::<Vec<_>>();
        assert_eq!(failed, [96, 100]);
        assert_eq!(JobSummary::default().to_string(), "no jobs");
    }

    #[test]
    fn the_latest_run_and_its_last_status_count() {
        let runs = [
            (7, "a", "failed"),
            (8, "b", "running"),
            (9, "a", "success"),
            (8, "b", "success"),
            (7, "a", "canceled"),
        ];
        let jobs = runs.map(|(id, name, status)| {
            let (name, status) = (name.to_owned(), status.into());
            PipelineJob::from(Job {
                id,
                name,
                status,
                ..Job::default()
            })
        });
        let summary: JobSummary = jobs.into_iter().collect();
        assert_eq!(
            summary
                .jobs()
                .iter()
                .map(PipelineJob::id)
                .collect::<Vec<_>>(),
            [8, 9]
        );
        assert_eq!(summary.to_string(), "2 success");
    }

    #[test]
    fn runs_of_different_pipelines_do_not_replace_each_other() {
        let jobs = [(7, 1), (8, 2)].map(|(id, pipeline)| {
            let pipeline = Some(Pipeline {
                id: pipeline,
                ..Pipeline::default()
            });
            PipelineJob::from(Job {
                id,
                pipeline,
                ..Job::default()
            })
        });
        let summary: JobSummary = jobs.into_iter().collect();
        assert_eq!(summary.jobs().len(), 2);
    }

    #[test]
    fn only_jobs_that_succeeded_are_a_success() {
        for (jobs, is_success) in [
            (&[][..], false),
            (&[("skipped", false), ("skipped", false)], false),
            (&[("success", false), ("skipped", false)], true),
            (&[("success", false), ("failed", false)], false),
            (&[("success", false), ("failed", true)], true),
            (&[("failed", true)], true),
            (&[("canceled", false)], false),
            (&[("success", false), ("manual", true)], true),
            (&[("success", false), ("manual", false)], false),
            (&[("manual", true), ("created", false)], false),
            (&[("brand_new", true)], false),
        ] {
            assert_eq!(summary(jobs).is_success(), is_success, "{jobs:?}");
        }
    }

    #[test]
    fn the_results_of_pipelines_outweigh_their_jobs() {
        for (pipelines, expected) in [
            (&[("failed", false)][..], "failed"),
            (&[("success", false), ("failed", false)], "failed"),
            (&[("success", false), ("failed", true)], "success"),
            (&[("success", false), ("skipped", false)], "success"),
        ] {
            let results = pipelines
                .iter()
                .enumerate()
                .map(|(id, (status, may_fail))| {
                    let (id, status) = (id as u64, PipelineStatus::from(*status));
                    PipelineResult {
                        id,
                        status,
                        may_fail: *may_fail,
                    }
                });
            let mut latest = LatestRuns::default();
            let job = summary(&[("success", false)]).jobs.remove(0);
            latest.add(Some(0), job.clone());
            latest.add(Some(9), job);
            let summary = latest.summary_of(results.collect());
            assert_eq!(summary.status().as_str(), expected, "{pipelines:?}");
            assert_eq!(summary.jobs().len(), 1);
        }
        let failed = PipelineResult {
            id: 6,
            status: PipelineStatus::Failed,
            may_fail: false,
        };
        let summary = LatestRuns::default().summary_of(vec![failed]);
        assert_eq!(summary.to_string(), "no jobs (failed)");
    }
}
