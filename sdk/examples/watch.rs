//! Shows a running pipeline in the terminal. The exit code is the pipeline's result.
//!
//! ```sh
//! cargo run --example watch                        # a pipeline of an in-memory GitLab
//! cargo run --example watch -- PROJECT PIPELINE    # on $GITLAB_URL, with $GITLAB_TOKEN
//! ```
//!
//! On a terminal, one block is redrawn in place, in colour unless `NO_COLOR` is set. It fits into 80 columns and 24 lines,
//! or into `COLUMNS` and `LINES` if they are exported; while there are too many jobs, those that succeeded, were skipped or
//! wait for other jobs are left out. If standard output is not a terminal, as in a CI job, each change is printed on a line.
//! The exit code is 0 if the pipeline succeeded, 1 if it did not, and 2 after an error.

use std::env;
use std::error::Error;
use std::io::{self, IsTerminal, Write, stdout};
use std::process::{ExitCode, exit};
use std::time::{Duration, Instant};

use fake_gitlab::{FakeGitlab, MAINTAINER_TOKEN, Script};
use gitlab_jobs::log::strip_ansi;
use gitlab_jobs::types::JobStatus;
use gitlab_jobs::{Client, JobSummary, PipelineJob, ProjectId, WatchPipeline};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.as_slice() {
        [] => {
            eprintln!("No arguments: showing an in-memory GitLab.");
            demo().await
        }
        [project, pipeline] if !project.starts_with('-') => {
            let (Ok(project), Ok(pipeline)) = (project.parse(), pipeline.parse()) else {
                usage();
            };
            watch_real_server(project, pipeline).await
        }
        _ => usage(),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::from(2)
        }
    }
}

/// Prints how to call the program, and exits: with 0 if `--help` asks for it, or else with 2.
fn usage() -> ! {
    const USAGE: &str = "Usage: watch [PROJECT PIPELINE]";
    if env::args().any(|argument| argument == "--help") {
        println!("{USAGE}");
        exit(0);
    }
    eprintln!("{USAGE}");
    exit(2)
}

async fn watch_real_server(project: ProjectId, pipeline: u64) -> Result<bool, Box<dyn Error>> {
    let changes = Client::from_env()?.watch_pipeline(project, pipeline);
    watch(changes.interval(Duration::from_secs(2))).await
}

/// Shows a pipeline until nothing of it is left to run, and returns whether it succeeded.
async fn watch(mut changes: WatchPipeline) -> Result<bool, Box<dyn Error>> {
    let is_dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    let is_terminal = stdout().is_terminal() && !is_dumb;
    let mut ticks = tokio::time::interval(Duration::from_millis(500));
    let mut view = View {
        rows: Vec::new(),
        began: Instant::now(),
        drawn: 0,
    };
    loop {
        let change = tokio::select! {
            change = changes.try_next() => change?,
            _ = ticks.tick(), if is_terminal && !view.rows.is_empty() => {
                view.draw(setting("LINES", 24))?;
                continue;
            }
        };
        let Some(change) = change else { break };
        let row = Row {
            job: change.job,
            is_retry: change.retry_of.is_some(),
            since: Instant::now(),
        };
        if !is_terminal {
            writeln!(stdout(), "{:>9} {}", view.age(), row.line())?;
        }
        view.add(row);
    }
    if is_terminal {
        view.draw(usize::MAX)?;
    } else {
        writeln!(stdout(), "{}", view.counts())?;
    }
    let summary = view.summary();
    for job in summary.failed() {
        writeln!(stdout(), "{}: {}", clean(job.name()), clean(job.web_url()))?;
    }
    Ok(summary.is_success())
}

/// The latest run of a job.
struct Row {
    job: PipelineJob,
    is_retry: bool,
    since: Instant,
}

impl Row {
    /// How long the job ran or, if it is in the queue, has been waiting for a runner.
    fn time(&self) -> String {
        let (duration, queued) = match (self.job.as_job(), self.job.as_bridge()) {
            (Some(job), _) => (job.duration, job.queued_duration),
            (_, Some(bridge)) => (bridge.duration, bridge.queued_duration),
            _ => (None, None),
        };
        let since = self.since.elapsed().as_secs_f64();
        let seconds = match self.job.status() {
            JobStatus::Running | JobStatus::Canceling => Some(duration.unwrap_or(0.0) + since),
            JobStatus::Pending => Some(queued.unwrap_or(0.0) + since),
            status => duration.filter(|_| status.is_finished()),
        };
        seconds.map(time).unwrap_or_default()
    }

    /// The status, and what else there is to know.
    fn state(&self) -> String {
        let job = self.job.as_job();
        let reason = job.and_then(|job| job.failure_reason.as_ref());
        let mut parts = vec![self.job.status().to_string()];
        parts.extend(reason.map(ToString::to_string));
        parts.extend(self.may_fail().then(|| "allowed to fail".to_owned()));
        parts.extend(self.is_retry.then(|| "retried".to_owned()));
        parts.join(", ").replace('_', " ")
    }

    /// Returns whether the job failed and the pipeline can succeed nevertheless.
    fn may_fail(&self) -> bool {
        *self.job.status() == JobStatus::Failed && self.job.allow_failure()
    }

    /// A symbol for the status, and the number of its colour.
    fn symbol(&self) -> (char, u8) {
        match self.job.status() {
            JobStatus::Success => ('✓', 32),
            JobStatus::Failed if self.may_fail() => ('!', 33),
            JobStatus::Failed => ('✗', 31),
            JobStatus::Running | JobStatus::Canceling => ('●', 34),
            JobStatus::Manual => ('▷', 35),
            JobStatus::Created | JobStatus::Skipped | JobStatus::Canceled => ('·', 90),
            _ => ('○', 33),
        }
    }

