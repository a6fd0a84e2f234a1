//! The start of most scenarios: a server that has a project with a job, and a client that does not wait long.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use fake_gitlab::{Clock, FakeGitlab, MAINTAINER_TOKEN, RecordedRequest};
use gitlab_jobs::types::Job;
use gitlab_jobs::{ClientBuilder, Error, Response, RetryPolicy, reqwest};

use crate::flavour::{Client, Flavour, send};

pub(crate) const MILLISECOND: Duration = Duration::from_millis(1);

/// Starts a server with the demo project.
pub(crate) fn demo() -> FakeGitlab {
    FakeGitlab::builder().demo_project().start()
}

/// A server with one job.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) gitlab: FakeGitlab,
    pub(crate) project: u64,
    pub(crate) pipeline: u64,
    pub(crate) job: u64,
}

impl Scene {
    /// Starts a server with a job in this status.
    pub(crate) fn with_job(status: &str) -> Self {
        Self::on(FakeGitlab::start(), status)
    }

    /// Starts a server whose clock only the test advances, with a job in this status.
    pub(crate) fn with_clock(status: &str) -> (Self, Clock) {
        let clock = Clock::manual();
        let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
        (Self::on(gitlab, status), clock)
    }

    fn on(gitlab: FakeGitlab, status: &str) -> Self {
        let (project, pipeline, job) = gitlab.with(|state| {
            let project = state.add_project("group/project");
            let pipeline = state.add_pipeline(project);
            let job = state.add_job(pipeline, "build").set_status(status).id();
            (project, pipeline, job)
        });
        Self {
            gitlab,
            project,
            pipeline,
            job,
        }
    }

    /// Starts a server with a finished job that has this log.
    pub(crate) fn with_log(log: impl AsRef<[u8]>) -> Self {
        let scene = Self::with_job("success");
        scene.gitlab.with(|state| {
            state.job_mut(scene.job).set_log(log);
        });
        scene
    }

    pub(crate) fn client(&self, flavour: Flavour) -> Client {
        flavour.build(quick(&self.gitlab))
    }

    /// A client that sends every request once.
    pub(crate) fn client_without_retries(&self, flavour: Flavour) -> Client {
        flavour.build(quick(&self.gitlab).max_attempts(1))
    }

    pub(crate) fn get_job(&self, client: &Client) -> Result<Response<Job>, Error> {
        send!(client, get_job(self.project, self.job))
    }

    pub(crate) fn play_job(&self, client: &Client) -> Result<Response<Job>, Error> {
        send!(client, play_job(self.project, self.job))
    }

    pub(crate) fn retry_job(&self, client: &Client) -> Result<Response<Job>, Error> {
        send!(client, retry_job(self.project, self.job))
    }

    /// The path of the job below the server's root, for redirects.
    pub(crate) fn job_path(&self) -> String {
        format!("/api/v4/projects/{}/jobs/{}", self.project, self.job)
    }

    /// Keeps the largest number of requests in flight at once: those that the server has received, and to which it has
    /// not begun to respond.
    pub(crate) fn most_in_flight(&self) -> Arc<AtomicUsize> {
        let most = Arc::new(AtomicUsize::new(0));
        let (noted, mut requests) = (Arc::clone(&most), Vec::<RecordedRequest>::new());
        self.gitlab.on_request(move |request, _| {
            requests.push(request.clone());
            requests.retain(|request| request.response_status().is_none());
            noted.fetch_max(requests.len(), Ordering::SeqCst);
        });
        most
    }

    /// The number of jobs in the project.
    pub(crate) fn jobs(&self) -> usize {
        self.gitlab.with(|state| state.jobs(self.project).count())
    }
}

/// The options of a client whose token permits everything, and whose backoff is a millisecond or two.
pub(crate) fn quick(gitlab: &FakeGitlab) -> ClientBuilder {
    without_token(gitlab).private_token(MAINTAINER_TOKEN)
}

pub(crate) fn without_token(gitlab: &FakeGitlab) -> ClientBuilder {
    ClientBuilder::new()
        .base_url(gitlab.url())
        .retry_policy(quick_retries())
        .configure_http(plain_and_direct)
}

/// Disables proxies from the environment, which must not get between tests and servers, and the platform's
/// certificates, which take longer to load than most tests run.
pub(crate) fn plain_and_direct(http: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    http.no_proxy().tls_certs_only([])
}

pub(crate) fn quick_retries() -> RetryPolicy {
    RetryPolicy::default()
        .min_backoff(MILLISECOND)
        .max_backoff(2 * MILLISECOND)
}

/// The requests of one operation.
pub(crate) fn requests_of(gitlab: &FakeGitlab, operation: &str) -> Vec<RecordedRequest> {
    let requests = gitlab.requests().into_iter();
    requests
        .filter(|request| request.operation == Some(operation))
        .collect()
}

/// An error and its sources, one by one.
pub(crate) fn layers(error: &(dyn std::error::Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |error| error.source())
        .map(ToString::to_string)
        .collect()
}
