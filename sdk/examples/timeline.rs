//! Draws the jobs of a pipeline as an SVG: when each was created, how long it waited for a runner, and how long it ran.
//!
//! ```sh
//! cargo run --example timeline > timeline.svg                      # of an in-memory GitLab
//! cargo run --example timeline -- PROJECT PIPELINE > timeline.svg  # of $GITLAB_URL, with $GITLAB_TOKEN
//! ```

use std::collections::HashSet;
use std::env;
use std::error::Error;
use std::fmt::Write;
use std::process::exit;
use std::time::Duration;

use fake_gitlab::{Clock, FakeGitlab, MAINTAINER_TOKEN, Script};
use futures_util::TryStreamExt;
use gitlab_jobs::chrono::{DateTime, Utc};
use gitlab_jobs::types::{Job, JobStatus};
use gitlab_jobs::{Client, ProjectId};

const LABELS: f64 = 220.0;
const CHART: f64 = 720.0;
const ROW: f64 = 26.0;
const TOP: f64 = 64.0;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let svg = match arguments.as_slice() {
        [] => {
            eprintln!("No arguments: showing an in-memory GitLab.");
            let demo = Demo::start();
            let client = Client::builder()
                .base_url(demo.gitlab.url())
                .private_token(MAINTAINER_TOKEN)
                .build()?;
            demo.repair();
            client.retry_job("group/project", demo.failed).await?;
            demo.clock.advance(Duration::from_secs(110));
            draw(&client, "group/project".parse()?, demo.pipeline).await?
        }
        [project, pipeline] if !project.starts_with('-') => {
            let (Ok(project), Ok(pipeline)) = (project.parse(), pipeline.parse()) else {
                usage();
            };
            draw(&Client::from_env()?, project, pipeline).await?
        }
        _ => usage(),
    };
    print!("{svg}");
    Ok(())
}

/// Prints how to call the program, and exits: with 0 if `--help` asks for it, or else with 2.
fn usage() -> ! {
    const USAGE: &str = "Usage: timeline [PROJECT PIPELINE]";
    if env::args().any(|argument| argument == "--help") {
        println!("{USAGE}");
        exit(0);
    }
    eprintln!("{USAGE}");
    exit(2)
}

async fn draw(
    client: &Client,
    project: ProjectId,
    pipeline: u64,
) -> Result<String, Box<dyn Error>> {
    let list = client
        .list_pipeline_jobs(&project, pipeline)
        .include_retried(true);
    let mut jobs: Vec<Job> = list.stream().try_collect().await?;
    // GitLab creates jobs in the order of their stages. A retry is created later, and belongs beside what it repeats.
    jobs.sort_by_key(|job| job.id);
    let mut stages: Vec<String> = jobs.iter().map(|job| job.stage.clone()).collect();
    let mut seen = HashSet::new();
    stages.retain(|stage| seen.insert(stage.clone()));
    jobs.sort_by_key(|job| {
        let stage = stages.iter().position(|stage| *stage == job.stage);
        (stage, job.name.clone(), job.id)
    });
    let start = jobs.iter().map(|job| job.created_at).min();
    let Some(start) = start else {
        return Err(format!("pipeline {pipeline} has no jobs").into());
    };
    let bars: Vec<Bar> = jobs.iter().map(|job| Bar::of(job, start)).collect();
    let end = bars.iter().map(|bar| bar.end).fold(1.0, f64::max);
    let title = format!("Pipeline {pipeline} of {project}: {}", duration(end));
    Ok(render(&title, &bars, end))
}

/// A job, in seconds since the first one was created.
struct Bar<'a> {
    job: &'a Job,
    queued: f64,
    /// When it began to run, if it did.
    started: Option<f64>,
    end: f64,
}

impl<'a> Bar<'a> {
    fn of(job: &'a Job, start: DateTime<Utc>) -> Self {
        let since = |time: DateTime<Utc>| (time - start).as_seconds_f64();
        let created = since(job.created_at);
        let started = job.started_at.map(since);
        // A job can wait for earlier stages before it waits for a runner, and only the latter counts as queued.
        let queued = match (started, job.queued_duration) {
            (Some(started), Some(waited)) => started - waited,
            _ => created,
        };
        let end = match (job.finished_at, started, job.duration) {
            (Some(finished), ..) => since(finished),
            (None, Some(started), Some(so_far)) => started + so_far,
            _ => started.unwrap_or(created),
        };
        Self {
            job,
            queued,
            started,
            end,
        }
    }
}