    fn line(&self) -> String {
        let (stage, name, state) = (self.job.stage(), self.job.name(), self.state());
        let time = Some(self.time()).filter(|time| self.job.is_finished() && !time.is_empty());
        let time = time.map_or_else(String::new, |time| format!(" after {time}"));
        clean(&format!(
            "{} {stage} / {name}, {state}{time}",
            self.symbol().0
        ))
    }
}

/// The jobs in the order in which they were created, which is that of the stages.
struct View {
    rows: Vec<Row>,
    began: Instant,
    /// The number of lines that are on the screen.
    drawn: usize,
}

impl View {
    fn add(&mut self, row: Row) {
        let mut rows = self.rows.iter_mut();
        match rows.find(|known| known.job.name() == row.job.name()) {
            // An earlier run can change, too.
            Some(known) if known.job.id() > row.job.id() => {}
            Some(known) => *known = row,
            None => self.rows.push(row),
        }
    }

    /// Draws the block over the one before, in at most so many lines.
    fn draw(&mut self, height: usize) -> io::Result<()> {
        let width = setting("COLUMNS", 80);
        let mut lines = self.lines(width, |_| true);
        if lines.len() + 2 > height {
            // What has scrolled off the screen could not be redrawn.
            lines = self.lines(width, |row| {
                use JobStatus::{Created, Skipped, Success};
                !matches!(row.job.status(), Success | Skipped | Created)
            });
            lines.truncate(height.saturating_sub(2));
        }
        lines.push(fit(&self.counts(), width));
        if self.drawn > 0 {
            write!(stdout(), "\x1b[{}F", self.drawn)?;
        }
        self.drawn = lines.len();
        // A terminal that is narrower cuts lines off, instead of wrapping them.
        let block = lines.join("\x1b[K\n");
        write!(stdout(), "\x1b[?7l{block}\x1b[K\n\x1b[J\x1b[?7h")?;
        stdout().flush()
    }

    fn lines(&self, width: usize, shown: fn(&Row) -> bool) -> Vec<String> {
        let length = |row: &Row| clean(row.job.name()).chars().count();
        let name_width = self
            .rows
            .iter()
            .map(length)
            .max()
            .unwrap_or_default()
            .min(width / 2);
        let (mut lines, mut stage) = (Vec::new(), "");
        for row in self.rows.iter().filter(|row| shown(row)) {
            if row.job.stage() != stage {
                stage = row.job.stage();
                lines.push(paint(1, &fit(stage, width)));
            }
            let (symbol, color) = row.symbol();
            let symbol = paint(color, &symbol.to_string());
            let (name, time) = (fit(row.job.name(), name_width), row.time());
            let state = fit(&row.state(), width.saturating_sub(name_width + 17));
            let state = paint(color, &state);
            lines.push(format!(
                "  {symbol} {name:<name_width$}  {time:>9}  {state}"
            ));
        }
        lines
    }

    fn summary(&self) -> JobSummary {
        self.rows.iter().map(|row| row.job.clone()).collect()
    }

    fn counts(&self) -> String {
        clean(&format!("{} after {}", self.summary(), self.age()))
    }

    fn age(&self) -> String {
        time(self.began.elapsed().as_secs_f64())
    }
}

fn setting(name: &str, default: usize) -> usize {
    let value = env::var(name).ok().and_then(|value| value.parse().ok());
    value.unwrap_or(default)
}

fn paint(color: u8, text: &str) -> String {
    match env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
        true => text.to_owned(),
        false => format!("\x1b[{color}m{text}\x1b[0m"),
    }
}

fn time(seconds: f64) -> String {
    let seconds = seconds as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m {seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h {minutes:02}m"),
    }
}

/// Removes what could move the cursor.
fn clean(text: &str) -> String {
    strip_ansi(text).replace(['\t', '\n'], " ")
}

/// Cuts off text that is too wide.
fn fit(text: &str, width: usize) -> String {
    let mut text = clean(text);
    if let Some((end, _)) = text.char_indices().nth(width) {
        text.truncate(end);
        text.pop();
        text.push('…');
    }
    text
}

/// Watches a pipeline of an in-memory GitLab, in which a job fails and is retried.
async fn demo() -> Result<bool, Box<dyn Error>> {
    const TICK: Duration = Duration::from_millis(100);
    let gitlab = FakeGitlab::start();
    let build = |wait, run| Script::build(TICK * run).pending_for(TICK * wait);
    let failing = |run| Script::new().end(TICK * run, "failed");
    let (pipeline, browser) = gitlab.with(|state| {
        let project = state.add_project("group/project");
        let pipeline = state.add_pipeline(project);
        let mut add = |stage, name, script| {
            let job = state.add_job(pipeline, name).set_stage(stage);
            job.run_in_turn(script).id()
        };
        add("build", "compile", build(5, 22));
        add("build", "assets", build(13, 10));
        add("test", "unit", build(4, 26));
        let browser = add("test", "browser", failing(15));
        let audit = add("test", "audit", failing(9));
        add("deploy", "staging", build(4, 12));
        add("deploy", "production", build(0, 20).manual());
        state.job_mut(audit).set_allow_failure(true);
        (pipeline, browser)
    });
    let client = Client::builder()
        .base_url(gitlab.url())
        .private_token(MAINTAINER_TOKEN)
        .build()?;
    let retry = async {
        let failed = client.wait_for_job("group/project", browser);
        failed.interval(TICK).await?;
        gitlab.with(|state| _ = state.job_mut(browser).run(build(8, 15)));
        client.retry_job("group/project", browser).await
    };
    let changes = client.watch_pipeline("group/project", pipeline);
    let (succeeded, retried) = tokio::join!(watch(changes.interval(TICK * 2)), retry);
    retried?;
    succeeded
}
