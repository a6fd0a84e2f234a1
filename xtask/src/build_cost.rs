//! `cargo xtask build-cost`: what a clean release build of the SDK costs, against one of reqwest alone with the same TLS.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Outcome;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How much more CPU time than reqwest the SDK may cost, and how many more crates.
const MOST_TIME: f64 = 1.10;
const MOST_CRATES: usize = 8;

/// Builds both in turn, each from nothing, and compares the seconds of CPU time that cargo and the compilers took.
///
/// The arguments are reqwest's feature for TLS (`rustls` without one) and how often to build each (2 without it).
///
/// # Errors
///
/// When a build fails, and where the system does not tell CPU times as Linux does.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<Outcome> {
    let (tls, rounds) = match arguments {
        [] => ("rustls", 2),
        [tls] => (*tls, 2),
        [tls, rounds] => (
            *tls,
            rounds
                .parse::<NonZeroU32>()
                .map_err(|error| format!("`{rounds}` is no number of builds: {error}"))?
                .get(),
        ),
        _ => return Err("build-cost takes a feature for TLS and a number of builds".into()),
    };
    cpu_seconds_of_children()?;
    let place = root.join("target/build-cost");
    // What the SDK cannot do without, reqwest shall have as well.
    let reqwest = format!(
        r#"reqwest = {{ version = "0.13", default-features = false, features = ["{tls}", "gzip", "json"] }}"#
    );
    let sdk = format!(
        "gitlab-jobs = {{ path = {:?}, default-features = false, features = [\"{tls}\", \"gzip\"] }}",
        root.join("sdk")
    );
    let mut reqwest = Subject::prepare(root, place.join("reqwest"), &reqwest)?;
    let mut sdk = Subject::prepare(root, place.join("gitlab-jobs"), &sdk)?;
    for round in 0..rounds {
        // A B B A: neither gains by what else the machine does.
        let order = if round % 2 == 0 {
            [&mut reqwest, &mut sdk]
        } else {
            [&mut sdk, &mut reqwest]
        };
        for subject in order {
            subject.build()?;
        }
    }
    Ok(report(tls, &reqwest, &sdk))
}

fn report(tls: &str, reqwest: &Subject, sdk: &Subject) -> Outcome {
    let added: Vec<&str> = sdk
        .crates
        .difference(&reqwest.crates)
        .map(String::as_str)
        .collect();
    // The SDK itself is what is built, and no crate more.
    let more = added.len().saturating_sub(1);
    let ratio = sdk.least() / reqwest.least();
    let good = ratio <= MOST_TIME && more <= MOST_CRATES;
    let verdict = if good {
        "Both goals are reached."
    } else {
        "Over the goal."
    };
    let text = format!(
        "Clean release builds with {tls}, in seconds of CPU time; the least counts, for others only disturb\n\
         {}{}\
         The SDK costs {ratio:.2} times as much (goal: ≤ {MOST_TIME:.2}), and {more} crates more (goal: ≤ {MOST_CRATES}): {}\n\
         {verdict}\n",
        reqwest.line("reqwest alone"),
        sdk.line("gitlab-jobs"),
        added.join(", "),
    );
    Outcome { text, good }
}

/// A crate that has one dependency and no code.
struct Subject {
    directory: PathBuf,
    crates: BTreeSet<String>,
    builds: Vec<f64>,
}

impl Subject {
    fn prepare(root: &Path, directory: PathBuf, dependency: &str) -> Result<Self> {
        fs::create_dir_all(directory.join("src"))?;
        fs::write(directory.join("src/lib.rs"), "")?;
        let package = "[package]\nname = \"subject\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
        // It lies in our workspace, but is none of it.
        let manifest = format!("{package}\n[workspace]\n\n[dependencies]\n{dependency}\n");
        fs::write(directory.join("Cargo.toml"), manifest)?;
        // Both with the versions that the workspace has.
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
            // A cache would answer for the compiler.
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

/// The CPU time of all programs that this one has started and seen end, and of those that they did.
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
