//! The client written by hand, with `reqwest::blocking`.

use std::io::{self, Write};
use std::time::Duration;

use crate::by_hand::{Result, count, first_page, next_page, token};
use crate::model::Job;

/// The blocking client.
#[derive(Clone)]
pub(crate) struct BlockingClient {
    http: reqwest::blocking::Client,
    project: String,
}

impl BlockingClient {
    pub(crate) fn new(url: &str, project: u64) -> Result<Self> {
        Ok(Self {
            http: reqwest::blocking::Client::builder()
                .default_headers(token())
                .build()?,
            project: format!("{url}/api/v4/projects/{project}/jobs"),
        })
    }

    pub(crate) fn list(&self, rest: Duration) -> Result<u64> {
        let mut successes = 0;
        let mut next = Some(first_page(&self.project));
        while let Some(url) = next {
            let response = self.http.get(url).send()?.error_for_status()?;
            next = next_page(response.headers());
            successes += count(&response.json::<Vec<Job>>()?);
            std::thread::sleep(rest);
        }
        Ok(successes)
    }

    pub(crate) fn get(&self, times: u64) -> Result<u64> {
        let mut sum = 0;
        for id in 0..times {
            let url = format!("{}/{id}", self.project);
            let response = self.http.get(url).send()?.error_for_status()?;
            sum += response.json::<Job>()?.id;
        }
        Ok(sum)
    }

    pub(crate) fn log(&self) -> Result<u64> {
        let url = format!("{}/8/trace", self.project);
        let mut response = self.http.get(url).send()?.error_for_status()?;
        Ok(io::copy(&mut response, &mut Nowhere)?)
    }

    pub(crate) fn play(&self) -> Result<u64> {
        let url = format!("{}/8/play", self.project);
        let response = self.http.post(url).send()?.error_for_status()?;
        Ok(response.json::<Job>()?.id)
    }
}

/// Discards everything written to it. Unlike [`io::sink`], it has no specialization in `io::copy`.
pub(crate) struct Nowhere;

impl Write for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
