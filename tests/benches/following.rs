//! The cost of following a log, with and without parts: bytes, requests, and time.
//!
//! `cargo bench -p gitlab-jobs-tests --bench following`

mod peak;

use std::process::Command;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use fake_gitlab::{FakeGitlab, Fault, MAINTAINER_TOKEN};
use gitlab_jobs::{Client, Error};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const MIB: u64 = 1 << 20;
const LENGTH: u64 = 4 * MIB;
const STEPS: u64 = 64;
const STILL: u64 = 10;
/// The length of the log for which the memory of its reader is measured.
const LONG: u64 = 256 * MIB;

/// The argument that makes this program read a log and print its peak memory.
const READ: &str = "--read";
const FOLLOW: &str = "follow";

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let [READ, what, url, project, job] = arguments[..] {
        return read(what, url, project.parse()?, job.parse()?).await;
    }
    println!("A log of 4 MiB that grows in {STEPS} steps, and {STILL} polls without growth:");
    println!(
        "{:<16} {:>10} {:>10} {:>10} {:>10}",
        "", "sent", "requests", "cpu", "wall"
    );
    let with = follow(true).await?;
    with.print("with parts");
    let without = follow(false).await?;
    without.print("without parts");
    let ratio = without.bytes as f64 / with.bytes as f64;
    println!("With parts, the server sends {ratio:.1} times less.");
    for what in [FOLLOW, "resume"] {
        let peak = peak(what)?;
        println!("Peak memory to {what} a log of 256 MiB, reset every 8 MiB: {peak} MiB");
    }
    Ok(())
}

/// The cost of following a log.
struct Cost {
    bytes: u64,
    requests: usize,
    cpu: Duration,
    wall: Duration,
}

impl Cost {
    fn print(&self, name: &str) {
        let mib = self.bytes as f64 / MIB as f64;
        let Self {
            requests,
            cpu,
            wall,
            ..
        } = self;
        println!("{name:<16} {mib:>6.1} MiB {requests:>10} {cpu:>10.0?} {wall:>10.0?}");
    }
}

fn client(gitlab: &FakeGitlab) -> std::result::Result<Client, Error> {
    let builder = Client::builder().base_url(gitlab.url());
    builder.private_token(MAINTAINER_TOKEN).build()
}

async fn follow(parts: bool) -> Result<Cost> {
    let gitlab = FakeGitlab::start();
    let (project, job) = gitlab.with(|state| {
        state.settings.log_parts = parts;
        let project = state.add_project("group/project");
        let pipeline = state.add_pipeline(project);
        let job = state.add_job(pipeline, "build").set_status("running");
        (project, job.id())
    });
    let mut rounds = 0;
    gitlab.on_request(move |request, state| {
        if request.operation == Some("get_job") {
            rounds += 1;
            let job = state.job_mut(job);
            job.set_generated_log(LENGTH * rounds.min(STEPS) / STEPS);
            if rounds > STEPS + STILL {
                job.set_status("success");
            }
        }
    });
    let client = client(&gitlab)?;
    let (cpu, wall) = (ProcessTime::now(), Instant::now());
    let pause = Duration::from_millis(1);
    let mut log = client
        .follow_job_log(project, job)
        .interval(pause)
        .max_interval(pause);
    let mut length = 0;
    while let Some(chunk) = log.try_next().await? {
        length += chunk.len() as u64;
    }
    assert_eq!(length, LENGTH, "the log is complete");
    let (cpu, wall) = (cpu.elapsed(), wall.elapsed());
    let requests = gitlab.requests().into_iter();
    let requests: Vec<_> = requests
        .filter(|request| request.operation == Some("get_job_log"))
        .collect();
    Ok(Cost {
        bytes: requests.iter().map(|request| request.bytes_sent()).sum(),
        requests: requests.len(),
        cpu,
        wall,
    })
}

/// Serves a log whose connection is reset every 8 MiB to a process of its own, and returns the peak of its memory in MiB.
fn peak(what: &str) -> Result<u64> {
    let gitlab = FakeGitlab::start();
    let (project, job) = gitlab.with(|state| {
        let project = state.add_project("group/project");
        let pipeline = state.add_pipeline(project);
        let job = state.add_job(pipeline, "build").set_generated_log(LONG);
        (project, job.set_status("success").id())
    });
    let reset = Fault::new().operation("get_job_log").reset_after(8 * MIB);
    gitlab.inject(reset.spare_short_bodies());
    let reader = Command::new(std::env::current_exe()?)
        .args([READ, what, &gitlab.url()])
        .args([project, job].map(|id| id.to_string()))
        .output()?;
    let printed = String::from_utf8_lossy(&reader.stdout);
    printed.trim().parse().map_err(|_| {
        let error = String::from_utf8_lossy(&reader.stderr);
        format!("the reader failed: {printed}{error}").into()
    })
}

/// Reads a log and prints the peak of this process's memory in MiB.
async fn read(what: &str, url: &str, project: u64, job: u64) -> Result<()> {
    let builder = Client::builder().base_url(url);
    let client = builder.private_token(MAINTAINER_TOKEN).build()?;
    let mut length = 0;
    if what == FOLLOW {
        let pause = Duration::from_millis(1);
        let log = client.follow_job_log(project, job).interval(pause);
        let mut log = log.max_interval(pause);
        while let Some(chunk) = log.try_next().await? {
            length += chunk.len() as u64;
        }
    } else {
        let mut log = client.get_job_log(project, job).await?.into_inner();
        while let Some(chunk) = log.try_next().await? {
            length += chunk.len() as u64;
        }
    }
    assert_eq!(length, LONG, "the log arrived whole");
    println!("{}", peak::of_this_process()?.div_ceil(1024));
    Ok(())
}
