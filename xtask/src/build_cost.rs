//! `cargo xtask build-cost`: compares a clean release build of a program that uses the SDK with one of the same client
//! written by hand.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Outcome;

/// A program that lists jobs, gets one, and reads a log, by hand. It is boxed so that it is compiled although it is
/// never called.
const BY_HAND: &str = "\
mod by_hand;
mod model;

pub fn run() -> std::pin::Pin<Box<dyn Future<Output = by_hand::Result<u64>> + Send>> {
    Box::pin(async {
        let client = by_hand::Client::new(\"http://localhost\", 1)?;
        let listed = client.clone().list(std::time::Duration::ZERO).await?;
        Ok(listed + client.clone().get(1).await? + client.log().await?)
    })
}
";

/// The same program with the SDK.
const OURS: &str = "\
pub fn run() -> std::pin::Pin<Box<dyn Future<Output = Result<u64, gitlab_jobs::Error>> + Send>> {
    Box::pin(async {
        let client = gitlab_jobs::Client::builder().base_url(\"http://localhost\").private_token(\"x\").build()?;
        let mut listed = 0;
        let mut jobs = client.list_project_jobs(1).stream();
        while let Some(job) = jobs.try_next().await? {
            listed += u64::from(job.status == gitlab_jobs::types::JobStatus::Success);
        }
        let mut log = client.get_job_log(1, 8).await?.into_inner();
        while let Some(chunk) = log.try_next().await? {
            listed += chunk.len() as u64;
        }
        Ok(listed + client.get_job(1, 8).await?.id)
    })
}
";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The limits for the SDK: its CPU time relative to the client written by hand, and the number of additional crates.
const MOST_TIME: f64 = 1.10;
const MOST_CRATES: usize = 8;

/// Builds both in turn, each from scratch, and compares the CPU time of cargo and the compilers.
///
/// `tls` is reqwest's feature for TLS, and `rounds` the number of builds of each.
///
/// # Errors
///
/// Returns an error if a build fails, or if the system does not report CPU times as Linux does.
pub(crate) fn run(root: &Path, tls: &str, rounds: u32) -> Result<Outcome> {
    cpu_seconds_of_children()?;
    let place = root.join("target/build-cost");
    let by_hand = format!(
        r#"chrono = {{ version = "0.4", default-features = false, features = ["std", "serde"] }}
reqwest = {{ version = "0.13", default-features = false, features = ["{tls}", "gzip", "json"] }}
serde = {{ version = "1", features = ["derive"] }}
serde_json = "1"
tokio = {{ version = "1", default-features = false, features = ["rt", "time"] }}"#
    );
    let sdk = format!(
        "gitlab-jobs = {{ path = {:?}, default-features = false, features = [\"{tls}\", \"gzip\"] }}",
        root.join("sdk")
    );
    let mut by_hand = Subject::prepare(root, place.join("by-hand"), &by_hand, BY_HAND)?;
    for module in ["by_hand.rs", "model.rs"] {
        let source = root.join("tests/benches").join(module);
        fs::copy(source, by_hand.directory.join("src").join(module))?;
    }
    let mut sdk = Subject::prepare(root, place.join("gitlab-jobs"), &sdk, OURS)?;
    for round in 0..rounds {
        // A B B A, so that other load on the machine favours neither.
        let order = if round % 2 == 0 {
            [&mut by_hand, &mut sdk]
        } else {
            [&mut sdk, &mut by_hand]
        };
        for subject in order {
            subject.build()?;
        }
    }
    Ok(report(tls, &by_hand, &sdk))
}

fn report(tls: &str, by_hand: &Subject, sdk: &Subject) -> Outcome {
    let added: Vec<&str> = sdk
        .crates
        .difference(&by_hand.crates)
        .map(String::as_str)
        .collect();
    // The SDK itself is not an additional crate.
    let more = added.len().saturating_sub(1);
    let ratio = sdk.least() / by_hand.least();
    let good = ratio <= MOST_TIME && more <= MOST_CRATES;
    let verdict = if good {
        "Both goals are met."
    } else {
        "A goal is missed."
    };
    let text = format!(
        "Clean release builds with {tls}, in seconds of CPU time, the minimum of all rounds\n\
         {}{}\
         The SDK costs {ratio:.2} times as much (goal: ≤ {MOST_TIME:.2}), and {more} crates more (goal: ≤ {MOST_CRATES}): {}\n\
         {verdict}\n",
        by_hand.line("by hand"),
        sdk.line("gitlab-jobs"),
        added.join(", "),
    );
    Outcome { text, good }
}

/// A crate with a small program.
struct Subject {
    directory: PathBuf,
    crates: BTreeSet<String>,
    builds: Vec<f64>,
}

impl Subject {
    fn prepare(root: &Path, directory: PathBuf, dependencies: &str, code: &str) -> Result<Self> {
        fs::create_dir_all(directory.join("src"))?;
        fs::write(
            directory.join("src/lib.rs"),
            format!("#![allow(dead_code)]\n\n{code}"),
        )?;
        let package = "[package]\nname = \"subject\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
        // It is below our workspace, but not a member of it.
        let manifest = format!("{package}\n[workspace]\n\n[dependencies]\n{dependencies}\n");
        fs::write(directory.join("Cargo.toml"), manifest)?;
        // Both use the versions of the workspace.
        fs::copy(root.join("Cargo.lock"), directory.join("Cargo.lock"))?;
        let mut subject = Self {
            directory,
            crates: BTreeSet::new(),
            builds: Vec::new(),
        };
        subject.cargo(&["fetch"])?;
        let tree = [
            "tree",
            "--offline",
            "--edges",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ];
        let tree = subject.cargo(&tree)?;
        subject.crates = tree
            .lines()
            .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "))
            .filter(|name| !name.starts_with("subject "))
            .collect();
        Ok(subject)
    }

    fn build(&mut self) -> Result<()> {
        let target = self.directory.join("target");
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        let before = cpu_seconds_of_children()?;
        self.cargo(&["build", "--release", "--offline", "--target-dir", "target"])?;
        self.builds.push(cpu_seconds_of_children()? - before);
        Ok(fs::remove_dir_all(&target)?)
    }

    fn cargo(&self, arguments: &[&str]) -> Result<String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(arguments)
            .args(["--quiet"])
            .current_dir(&self.directory)
            // A cache would hide the cost of compiling.
            .env("RUSTC_WRAPPER", "")
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            return Err(format!(
                "`cargo {}` ended with {}",
                arguments.join(" "),
                output.status
            )
            .into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    fn least(&self) -> f64 {
        self.builds.iter().copied().fold(f64::INFINITY, f64::min)
    }

    fn line(&self, name: &str) -> String {
        let builds: Vec<String> = self
            .builds
            .iter()
            .map(|seconds| format!("{seconds:.1}"))
            .collect();
        format!(
            "  {name:<14} {:>4} crates   {}\n",
            self.crates.len(),
            builds.join("  ")
        )
    }
}

/// Returns the CPU time of all child processes that have ended, and of their descendants.
fn cpu_seconds_of_children() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(|error| {
        format!("build-cost needs /proc/self/stat, which only Linux has: {error}")
    })?;
    // The name of the program, in parentheses, may hold spaces. After it `cutime` and `cstime` are the 14th and 15th
    // field, in ticks, of which Linux shows 100 a second on every machine.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = fields
        .split_whitespace()
        .skip(13)
        .take(2)
        .map(str::parse::<f64>);
    Ok(ticks.sum::<std::result::Result<f64, _>>()? / 100.0)
}
