//! The same tasks with the SDK.

use std::error::Error;
use std::io;
use std::time::Duration;

use gitlab_jobs::types::JobStatus;

use crate::by_hand_blocking::Nowhere;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The async client.
#[derive(Clone)]
pub(crate) struct Client {
    sdk: gitlab_jobs::Client,
    project: u64,
}

impl Client {
    pub(crate) fn new(url: &str, project: u64) -> Result<Self> {
        let sdk = gitlab_jobs::Client::builder()
            .base_url(url)
            .private_token("glpat-benchmark")
            .build()?;
        Ok(Self { sdk, project })
    }

    pub(crate) async fn list(self) -> Result<u64> {
        let mut successes = 0;
        let mut jobs = self.sdk.list_project_jobs(self.project).stream();
        while let Some(job) = jobs.try_next().await? {
            successes += u64::from(job.status == JobStatus::Success);
        }
        Ok(successes)
    }

    /// Reads a list page by page, with a rest after each.
    pub(crate) async fn list_resting(self, rest: Duration) -> Result<u64> {
        let mut successes = 0;
        let mut pages = self.sdk.list_project_jobs(self.project).pages();
        while let Some(page) = pages.try_next().await? {
            let good = page.iter().filter(|job| job.status == JobStatus::Success);
            successes += good.count() as u64;
            tokio::time::sleep(rest).await;
        }
        Ok(successes)
    }

    pub(crate) async fn list_by_number(self, concurrency: usize) -> Result<u64> {
        let mut successes = 0;
        let jobs = self.sdk.list_project_jobs(self.project).page(1);
        let mut jobs = jobs.stream().concurrency(concurrency);
        while let Some(job) = jobs.try_next().await? {
            successes += u64::from(job.status == JobStatus::Success);
        }
        Ok(successes)
    }

    pub(crate) async fn get(self, times: u64) -> Result<u64> {
        let mut sum = 0;
        for id in 0..times {
            sum += self.sdk.get_job(self.project, id).await?.id;
        }
        Ok(sum)
    }

    pub(crate) async fn log(self) -> Result<u64> {
        let log = self.sdk.get_job_log(self.project, 8).await?;
        let mut log = log.into_inner();
        let mut length = 0;
        while let Some(chunk) = log.try_next().await? {
            length += chunk.len() as u64;
        }
        Ok(length)
    }
}

/// The blocking client.
#[derive(Clone)]
pub(crate) struct BlockingClient {
    sdk: gitlab_jobs_blocking::Client,
    project: u64,
}

impl BlockingClient {
    pub(crate) fn new(url: &str, project: u64) -> Result<Self> {
        let sdk = gitlab_jobs_blocking::Client::builder()
            .base_url(url)
            .private_token("glpat-benchmark")
            // Lost POSTs are counted, not retried.
            .max_attempts(1)
            .build()?;
        Ok(Self { sdk, project })
    }

    pub(crate) fn list(&self) -> Result<u64> {
        let mut successes = 0;
        for job in self.sdk.list_project_jobs(self.project).iter() {
            successes += u64::from(job?.status == JobStatus::Success);
        }
        Ok(successes)
    }

    pub(crate) fn list_resting(&self, rest: Duration) -> Result<u64> {
        let mut successes = 0;
        for page in self.sdk.list_project_jobs(self.project).pages() {
            let page = page?;
            let good = page.iter().filter(|job| job.status == JobStatus::Success);
            successes += good.count() as u64;
            std::thread::sleep(rest);
        }
        Ok(successes)
    }

    pub(crate) fn get(&self, times: u64) -> Result<u64> {
        let mut sum = 0;
        for id in 0..times {
            sum += self.sdk.get_job(self.project, id).send()?.id;
        }
        Ok(sum)
    }

    pub(crate) fn log(&self) -> Result<u64> {
        let log = self.sdk.get_job_log(self.project, 8).send()?;
        Ok(io::copy(&mut log.into_inner(), &mut Nowhere)?)
    }

    pub(crate) fn play(&self) -> Result<u64> {
        Ok(self.sdk.play_job(self.project, 8).send()?.id)
    }
}
