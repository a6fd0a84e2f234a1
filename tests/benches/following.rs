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
/// The length of the log in the memory measurements.
const LONG: u64 = 256 * MIB;

/// The argument for a run that does one task and prints its peak memory, the server's included.
const MEASURE: &str = "--measure";

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [measure, what] = &arguments[..]
        && measure == MEASURE
    {
        return measure_memory(what).await;
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
    println!("With parts, the server sends {ratio:.1} times fewer bytes.");
    for what in ["follow", "resume"] {
        let measured = Command::new(std::env::current_exe()?)
            .args([MEASURE, what])
            .output()?;
        let peak = String::from_utf8_lossy(&measured.stdout);
        println!(
            "Memory to {what} a log of 256 MiB, with the server: {}",
            peak.trim()
        );
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

/// Reads a log that is reset every 8 MiB, and prints the peak memory of this process.
async fn measure_memory(what: &str) -> Result<()> {
    let gitlab = FakeGitlab::start();
    let (project, job) = gitlab.with(|state| {
        let project = state.add_project("group/project");
        let pipeline = state.add_pipeline(project);
        let job = state.add_job(pipeline, "build").set_generated_log(LONG);
        (project, job.set_status("success").id())
    });
    let reset = Fault::new().operation("get_job_log").reset_after(8 * MIB);
    gitlab.inject(reset.spare_short_bodies());
    let client = client(&gitlab)?;
    let mut length = 0;
    if what == "follow" {
        let pause = Duration::from_millis(1);
        let mut log = client
            .follow_job_log(project, job)
            .interval(pause)
            .max_interval(pause);
        while let Some(chunk) = log.try_next().await? {
            length += chunk.len() as u64;
        }
    } else {
        let mut log = client.get_job_log(project, job).await?.into_inner();
        while let Some(chunk) = log.try_next().await? {
            length += chunk.len() as u64;
        }
    }
    assert_eq!(length, LONG, "the log is complete");
    println!("{} MiB", peak::of_this_process()?.div_ceil(1024));
    Ok(())
}