fn render(title: &str, bars: &[Bar], end: f64) -> String {
    let height = TOP + ROW * bars.len() as f64 + 44.0;
    let width = LABELS + CHART + 90.0;
    let bottom = TOP + ROW * bars.len() as f64;
    let x = |seconds: f64| LABELS + CHART * seconds / end;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="30" font-size="18" font-weight="bold">{}</text>
"##,
        escape(title)
    );
    let step = tick(end);
    let ticks = (0..).map(|tick| f64::from(tick) * step);
    for seconds in ticks.take_while(|seconds| *seconds <= end) {
        let at = x(seconds);
        let _ = writeln!(
            svg,
            r##"<line x1="{at:.1}" x2="{at:.1}" y1="{TOP}" y2="{bottom}" stroke="#e3e3e3"/><text x="{at:.1}" y="{}" text-anchor="middle" fill="#666" font-size="11">{}</text>"##,
            TOP - 8.0,
            duration(seconds)
        );
    }
    let mut stage = "";
    for (row, bar) in bars.iter().enumerate() {
        let y = TOP + ROW * row as f64;
        if bar.job.stage != stage {
            stage = &bar.job.stage;
            let _ = writeln!(
                svg,
                r##"<line x1="16" x2="{}" y1="{y}" y2="{y}" stroke="#999"/><text x="16" y="{}" fill="#666" font-weight="bold">{}</text>"##,
                LABELS + CHART,
                y + 17.0,
                escape(stage)
            );
        }
        let _ = writeln!(
            svg,
            r##"<text x="{}" y="{}" text-anchor="end">{}</text>"##,
            LABELS - 10.0,
            y + 17.0,
            escape(&bar.job.name)
        );
        let color = color(&bar.job.status);
        let mut part = |from: f64, to: f64, opacity: f64| {
            let _ = writeln!(
                svg,
                r##"<rect x="{:.1}" y="{}" width="{:.1}" height="{}" rx="3" fill="{color}" opacity="{opacity}"><title>{}</title></rect>"##,
                x(from),
                y + 5.0,
                (x(to) - x(from)).max(2.0),
                ROW - 10.0,
                duration(to - from)
            );
        };
        if let Some(started) = bar.started {
            part(bar.queued, started, 0.3);
            part(started, bar.end, 1.0);
        }
        let _ = writeln!(
            svg,
            r##"<text x="{:.1}" y="{}" fill="#444" font-size="11">{}</text>"##,
            x(bar.end) + 6.0,
            y + 17.0,
            match bar.started {
                Some(started) => duration(bar.end - started),
                None => bar.job.status.to_string(),
            }
        );
    }
    let legend = [
        JobStatus::Success,
        JobStatus::Failed,
        JobStatus::Running,
        JobStatus::Canceled,
        JobStatus::Manual,
    ];
    for (index, status) in legend.iter().enumerate() {
        let at = LABELS + 110.0 * index as f64;
        let _ = writeln!(
            svg,
            r##"<rect x="{at}" y="{}" width="12" height="12" rx="2" fill="{}"/><text x="{}" y="{}" font-size="12">{status}</text>"##,
            bottom + 18.0,
            color(status),
            at + 18.0,
            bottom + 28.0
        );
    }
    let _ = writeln!(
        svg,
        r##"<text x="{}" y="{}" font-size="12" fill="#666">pale: waiting for a runner</text>"##,
        LABELS + 560.0,
        bottom + 28.0
    );
    svg.push_str("</svg>\n");
    svg
}

fn color(status: &JobStatus) -> &'static str {
    match status {
        JobStatus::Success => "#1f8a4c",
        JobStatus::Failed => "#d03b3b",
        JobStatus::Running => "#2b6cb0",
        JobStatus::Canceled | JobStatus::Canceling | JobStatus::Skipped => "#777777",
        _ => "#b7791f",
    }
}

/// The distance between two ticks, so that there are at most ten.
fn tick(end: f64) -> f64 {
    let steps = [
        1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0,
    ];
    let fits = steps.into_iter().find(|step| end / step <= 10.0);
    fits.unwrap_or(6.0 * 3600.0)
}

fn duration(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m {seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h {minutes:02}m"),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// An in-memory GitLab with a pipeline that has come as far as its tests, one of which failed.
struct Demo {
    gitlab: FakeGitlab,
    clock: Clock,
    pipeline: u64,
    failed: u64,
}

impl Demo {
    fn start() -> Self {
        let clock = Clock::manual();
        let gitlab = FakeGitlab::builder().clock(clock.clone()).start();
        let seconds = Duration::from_secs;
        let (pipeline, failed) = gitlab.with(|state| {
            let project = state.add_project("group/project");
            let pipeline = state.add_pipeline(project);
            let mut add = |stage: &str, name: &str, script: Script| {
                let job = state.add_job(pipeline, name).set_stage(stage);
                job.run_in_turn(script).id()
            };
            let build = |wait, run| Script::build(seconds(run)).pending_for(seconds(wait));
            add("build", "compile", build(4, 95));
            add("build", "assets", build(12, 41));
            let failing = Script::new()
                .pending_for(seconds(9))
                .end(seconds(66), "failed");
            let failed = add("test", "unit", failing);
            add("test", "integration", build(48, 170));
            add("test", "lint", build(3, 18));
            add("deploy", "staging", build(5, 60));
            add("deploy", "production", Script::build(seconds(60)).manual());
            (pipeline, failed)
        });
        clock.advance(seconds(190));
        Self {
            gitlab,
            clock,
            pipeline,
            failed,
        }
    }
    /// Makes the failed job succeed when it is retried.
    fn repair(&self) {
        let script = Script::build(Duration::from_secs(58)).pending_for(Duration::from_secs(22));
        self.gitlab.with(|state| {
            state.job_mut(self.failed).run(script);
        });
    }
}
