//! Scripts: what a job does over time.

use std::time::Duration;

use bytes::Bytes;

/// The course of a job: how long it waits, what it writes and when, and how it ends.
///
/// A job with a script follows it by the server's [`Clock`], from when the script is set ([`Job::run`]), from when the
/// stages before its own are done ([`Job::run_in_turn`]), or from when it is played or retried. Times count from when
/// the job starts to run.
///
/// ```
/// use std::time::Duration;
/// use fake_gitlab::{Clock, FakeGitlab, Script};
///
/// let clock = Clock::manual();
/// let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
/// let script = Script::new()
///     .pending_for(Duration::from_secs(2))
///     .write(Duration::from_secs(1), "compiling\n")
///     .write(Duration::from_secs(5), "done\n")
///     .end(Duration::from_secs(6), "success");
/// let job = gitlab.add_job("group/project", "build", script).id();
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
/// [`Job::run_in_turn`]: crate::Job::run_in_turn
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Script {
    pub(crate) manual: bool,
    pub(crate) before_pending: Vec<(String, Duration)>,
    pub(crate) pending_for: Duration,
    auto_retry: Option<(Duration, Box<Script>)>,
    /// Sorted by time.
    pub(crate) steps: Vec<(Duration, Step)>,
}

/// One thing that a job does.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Status(String),
    Write(Bytes),
    RewriteLogEnd { removed: u64, bytes: Bytes },
    SetLog { generated: u64, bytes: Bytes },
    Erase,
}

/// How a job begins.
impl Script {
    /// Creates a script of a job that starts to run at once and never ends by itself.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a script of a build of the given length, which writes a coloured log with sections, about a line a
    /// second, and succeeds.
    pub fn build(length: Duration) -> Self {
        let tests = u32::try_from(length.as_secs())
            .unwrap_or(u32::MAX)
            .clamp(4, 1_000);
        let start = [
            "\x1b[0KRunning with fake-runner 17.0.0\x1b[0;m\n",
            "section_start:1704067200:step_script\r\x1b[0KExecuting the script\n",
            "\x1b[32;1m$ cargo test\x1b[0;m\n",
        ];
        let mut script = Self::new().write(Duration::ZERO, start.concat());
        for test in 1..=tests {
            let line = format!("test teaspoon::stirs_{test} ... ok\n");
            script = script.write(length * test / (tests + 1), line);
        }
        script
            .write(length, "section_end:1704067260:step_script\r\x1b[0K")
            .write(length, "\x1b[32;1mJob succeeded\x1b[0;m\n")
            .end(length, "success")
    }

    /// Makes the job manual: it waits to be played. Like GitLab's manual jobs it may be left unplayed, unless
    /// [`Job::set_allow_failure`](crate::Job::set_allow_failure) says otherwise.
    pub fn manual(mut self) -> Self {
        self.manual = true;
        self
    }

    /// Gives the job a status before it is pending, such as `scheduled` or `waiting_for_resource`, for this long. May
    /// be repeated. A job that is played or retried is not `scheduled` again.
    pub fn before_pending(mut self, status: &str, duration: Duration) -> Self {
        self.before_pending.push((status.to_owned(), duration));
        self
    }

    /// Sets how long the job is pending before it runs.
    pub fn pending_for(mut self, duration: Duration) -> Self {
        self.pending_for = duration;
        self
    }

    /// Retries the job by itself if it fails, as `retry:` in the YAML does: `gap` after it has `failed`, a new run takes
    /// its place and follows the script `next`, which may have an automatic retry as well.
    ///
    /// GitLab commits the failure before it creates the new run, usually some hundred milliseconds later. In between, a
    /// client sees a failed job and no other run; the pipeline is still `running`, unless
    /// [`Settings::failed_before_retry`](crate::Settings::failed_before_retry) is set.
    ///
    /// ```
    /// use std::time::Duration;
    /// use fake_gitlab::{Clock, FakeGitlab, Script};
    ///
    /// const SECOND: Duration = Duration::from_secs(1);
    /// let clock = Clock::manual();
    /// let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
    /// let flaky = Script::new()
    ///     .end(SECOND, "failed")
    ///     .auto_retry(SECOND, Script::new().end(SECOND, "success"));
    /// let job = gitlab.add_job("group/project", "flaky", flaky);
    /// clock.advance(SECOND);
    /// assert_eq!(gitlab.with(|state| state.pipeline_status(job.pipeline()).to_owned()), "running");
    /// clock.advance(SECOND * 2);
    /// let runs = gitlab.with(|state| state.jobs(job.project()).map(|run| run.status().to_owned()).collect::<Vec<_>>());
    /// assert_eq!(runs, ["success", "failed"]);
    /// ```
    pub fn auto_retry(mut self, gap: Duration, next: Script) -> Self {
        self.auto_retry = Some((gap, Box::new(next)));
        self
    }

    /// Returns the time between a failure and the automatic retry, if there is one.
    pub(crate) fn gap_before_retry(&self) -> Option<Duration> {
        self.auto_retry.as_ref().map(|(gap, _)| *gap)
    }

    /// Returns the script of the run that an automatic retry creates.
    pub(crate) fn next_run(&self) -> Option<Script> {
        self.auto_retry.as_ref().map(|(_, next)| (**next).clone())
    }
}

/// What a job does, and when, counted from when it starts to run.
impl Script {
    /// Changes the status, to any word.
    pub fn status(self, at: Duration, status: &str) -> Self {
        self.step(at, Step::Status(status.to_owned()))
    }

    /// Ends the job with this status.
    pub fn end(self, at: Duration, status: &str) -> Self {
        self.status(at, status)
    }

    /// Appends bytes to the log.
    pub fn write(self, at: Duration, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = Bytes::copy_from_slice(bytes.as_ref());
        self.step(at, Step::Write(bytes))
    }

    /// Makes the log one of `length` generated bytes, which grows with the next such step; see
    /// [`GeneratedLog`](crate::GeneratedLog).
    pub fn generate_log(self, at: Duration, length: u64) -> Self {
        let step = Step::SetLog {
            generated: length,
            bytes: Bytes::new(),
        };
        self.step(at, step)
    }

    /// Replaces the log.
    pub fn replace_log(self, at: Duration, bytes: impl AsRef<[u8]>) -> Self {
        let step = Step::SetLog {
            generated: 0,
            bytes: Bytes::copy_from_slice(bytes.as_ref()),
        };
        self.step(at, step)
    }

    /// Removes the last `removed` bytes of the log and appends `bytes`, like a runner that rewrites its last chunk when
    /// the job ends.
    pub fn rewrite_log_end(self, at: Duration, removed: u64, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = Bytes::copy_from_slice(bytes.as_ref());
        self.step(at, Step::RewriteLogEnd { removed, bytes })
    }

    /// Erases log and artifacts.
    pub fn erase(self, at: Duration) -> Self {
        self.step(at, Step::Erase)
    }

    fn step(mut self, at: Duration, step: Step) -> Self {
        let after_equals = self.steps.partition_point(|(other, _)| *other <= at);
        self.steps.insert(after_equals, (at, step));
        self
    }
}
