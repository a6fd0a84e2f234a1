//! What a job does by the clock: waits, runs, writes its log, ends.

use std::time::Duration;

/// The course of a job: how long it is pending, what it writes when, and how it ends.
///
/// Times count from when the job starts to run. A job with a script goes its way by the server's [`Clock`], from
/// when the script is set ([`Job::run`]), or from when the job is played or retried.
///
/// ```
/// use std::time::Duration;
/// use fake_gitlab::{Clock, FakeGitlab, Script};
///
/// let clock = Clock::manual();
/// let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
/// let job = gitlab.with(|state| {
///     let project = state.add_project("group/project");
///     let pipeline = state.add_pipeline(project);
///     let script = Script::new()
///         .pending_for(Duration::from_secs(2))
///         .write(Duration::from_secs(1), "compiling\n")
///         .write(Duration::from_secs(5), "done\n")
///         .end(Duration::from_secs(6), "success");
///     state.add_job(pipeline, "build").run(script).id()
/// });
/// assert_eq!(gitlab.job(job).status(), "pending");
/// clock.advance(Duration::from_secs(3));
/// assert_eq!(gitlab.job(job).status(), "running");
/// assert_eq!(gitlab.job(job).log(), b"compiling\n");
/// clock.advance(Duration::from_secs(5));
/// assert_eq!(gitlab.job(job).status(), "success");
/// ```
///
/// [`Clock`]: crate::Clock
/// [`Job::run`]: crate::Job::run
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Script {
    pub(crate) pending_for: Duration,
    /// Sorted by time.
    pub(crate) steps: Vec<(Duration, Step)>,
}

/// One thing a running job does.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Write(Vec<u8>),
    End(String),
}

impl Script {
    /// A job that starts to run at once and never ends by itself.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long the job is pending before it runs.
    pub fn pending_for(mut self, duration: Duration) -> Self {
        self.pending_for = duration;
        self
    }

    /// What the job adds to its log, so long after it started to run.
    pub fn write(self, at: Duration, bytes: impl AsRef<[u8]>) -> Self {
        let step = Step::Write(bytes.as_ref().to_vec());
        self.step(at, step)
    }

    /// The status the job ends with, so long after it started to run.
    pub fn end(self, at: Duration, status: &str) -> Self {
        self.step(at, Step::End(status.to_owned()))
    }

    /// A build of the given length that writes a coloured log with sections, a line each second or so, and succeeds.
    pub fn build(length: Duration) -> Self {
        let tests = u32::try_from(length.as_secs())
            .unwrap_or(u32::MAX)
            .clamp(4, 1_000);
        let mut script = Self::new()
            .write(
                Duration::ZERO,
                "\x1b[0KRunning with fake-runner 17.0.0\x1b[0;m\n",
            )
            .write(
                Duration::ZERO,
                "section_start:1704067200:step_script\r\x1b[0KExecuting the script\n",
            )
            .write(Duration::ZERO, "\x1b[32;1m$ cargo test\x1b[0;m\n");
        for test in 1..=tests {
            let line = format!("test teaspoon::stirs_{test} ... ok\n");
            script = script.write(length * test / (tests + 1), line);
        }
        script
            .write(length, "section_end:1704067260:step_script\r\x1b[0K")
            .write(length, "\x1b[32;1mJob succeeded\x1b[0;m\n")
            .end(length, "success")
    }

    fn step(mut self, at: Duration, step: Step) -> Self {
        let after_equals = self.steps.partition_point(|(other, _)| *other <= at);
        self.steps.insert(after_equals, (at, step));
        self
    }
}
