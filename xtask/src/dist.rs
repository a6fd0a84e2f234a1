//! `cargo xtask dist`: writes a folder with everything that a release uploads. RELEASING.md says where each file goes.

mod checksums;
mod crates;
pub(crate) mod go;
mod notes;
mod npm;
mod python;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::Outcome;
use crate::spec::Place;
use crate::spec::tool::{self, Result, heading, step};

/// The version of the crates, of the spec, and of everything generated from it.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Args)]
pub(crate) struct Arguments {
    /// The output directory (default: target/dist)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The release that the release notes compare with: a file, a directory or a git revision (default: the last tag)
    #[arg(long, value_name = "OLD")]
    since: Option<String>,
    /// Package a work tree with uncommitted changes
    #[arg(long)]
    allow_dirty: bool,
}

/// Writes the folder from scratch.
///
/// # Errors
///
/// Returns an error if a tool is missing or fails, or if the packaged crates cannot be used.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<Outcome> {
    require_tools()?;
    let out = match &arguments.out {
        Some(out) => std::env::current_dir()?.join(out),
        None => root.join("target/dist"),
    };
    let place = Place {
        root: root.to_owned(),
        spec: root.join("spec"),
    };
    tool::empty(&out)?;

    heading("Spec");
    let spec = out.join("spec");
    step("bundle", || {
        xtask(root, &["spec", "bundle", "--out"], &spec)
    })?;
    let published = spec.join("openapi.yaml");

    heading("Crates");
    crates::write(root, &out.join("crates"), arguments.allow_dirty)?;
    crates::try_out(root, &out.join("crates"))?;

    heading("npm");
    npm::write(&place, &spec, &out.join("npm"))?;
    heading("Python");
    python::write(&place, &published, &out.join("python"))?;
    heading("Go");
    go::write(&place, &published, &out.join("go"))?;

    let notes = notes::write(root, arguments.since.as_deref())?;
    tool::write(&out.join("RELEASE_NOTES.md"), notes)?;
    let files = checksums::write(&out)?;
    Ok(Outcome {
        text: format!("\n{files} files in {}\n", out.display()),
        good: true,
    })
}

/// A release must be complete, so a missing tool is an error.
fn require_tools() -> Result<()> {
    let needed = [
        ("node", "nodejs"),
        ("npm", "npm"),
        ("python3", "python3 python3-venv"),
        ("java", "openjdk-17-jre-headless"),
        ("tar", "tar"),
    ];
    let missing: Vec<String> = needed
        .iter()
        .filter(|(program, _)| !tool::is_there(program))
        .map(|(program, package)| format!("{program} (Debian: {package})"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("these programs are missing: {}", missing.join(", ")).into())
}

/// Runs another command of this program, and returns what it printed.
fn xtask(root: &Path, arguments: &[&str], path: &Path) -> Result<String> {
    tool::run(
        Command::new(std::env::current_exe()?)
            .args(arguments)
            .arg(path)
            .current_dir(root),
    )
}

/// Copies a template, with the version in the place of `{version}`.
fn fill(template: &Path, to: &Path) -> Result<()> {
    tool::write(to, tool::read(template)?.replace("{version}", VERSION))
}

/// Copies both licences into a package.
fn copy_licences(root: &Path, package: &Path) -> Result<()> {
    for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(root.join(file), package.join(file))
            .map_err(|error| format!("cannot copy {file} to {}: {error}", package.display()))?;
    }
    Ok(())
}
