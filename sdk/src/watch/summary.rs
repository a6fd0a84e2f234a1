//! Summaries of jobs by status.

use std::collections::BTreeMap;
use std::fmt;

use super::PipelineJob;
use crate::types::JobStatus;

/// A summary of several jobs at the end of a wait.
///
/// If a job was retried, only its latest run is part of the summary. `Display` shows the number of jobs by status, such
/// as `3 success, 1 failed`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JobSummary {
    jobs: Vec<PipelineJob>,
}

impl JobSummary {
    pub(super) fn new(mut jobs: Vec<PipelineJob>) -> Self {
        jobs.sort_by_key(PipelineJob::id);
        Self { jobs }
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

    /// Returns whether every job succeeded or was skipped, apart from those that [may fail](PipelineJob::allow_failure)
    /// and manual ones that need not be started.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.jobs.iter().all(|job| match job.status() {
            JobStatus::Success | JobStatus::Skipped => true,
            JobStatus::Failed | JobStatus::Canceled | JobStatus::Manual => job.allow_failure(),
            _ => false,
        })
    }
}

/// Summarizes the jobs of one pipeline, such as the [`job`](crate::JobChange::job)s of the changes that
/// [`watch_pipeline`](crate::Client::watch_pipeline) returns. Of several jobs with the same name, the one with the greatest
/// id counts; of several with the same id, the last.
impl FromIterator<PipelineJob> for JobSummary {
    fn from_iter<I: IntoIterator<Item = PipelineJob>>(jobs: I) -> Self {
        let mut latest = LatestRuns::default();
        jobs.into_iter().for_each(|job| latest.add(job));
        latest.summary()
    }
}

/// The latest run of each job of a pipeline, by name.
#[derive(Default)]
pub(super) struct LatestRuns(BTreeMap<String, PipelineJob>);

impl LatestRuns {
    pub(super) fn add(&mut self, job: PipelineJob) {
        let known = self.0.get(job.name());
        if known.is_none_or(|known| known.id() <= job.id()) {
            self.0.insert(job.name().to_owned(), job);
        }
    }

    pub(super) fn summary(self) -> JobSummary {
        JobSummary::new(self.0.into_values().collect())
    }
}

impl fmt::Display for JobSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.jobs.is_empty() {
            return f.write_str("no jobs");
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
    use crate::types::Job;

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
    fn jobs_that_may_fail_do_not_affect_success() {
        for (jobs, is_success) in [
            (&[][..], true),
            (&[("success", false), ("skipped", false)], true),
            (&[("success", false), ("failed", false)], false),
            (&[("success", false), ("failed", true)], true),
            (&[("canceled", false)], false),
            (&[("success", false), ("manual", true)], true),
            (&[("success", false), ("manual", false)], false),
            (&[("manual", true), ("created", false)], false),
            (&[("brand_new", true)], false),
        ] {
            assert_eq!(summary(jobs).is_success(), is_success, "{jobs:?}");
        }
    }
}
