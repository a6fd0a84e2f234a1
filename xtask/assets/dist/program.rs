//! Uses the three crates like a program outside the repository: starts a fake GitLab, plays a manual job and follows
//! its log with the async client, and reads the result with the blocking one.

use std::error::Error;

use fake_gitlab::{DEMO_MANUAL_JOB, DEMO_PROJECT, FakeGitlab, MAINTAINER_TOKEN};

fn main() -> Result<(), Box<dyn Error>> {
    let gitlab = FakeGitlab::builder().demo_project().start();
    let played = play(&gitlab.url())?;

    let client = gitlab_jobs_blocking::Client::builder()
        .base_url(gitlab.url())
        .private_token(MAINTAINER_TOKEN)
        .build()?;
    let job = client.get_job(DEMO_PROJECT, played).send()?;
    if !job.is_finished() {
        return Err(format!("job {} is still {}", job.id, job.status).into());
    }
    println!("job {} is {}", job.id, job.status);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn play(url: &str) -> Result<u64, Box<dyn Error>> {
    let client = gitlab_jobs::Client::builder()
        .base_url(url)
        .private_token(MAINTAINER_TOKEN)
        .build()?;
    let job = client
        .play_job(DEMO_PROJECT, DEMO_MANUAL_JOB)
        .variable("TARGET", "staging")
        .await?;
    let mut lines = client.follow_job_log(DEMO_PROJECT, job.id).lines();
    let mut count = 0;
    while let Some(line) = lines.try_next().await? {
        println!("{line}");
        count += 1;
    }
    if count == 0 {
        return Err("the log is empty".into());
    }
    Ok(job.id)
}
