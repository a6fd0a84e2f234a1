//! What holds for any input: any bytes, any headers, any change of a sample, any course of a log, any way through a
//! list.

mod answers;
mod lists;
mod logs;
mod samples;

use fake_gitlab::{FakeGitlab, Fault};
use gitlab_jobs::Error;
use proptest::test_runner::Config;

use crate::flavour::{Client, Flavour};
use crate::scene::{Scene, layers, quick};

pub(crate) fn cases(cases: u32) -> Config {
    Config {
        cases,
        // What failed is printed; a file of it would be in the way of whoever looks at the next run.
        failure_persistence: None,
        ..Config::default()
    }
}

/// A server and both clients, kept from case to case.
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

    /// Lets the server answer everything with this, and nothing else.
    pub(crate) fn answer(&self, answer: Fault) {
        self.gitlab().clear_faults();
        self.gitlab().clear_requests();
        self.gitlab().inject(answer);
    }

    pub(crate) fn client(&self, blocking: bool) -> &Client {
        &self.clients[usize::from(blocking)]
    }
}

/// Looks at all that an error tells. Fails when it does not tell where an answer could not be decoded.
pub(crate) fn assert_told(error: &Error) {
    assert!(!error.to_string().is_empty());
    assert_eq!(error.is_decode(), error.decode_path().is_some());
    assert!(format!("{error:?}").contains(" http://127.0.0.1:"));
    assert!(!layers(error).is_empty());
    let _ = (error.message(), error.request_id(), error.retry_after());
    let _ = (error.rate_limit(), error.redirect_target());
}
