//! A client that a good engineer would write by hand on reqwest and serde. It has the SDK's timeouts, as far as reqwest
//! supports them, but no retries.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue, LINK};

use crate::model::{Job, JobStatus};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The async client.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    project: String,
}

impl Client {
    pub(crate) fn new(url: &str, project: u64) -> Result<Self> {
        Ok(Self {
            http: reqwest::Client::builder()
                .default_headers(token())
                .connect_timeout(Duration::from_secs(10))
                .read_timeout(Duration::from_secs(60))
                .build()?,
            project: format!("{url}/api/v4/projects/{project}/jobs"),
        })
    }

    /// Reads a list to its end, page by page, and counts the successful jobs.
    pub(crate) async fn list(self, rest: Duration) -> Result<u64> {
        let mut successes = 0;
        let mut next = Some(first_page(&self.project));
        while let Some(url) = next {
            let response = self.http.get(url).send().await?.error_for_status()?;
            next = next_page(response.headers());
            successes += count(&response.json::<Vec<Job>>().await?);
            if !rest.is_zero() {
                tokio::time::sleep(rest).await;
            }
        }
        Ok(successes)
    }

    /// Reads a list to its end by page number.
    pub(crate) async fn list_by_number(self) -> Result<u64> {
        let mut successes = 0;
        let mut next = Some("1".to_owned());
        while let Some(page) = next {
            let url = format!("{}?per_page=100&page={page}", self.project);
            let response = self.http.get(url).send().await?.error_for_status()?;
            let page = response.headers().get("x-next-page");
            next = page
                .and_then(|page| page.to_str().ok())
                .filter(|page| !page.is_empty())
                .map(str::to_owned);
            successes += count(&response.json::<Vec<Job>>().await?);
        }
        Ok(successes)
    }

    /// Requests one job after the other.
    pub(crate) async fn get(self, times: u64) -> Result<u64> {
        let mut sum = 0;
        for id in 0..times {
            let url = format!("{}/{id}", self.project);
            let response = self.http.get(url).send().await?.error_for_status()?;
            sum += response.json::<Job>().await?.id;
        }
        Ok(sum)
    }

    /// Reads a log, and returns its length.
    pub(crate) async fn log(self) -> Result<u64> {
        let url = format!("{}/8/trace", self.project);
        let mut response = self.http.get(url).send().await?.error_for_status()?;
        let mut length = 0;
        while let Some(chunk) = response.chunk().await? {
            length += chunk.len() as u64;
        }
        Ok(length)
    }
}

pub(crate) fn token() -> HeaderMap {
    let mut token = HeaderValue::from_static("glpat-benchmark");
    token.set_sensitive(true);
    HeaderMap::from_iter([("private-token".parse().expect("a header's name"), token)])
}

pub(crate) fn first_page(project: &str) -> String {
    format!("{project}?per_page=100&pagination=keyset&order_by=id&sort=desc")
}

pub(crate) fn next_page(headers: &HeaderMap) -> Option<String> {
    headers
        .get(LINK)?
        .to_str()
        .ok()?
        .split(',')
        .find_map(|link| {
            let (url, rel) = link.trim().strip_prefix('<')?.split_once('>')?;
            rel.contains("rel=\"next\"").then(|| url.to_owned())
        })
}

pub(crate) fn count(jobs: &[Job]) -> u64 {
    let successes = jobs.iter().filter(|job| job.status == JobStatus::Success);
    successes.count() as u64
}
