//! Properties that hold for any input: any bytes, any headers, any change to a sample, any history of a log, any way to
//! read a list.

mod lists;
mod logs;
mod responses;
mod samples;
mod text;

use fake_gitlab::{FakeGitlab, Fault};
use gitlab_jobs::Error;
use proptest::test_runner::Config;

use crate::flavour::{Client, Flavour};
use crate::scene::{Scene, layers, quick};

pub(crate) fn cases(cases: u32) -> Config {
    Config {
        cases,
        // Failing cases are printed. Files with them would only get in the way.
        failure_persistence: None,
        ..Config::default()
    }
}

/// A server and both clients, reused by all cases.
pub(crate) struct Bench {
    pub(crate) scene: Scene,
    pub(crate) clients: [Client; 2],
}

impl Bench {
    pub(crate) fn new() -> Self {
        let scene = Scene::with_job("running");
        let clients = [Flavour::Async, Flavour::Blocking]
            .map(|flavour| flavour.build(quick(&scene.gitlab).max_attempts(1)));
        Self { scene, clients }
    }

    pub(crate) fn gitlab(&self) -> &FakeGitlab {
        &self.scene.gitlab
    }

    /// Makes the server respond to every request with this.
    pub(crate) fn respond_with(&self, response: Fault) {
        self.gitlab().clear_faults();
        self.gitlab().clear_requests();
        self.gitlab().inject(response);
    }

    pub(crate) fn client(&self, blocking: bool) -> &Client {
        &self.clients[usize::from(blocking)]
    }
}

/// Reads everything that an error reports. Panics if a decode error does not name the place.
pub(crate) fn assert_reported(error: &Error) {
    assert!(!error.to_string().is_empty());
    assert_eq!(error.is_decode(), error.decode_path().is_some());
    assert!(format!("{error:?}").contains(" http://127.0.0.1:"));
    assert!(!layers(error).is_empty());
    let _ = (error.message(), error.request_id(), error.retry_after());
    let _ = (error.rate_limit(), error.redirect_target());
}
