//! Finds the jobs of a project that fail or are retried, the worst first, and how long they wait for a runner.
//!
//! ```sh
//! cargo run --example flaky                        # of an in-memory GitLab
//! cargo run --example flaky -- PROJECT [COUNT]     # the last COUNT jobs (1,000) of $GITLAB_URL, with $GITLAB_TOKEN
//! cargo run --example flaky -- --svg PROJECT       # as a picture, on standard output
//! ```

use std::collections::{BTreeMap, HashMap};
use std::env;
use std::error::Error;
use std::process::exit;

use fake_gitlab::{FakeGitlab, MAINTAINER_TOKEN};
use futures_util::{StreamExt, TryStreamExt};
use gitlab_jobs::types::{Job, JobScope, JobStatus};
use gitlab_jobs::{Client, ProjectId};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let before = arguments.len();
    arguments.retain(|argument| argument != "--svg");
    let svg = arguments.len() < before;
    let mut names = match arguments.as_slice() {
        [] => {
            eprintln!("No arguments: showing an in-memory GitLab.");
            let gitlab = demo();
            let client = Client::builder()
                .base_url(gitlab.url())
                .private_token(MAINTAINER_TOKEN)
                .build()?;
            collect(&client, &"group/project".parse()?, 1000).await?
        }
        [project, count @ ..] if !project.starts_with('-') && count.len() < 2 => {
            let count = count.first().map_or(Ok(1000), |count| count.parse());
            let (Ok(project), Ok(count)) = (project.parse(), count) else {
                usage();
            };
            collect(&Client::from_env()?, &project, count).await?
        }
        _ => usage(),
    };
    let total = names.len();
    names.retain(|(_, runs)| runs.failed + runs.retries > 0);
    names.truncate(20);
    if svg {
        print!("{}", picture(&names));
    } else {
        print_table(&names);
    }
    let others = total - names.len();
    eprintln!("Other jobs, which failed less often or never: {others}");
    Ok(())
}

/// Prints how to call the program, and exits: with 0 if `--help` asks for it, or else with 2.
fn usage() -> ! {
    const USAGE: &str = "Usage: flaky [--svg] [PROJECT [COUNT]]";
    if env::args().any(|argument| argument == "--help") {
        println!("{USAGE}");
        exit(0);
    }
    eprintln!("{USAGE}");
    exit(2)
}

/// All runs of the jobs with one name.
#[derive(Default)]
struct Runs {
    count: usize,
    failed: usize,
    /// Runs beyond the first of the same name in the same pipeline.
    retries: usize,
    /// Seconds.
    waits: Vec<f64>,
}

impl Runs {
    fn failure_rate(&self) -> f64 {
        self.failed as f64 / self.count as f64
    }

    /// The wait that 95 of 100 runs stayed below.
    fn p95_wait(&self) -> f64 {
        let mut waits = self.waits.clone();
        waits.sort_by(f64::total_cmp);
        let index = (waits.len() as f64 * 0.95).ceil() as usize;
        waits
            .get(index.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    }
}

/// Reads the newest finished jobs, and returns their runs by name, those that fail or are retried most often first.
async fn collect(
    client: &Client,
    project: &ProjectId,
    count: usize,
) -> Result<Vec<(String, Runs)>, gitlab_jobs::Error> {
    let list = client
        .list_project_jobs(project)
        .scope([JobScope::Success, JobScope::Failed]);
    let jobs: Vec<Job> = list.stream().take(count).try_collect().await?;
    let mut names: BTreeMap<String, Runs> = BTreeMap::new();
    let mut in_pipeline: HashMap<(u64, String), usize> = HashMap::new();
    for job in jobs {
        let runs = names.entry(job.name.clone()).or_default();
        runs.count += 1;
        runs.failed += usize::from(job.status == JobStatus::Failed);
        runs.waits.extend(job.queued_duration);
        if let Some(pipeline) = job.pipeline {
            let earlier = in_pipeline.entry((pipeline.id, job.name)).or_default();
            runs.retries += usize::from(*earlier > 0);
            *earlier += 1;
        }
    }
    let mut names: Vec<(String, Runs)> = names.into_iter().collect();
    names.sort_by(|(_, one), (_, other)| {
        let by_rate = other.failure_rate().total_cmp(&one.failure_rate());
        by_rate.then(other.retries.cmp(&one.retries))
    });
    Ok(names)
}

fn print_table(names: &[(String, Runs)]) {
    println!(
        "{:<16} {:>5} {:>7} {:>8} {:>10}  failures",
        "job", "runs", "failed", "retries", "p95 wait"
    );
    for (name, runs) in names {
        let rate = runs.failure_rate();
        let eighths = (rate * 20.0 * 8.0).round() as usize;
        let part = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'][eighths % 8];
        let bar = format!("{}{part}", "█".repeat(eighths / 8));
        println!(
            "{name:<16} {:>5} {:>6.1}% {:>8} {:>8.0} s  {}",
            runs.count,
            rate * 100.0,
            runs.retries,
            runs.p95_wait(),
            bar.trim_end()
        );
    }
}

fn picture(names: &[(String, Runs)]) -> String {
    let height = 60 + 30 * names.len();
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="760" height="{height}" font-family="sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
<text x="16" y="28" font-size="16" font-weight="bold">How often jobs fail</text>
"##
    );
    for (row, (name, runs)) in names.iter().enumerate() {
        let (y, rate) = (48 + 30 * row, runs.failure_rate());
        let name = name.replace('&', "&amp;").replace('<', "&lt;");
        svg += &format!(
            r##"<text x="170" y="{}" text-anchor="end">{name}</text>
<rect x="180" y="{y}" width="360" height="20" rx="3" fill="#eee"/>
<rect x="180" y="{y}" width="{:.1}" height="20" rx="3" fill="#d03b3b"/>
<text x="552" y="{}" fill="#444">{:.1}% of {}, p95 wait {:.0} s</text>
"##,
            y + 15,
            360.0 * rate,
            y + 15,
            rate * 100.0,
            runs.count,
            runs.p95_wait()
        );
    }
    svg + "</svg>\n"
}

/// A GitLab with 60 pipelines, in which some jobs fail at times, and are then retried.
fn demo() -> FakeGitlab {
    let gitlab = FakeGitlab::start();
    gitlab.with(|state| {
        let project = state.add_project("group/project");
        for number in 1..=60_u64 {
            let pipeline = state.add_pipeline(project);
            // Each job fails in one of so many pipelines, or never, and waits for about so many seconds.
            for (name, fails_every, wait) in [
                ("lint", 0, 2),
                ("unit", 20, 5),
                ("browser", 4, 31),
                ("deploy", 9, 12),
            ] {
                let fails = fails_every > 0 && number % fails_every == 0;
                let statuses: &[&str] = if fails {
                    &["failed", "success"]
                } else {
                    &["success"]
                };
                for status in statuses {
                    let job = state.add_job(pipeline, name).set_status(status);
                    job.set_field("queued_duration", wait + number * 7 % (wait + 3));
                }
            }
        }
    });
    gitlab
}
