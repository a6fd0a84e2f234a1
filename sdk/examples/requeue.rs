//! Retries the jobs of a pipeline that failed through no fault of their own, and waits for them.
//!
//! ```sh
//! cargo run --example requeue                      # on an in-memory GitLab
//! cargo run --example requeue -- PROJECT PIPELINE  # on $GITLAB_URL, with $GITLAB_TOKEN
//! ```
//!
//! A job is retried if the cause of its failure is likely to be gone: its runner broke down or disappeared, or the job was
//! stuck. A job whose script failed is left alone. The exit code is 1 if a retried job does not succeed.

use std::env;
use std::error::Error;
use std::process::{ExitCode, exit};
use std::time::Duration;

use fake_gitlab::{FakeGitlab, MAINTAINER_TOKEN, Script};
use futures_util::TryStreamExt;
use gitlab_jobs::types::{Job, JobScope};
use gitlab_jobs::{Client, ProjectId};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let succeeded = match arguments.as_slice() {
        [] => {
            eprintln!("No arguments: showing an in-memory GitLab.");
            let (gitlab, pipeline) = demo();
            requeue_demo(&gitlab, pipeline).await?
        }
        [project, pipeline] if !project.starts_with('-') => {
            let (Ok(project), Ok(pipeline)) = (project.parse(), pipeline.parse()) else {
                usage();
            };
            requeue(&Client::from_env()?, project, pipeline).await?
        }
        _ => usage(),
    };
    Ok(match succeeded {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Prints how to call the program, and exits: with 0 if `--help` asks for it, or else with 2.
fn usage() -> ! {
    const USAGE: &str = "Usage: requeue [PROJECT PIPELINE]";
    if env::args().any(|argument| argument == "--help") {
        println!("{USAGE}");
        exit(0);
    }
    eprintln!("{USAGE}");
    exit(2)
}

/// Returns whether all retried jobs succeeded.
async fn requeue(
    client: &Client,
    project: ProjectId,
    pipeline: u64,
) -> Result<bool, Box<dyn Error>> {
    // Only the latest runs: those that were retried before cannot be retried again.
    let failed = client
        .list_pipeline_jobs(&project, pipeline)
        .scope(JobScope::Failed);
    let failed: Vec<Job> = failed.stream().try_collect().await?;
    let mut retried = Vec::new();
    for job in &failed {
        let reason = match &job.failure_reason {
            Some(reason) => reason.as_str().replace('_', " "),
            None => "unknown reason".to_owned(),
        };
        if !job.is_worth_a_retry() {
            println!("{:<20} {reason}: left alone", job.name);
            continue;
        }
        match client.retry_job(&project, job.id).await {
            Ok(again) => {
                println!("{:<20} {reason}: runs again as {}", job.name, again.id);
                retried.push(again.id);
            }
            // Somebody else was faster, or the token may not: the others can still be retried.
            Err(error) if error.is_forbidden() => println!("{:<20} {error}", job.name),
            Err(error) => return Err(error.into()),
        }
    }
    if retried.is_empty() {
        println!("Nothing to retry: {} failed.", jobs(failed.len()));
        return Ok(true);
    }

    println!("\nWaiting for {} …", jobs(retried.len()));
    let summary = client
        .wait_for_jobs(&project, retried)
        .interval(Duration::from_secs(1))
        .deadline(Duration::from_secs(6 * 3600))
        .await?;
    for job in summary.jobs() {
        println!("{:<20} {}  {}", job.name(), job.status(), job.web_url());
    }
    println!("{summary}");
    Ok(summary.is_success())
}

fn jobs(count: usize) -> String {
    match count {
        1 => "1 job".to_owned(),
        count => format!("{count} jobs"),
    }
}

async fn requeue_demo(gitlab: &FakeGitlab, pipeline: u64) -> Result<bool, Box<dyn Error>> {
    let client = Client::builder()
        .base_url(gitlab.url())
        .private_token(MAINTAINER_TOKEN)
        .build()?;
    requeue(&client, "group/project".parse()?, pipeline).await
}

/// A GitLab with a pipeline in which one job failed by its own fault and three did not.
fn demo() -> (FakeGitlab, u64) {
    let gitlab = FakeGitlab::start();
    let pipeline = gitlab.with(|state| {
        let project = state.add_project("group/project");
        let pipeline = state.add_pipeline(project);
        for (name, reason) in [
            ("lint", "script_failure"),
            ("test linux", "runner_system_failure"),
            ("test windows", "stuck_or_timeout_failure"),
            ("package", "runner_interrupted"),
        ] {
            let script = Script::build(Duration::from_secs(2)).pending_for(Duration::from_secs(1));
            state
                .add_job(pipeline, name)
                .set_status("failed")
                .set_failure_reason(reason)
                .run(script);
        }
        pipeline
    });
    (gitlab, pipeline)
}

#[tokio::test]
async fn a_second_run_finds_nothing_left_to_do() {
    let (gitlab, pipeline) = demo();
    for retried in [3, 0] {
        assert!(requeue_demo(&gitlab, pipeline).await.unwrap());
        let requests = gitlab.take_requests();
        let retries = requests
            .iter()
            .filter(|request| request.operation == Some("retry_job"));
        assert_eq!(retries.count(), retried);
    }
}
