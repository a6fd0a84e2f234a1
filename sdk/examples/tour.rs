//! Demonstrates the operations, and follows the log of a running job.
//!
//! By default, it starts an in-memory GitLab. With `GITLAB_URL`, `GITLAB_TOKEN` and `GITLAB_PROJECT`, it uses a real server,
//! and only reads there, unless `TOUR_CHANGES=yes` allows it to retry, play, cancel and erase jobs as well.

use std::env;
use std::error::Error;
use std::process::exit;

use fake_gitlab::{DEMO_PROJECT, DEMO_RUNNING_JOB, FakeGitlab, MAINTAINER_TOKEN};
use futures_util::TryStreamExt;
use gitlab_jobs::types::{Job, JobScope, JobStatus};
use gitlab_jobs::{Client, ProjectId, Response};

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result {
    if env::args().len() > 1 {
        usage();
    }
    if env::var_os("GITLAB_URL").is_some() {
        return visit_real_server().await;
    }
    let tour = demo()?;
    println!(
        "A tour of GitLab's Jobs API, on an in-memory GitLab at {}",
        tour.server()
    );
    tour.walk().await
}

/// A tour of an in-memory GitLab.
fn demo() -> Result<Tour> {
    let gitlab = FakeGitlab::builder().demo_project().start();
    let client = |token: &str| {
        Client::builder()
            .base_url(gitlab.url())
            .private_token(token)
            .build()
    };
    let job_token = gitlab.job(DEMO_RUNNING_JOB).token();

    Ok(Tour {
        client: client(MAINTAINER_TOKEN)?,
        job_client: Some(
            Client::builder()
                .base_url(gitlab.url())
                .job_token(job_token)
                .build()?,
        ),
        project: ProjectId::from(DEMO_PROJECT),
        changes: true,
        gitlab: Some(gitlab),
    })
}

/// Prints how to call the program, and exits: with 0 if `--help` asks for it, or else with 2.
fn usage() -> ! {
    const USAGE: &str =
        "Usage: tour, with GITLAB_URL, GITLAB_TOKEN and GITLAB_PROJECT for a real server";
    if env::args().any(|argument| argument == "--help") {
        println!("{USAGE}");
        exit(0);
    }
    eprintln!("{USAGE}");
    exit(2)
}

async fn visit_real_server() -> Result {
    let project = env::var("GITLAB_PROJECT")
        .map_err(|_| "GITLAB_URL is set: set GITLAB_PROJECT too, to the number or path of a project with jobs")?;
    let tour = Tour {
        client: Client::from_env()?,
        job_client: None,
        project: project.parse()?,
        changes: env::var("TOUR_CHANGES").is_ok_and(|value| value == "yes"),
        gitlab: None,
    };
    println!(
        "A tour of GitLab's Jobs API, on {} in {project}",
        tour.server()
    );
    tour.walk().await
}

struct Tour {
    client: Client,
    /// A client with the token of a running job, where there is one.
    job_client: Option<Client>,
    project: ProjectId,
    changes: bool,
    gitlab: Option<FakeGitlab>,
}

impl Tour {
    async fn walk(&self) -> Result {
        let jobs = self.read_lists().await?;
        self.read_job_token().await?;
        let Some(job) = jobs.iter().find(|job| job.is_finished()) else {
            println!("\nNo finished job on this page; the tour ends here.");
            return Ok(());
        };
        self.read_job(job).await?;
        if self.changes {
            self.change(&jobs).await?;
        } else {
            println!(
                "\nRetry, play, cancel and erase are left out on a real server. TOUR_CHANGES=yes lets them in."
            );
        }
        println!("\nThat was the tour.");
        Ok(())
    }

    async fn read_lists(&self) -> Result<Vec<Job>> {
        step(
            "list_project_jobs",
            "the newest jobs that ended, run or wait for somebody",
        );
        let scope = [
            JobScope::Success,
            JobScope::Failed,
            JobScope::Running,
            JobScope::Manual,
        ];
        let jobs = self
            .client
            .list_project_jobs(&self.project)
            .scope(scope)
            .await?;
        self.report(&jobs);
        jobs.iter().take(6).for_each(show);

        let Some(pipeline) = jobs.iter().find_map(|job| job.pipeline.as_ref()) else {
            return Ok(jobs.into_inner());
        };

        step(
            "list_pipeline_jobs",
            "every job of its pipeline, retried ones too, page after page",
        );
        let list = self
            .client
            .list_pipeline_jobs(&self.project, pipeline.id)
            .include_retried(true);
        // Small pages, so that there are several, but no flood of requests to a real server.
        let per_page = if self.gitlab.is_some() { 2 } else { 100 };
        let all: Vec<Job> = list.per_page(per_page).stream().try_collect().await?;
        self.requests();
        println!("   ← {} jobs", all.len());

        step(
            "list_pipeline_trigger_jobs",
            "the jobs that start other pipelines",
        );
        let bridges = self
            .client
            .list_pipeline_trigger_jobs(&self.project, pipeline.id)
            .await?;
        self.report(&bridges);
        for bridge in bridges.iter() {
            print!("     {} {} is {}", bridge.id, bridge.name, bridge.status);
            match &bridge.downstream_pipeline {
                Some(pipeline) => println!(", downstream pipeline {}", pipeline.id),
                None => println!(", no downstream pipeline yet"),
            }
        }
        Ok(jobs.into_inner())
    }

