//! Follows the log of a job in the terminal, and exits with the job's result.
//!
//! ```sh
//! cargo run --example follow                             # plays a job of an in-memory GitLab and follows it
//! cargo run --example follow -- [OPTIONS] PROJECT JOB    # on $GITLAB_URL, with $GITLAB_TOKEN
//! ```
//!
//! Colours are the only escape sequences that remain of the log. `--plain` strips them, too, and `--fold` shows only the
//! headings of sections. If standard error is a terminal, a bar compares the time so far with that of earlier runs. The
//! exit code is 0 if the job succeeded, 1 if it failed, and 3 if it was canceled or skipped; 2 is a usage error.

use std::borrow::Cow;
use std::env;
use std::error::Error;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::process::{ExitCode, exit};
use std::time::{Duration, Instant};

use fake_gitlab::{DEMO_MANUAL_JOB, DEMO_PIPELINE, FakeGitlab, MAINTAINER_TOKEN};
use gitlab_jobs::log::{strip_ansi, strip_except_colors, strip_section_markers};
use gitlab_jobs::types::{Job, JobScope, JobStatus};
use gitlab_jobs::{Client, ProjectId};

#[derive(Default)]
struct Options {
    plain: bool,
    fold: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut options = Options::default();
    let mut positional = Vec::new();
    for argument in env::args().skip(1) {
        match argument.as_str() {
            "--plain" => options.plain = true,
            "--fold" => options.fold = true,
            option if option.starts_with('-') => usage(),
            _ => positional.push(argument),
        }
    }
    let job = match positional.as_slice() {
        [] => {
            eprintln!("No arguments: showing an in-memory GitLab.");
            let gitlab = FakeGitlab::builder().demo_project().start();
            // An earlier run, for the bar to compare with.
            gitlab.with(|state| {
                let earlier = state.add_job(DEMO_PIPELINE, "release");
                earlier.set_status("success").set_field("duration", 7);
            });
            let client = Client::builder()
                .base_url(gitlab.url())
                .private_token(MAINTAINER_TOKEN)
                .build()?;
            let job = client.play_job("group/project", DEMO_MANUAL_JOB).await?;
            follow(&client, &"group/project".parse()?, job.id, &options).await?
        }
        [project, job] => {
            let (Ok(project), Ok(job)) = (project.parse(), job.parse()) else {
                usage();
            };
            follow(&Client::from_env()?, &project, job, &options).await?
        }
        _ => usage(),
    };
    Ok(match job.status {
        JobStatus::Success => ExitCode::SUCCESS,
        JobStatus::Failed => ExitCode::FAILURE,
        _ => ExitCode::from(3),
    })
}

/// Prints how to call the program, and exits: with 0 if `--help` asks for it, or else with 2.
fn usage() -> ! {
    const USAGE: &str = "Usage: follow [--plain] [--fold] [PROJECT JOB]";
    if env::args().any(|argument| argument == "--help") {
        println!("{USAGE}");
        exit(0);
    }
    eprintln!("{USAGE}");
    exit(2)
}

async fn follow(
    client: &Client,
    project: &ProjectId,
    id: u64,
    options: &Options,
) -> Result<Job, Box<dyn Error>> {
    let job = client.get_job(project, id).await?;
    if job.status == JobStatus::Manual {
        eprintln!("{} is manual: waiting until somebody plays it", job.name);
    }
    let mut bar = Bar {
        usual: usual_duration(client, project, &job.name).await?,
        began: Instant::now(),
        before: Duration::from_secs_f64(job.duration.unwrap_or_default()),
        shown: stderr().is_terminal(),
    };
    let mut lines = client.follow_job_log(project, id).lines();
    let mut ticks = tokio::time::interval(Duration::from_millis(500));
    let mut sections = 0;
    loop {
        let line = tokio::select! {
            line = lines.try_next() => line?,
            _ = ticks.tick() => {
                bar.draw();
                continue;
            }
        };
        let Some(line) = line else { break };
        // A line can end one section and start another, and its text is the heading of the latter.
        let heading = line.contains("section_start:");
        sections -= line.matches("section_end:").count().min(sections);
        let visible = !options.fold || sections == 0;
        sections += line.matches("section_start:").count();
        let text = strip_section_markers(&line);
        let text = strip_controls(&text, options.plain);
        if visible && !(text.is_empty() && line.contains("section_")) {
            bar.clear();
            let fold = if options.fold && heading { "▸ " } else { "" };
            writeln!(stdout(), "{fold}{text}")?;
        }
    }
    bar.clear();
    let job = client.get_job(project, id).await?.into_inner();
    match job.duration {
        Some(seconds) => eprintln!("{} is {} after {seconds:.0} s", job.name, job.status),
        None => eprintln!("{} is {}", job.name, job.status),
    }
    Ok(job)
}

/// Removes what a job could control the terminal with, such as cursor movements and titles, and keeps its colours unless
/// `plain`.
fn strip_controls(line: &str, plain: bool) -> Cow<'_, str> {
    // Text after a carriage return is written over what precedes it, as progress is.
    let line = line.trim_end_matches('\r');
    let line = line.rsplit('\r').next().unwrap_or_default();
    match plain {
        true => strip_ansi(line),
        false => strip_except_colors(line),
    }
}

/// The median duration of the latest successful runs of jobs with this name, if there are any.
async fn usual_duration(
    client: &Client,
    project: &ProjectId,
    name: &str,
) -> Result<Option<Duration>, gitlab_jobs::Error> {
    let list = client.list_project_jobs(project).scope(JobScope::Success);
    let jobs: Vec<Job> = list.per_page(100).await?.into_inner();
    let runs = jobs.into_iter().filter(|job| job.name == name);
    let mut durations: Vec<f64> = runs.filter_map(|job| job.duration).collect();
    durations.sort_by(f64::total_cmp);
    let median = durations.get(durations.len() / 2);
    Ok(median.map(|seconds| Duration::from_secs_f64(*seconds)))
}

/// A bar on the last line of the terminal.
struct Bar {
    usual: Option<Duration>,
    began: Instant,
    /// How long the job had run before it was followed.
    before: Duration,
    shown: bool,
}

impl Bar {
    fn draw(&mut self) {
        const WIDTH: usize = 30;
        if !self.shown {
            return;
        }
        let so_far = self.before + self.began.elapsed();
        let bar = match self.usual {
            Some(usual) => {
                let part = (so_far.as_secs_f64() / usual.as_secs_f64().max(1.0)).min(1.0);
                let full = (part * WIDTH as f64) as usize;
                let bar = "█".repeat(full) + &"░".repeat(WIDTH - full);
                format!(
                    "{bar} {} of usually {} s",
                    so_far.as_secs(),
                    usual.as_secs()
                )
            }
            None => format!("{} s", so_far.as_secs()),
        };
        eprint!("\r\x1b[2K{bar}");
    }

    fn clear(&mut self) {
        if self.shown {
            eprint!("\r\x1b[2K");
        }
    }
}
