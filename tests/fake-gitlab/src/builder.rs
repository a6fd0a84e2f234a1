//! Configuring a server before it starts.

use std::io;
use std::net::{Ipv4Addr, TcpListener};

use crate::Clock;
use crate::demo;
use crate::server::FakeGitlab;
use crate::service::Service;
use crate::settings::Settings;
use crate::state::State;

/// Configures and starts a [`FakeGitlab`].
///
/// ```
/// use fake_gitlab::FakeGitlab;
///
/// let gitlab = FakeGitlab::builder().relative_root("/gitlab").demo_project().start();
/// assert!(gitlab.url().ends_with("/gitlab"));
/// ```
#[derive(Debug, Default)]
#[must_use]
pub struct Builder {
    port: u16,
    root: String,
    clock: Clock,
    demo: bool,
    settings: Settings,
}

impl Builder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Sets the port on 127.0.0.1. The default is a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the path that GitLab is mounted below, such as `/gitlab`. The default is none.
    pub fn relative_root(mut self, root: &str) -> Self {
        let root = root.trim_matches('/');
        self.root = if root.is_empty() {
            String::new()
        } else {
            format!("/{root}")
        };
        self
    }

    /// Sets the clock. The default is the system's.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Adds a project for demonstrations, whose ids are always the same; see [`DEMO_PROJECT`](crate::DEMO_PROJECT).
    pub fn demo_project(mut self) -> Self {
        self.demo = true;
        self
    }

    /// Changes the [`Settings`].
    pub fn configure(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// Starts the server.
    ///
    /// # Panics
    ///
    /// Panics if the port is taken, or no thread can be started; [`try_start`](Self::try_start) returns the error
    /// instead.
    #[must_use]
    pub fn start(self) -> FakeGitlab {
        let port = self.port;
        self.try_start()
            .unwrap_or_else(|error| panic!("cannot serve on 127.0.0.1:{port}: {error}"))
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// Returns an error if the port is taken, or no thread can be started.
    pub fn try_start(self) -> io::Result<FakeGitlab> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))?;
        let origin = format!("http://{}", listener.local_addr()?);
        let mut state = State::new(self.clock, self.settings);
        if self.demo {
            demo::add(&mut state);
        }
        FakeGitlab::serve(listener, Service::new(origin, self.root, state))
    }
}