    async fn read_job_token(&self) -> Result {
        let client = self.job_client.as_ref().unwrap_or(&self.client);

        step("get_job_token_job", "which job does this token belong to?");
        match client.get_job_token_job().await {
            Ok(job) => {
                self.report(&job);
                show(&job);
            }
            Err(error) if error.is_not_found() => println!("   ← {error}"),
            Err(error) => return Err(error.into()),
        }

        step("get_allowed_agents", "and which agents may it use?");
        match client.get_allowed_agents().await {
            Ok(agents) => {
                self.report(&agents);
                match agents.allowed_agents.len() {
                    1 => println!("     1 agent for job {}", agents.job.id),
                    count => println!("     {count} agents for job {}", agents.job.id),
                }
            }
            Err(error) if error.is_not_found() => println!("   ← {error}"),
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    async fn read_job(&self, job: &Job) -> Result {
        step("get_job", "one job in full, and one that does not exist");
        let response = self.client.get_job(&self.project, job.id).await?;
        self.report(&response);
        show(&response);
        if let Err(error) = self
            .client
            .get_job(&self.project, u64::from(u32::MAX))
            .await
        {
            self.requests();
            println!("   ← {error}");
        }

        step("get_job_log", "and its log, line by line as it arrives");
        let log = self.client.get_job_log(&self.project, job.id).await?;
        self.report(&log);
        let mut lines = log.into_inner().lines();
        let mut count = 0;
        while let Some(line) = lines.try_next().await? {
            count += 1;
            if count <= 3 {
                println!("     | {}", gitlab_jobs::log::strip_ansi(&line));
            }
        }
        println!("     … {count} lines");
        Ok(())
    }

    async fn change(&self, jobs: &[Job]) -> Result {
        // The list of the project has runs that were retried before, and cannot be retried again.
        if let Some(failed) = self.failed_job(jobs).await? {
            step("retry_job", "a failed job runs again, under a new id");
            let again = self.client.retry_job(&self.project, failed.id).await?;
            self.report(&again);
            show(&again);

            step("cancel_job", "no, stop it");
            let canceled = self.client.cancel_job(&self.project, again.id).await?;
            self.report(&canceled);
            show(&canceled);

            step("erase_job", "and remove what it left");
            let erased = self.client.erase_job(&self.project, again.id).await?;
            self.report(&erased);
            if let Some(time) = erased.erased_at {
                println!("     erased at {time}");
            }
        } else {
            println!("\nNo failed job in this pipeline: retry, cancel and erase are left out.");
        }
        if let Some(manual) = jobs.iter().find(|job| job.status == JobStatus::Manual) {
            step("play_job", "a manual job starts, with a variable");
            let played = self.client.play_job(&self.project, manual.id);
            let played = played.variable("TARGET", "staging").await?;
            self.report(&played);
            show(&played);
            self.follow(&played).await?;
        } else {
            println!("\nNo manual job on this page: play and follow are left out.");
        }
        Ok(())
    }

    /// Returns a failed job that was not retried, from the pipeline of the newest job.
    async fn failed_job(&self, jobs: &[Job]) -> Result<Option<Job>> {
        let Some(pipeline) = jobs.iter().find_map(|job| job.pipeline.as_ref()) else {
            return Ok(None);
        };
        let failed = self
            .client
            .list_pipeline_jobs(&self.project, pipeline.id)
            .scope(JobScope::Failed)
            .await?;
        self.requests();
        Ok(failed.into_inner().into_iter().next())
    }

    async fn follow(&self, job: &Job) -> Result {
        step(
            "follow_job_log",
            "its log while it runs: each line once, until the job is finished",
        );
        let mut lines = self.client.follow_job_log(&self.project, job.id).lines();
        while let Some(line) = lines.try_next().await? {
            let line = gitlab_jobs::log::strip_section_markers(&line);
            println!("     | {}", gitlab_jobs::log::strip_ansi(&line));
        }
        step("wait_for_job", "and how it ended");
        let job = self.client.wait_for_job(&self.project, job.id).await?;
        self.requests();
        println!("   ← the job is {}", job.status);
        Ok(())
    }

    fn server(&self) -> String {
        match &self.gitlab {
            Some(gitlab) => gitlab.url(),
            None => env::var("GITLAB_URL").unwrap_or_default(),
        }
    }

    /// Prints the requests that the server received; only the one in memory can tell.
    fn requests(&self) {
        for request in self.gitlab.iter().flat_map(FakeGitlab::take_requests) {
            println!("   → {}", request.line());
        }
    }

    fn report<T>(&self, response: &Response<T>) {
        self.requests();
        println!(
            "   ← {}, request id {}",
            response.status(),
            response.request_id().unwrap_or("none")
        );
    }
}

fn step(operation: &str, meaning: &str) {
    println!("\n{operation}: {meaning}");
}

fn show(job: &Job) {
    let user = job
        .user
        .as_ref()
        .and_then(|user| user.username.as_deref())
        .unwrap_or("nobody");
    println!(
        "     {} {} in {} is {}, by {user}",
        job.id, job.name, job.stage, job.status
    );
}

#[tokio::test]
async fn the_tour_can_be_walked_twice() {
    let tour = demo().unwrap();
    for _ in 0..2 {
        tour.walk().await.unwrap();
    }
}
