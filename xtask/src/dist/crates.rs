//! The crates as they would be published, and a program outside the workspace that uses them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::spec::tool::{self, Result, step};

/// The packages, in the order in which they have to be published.
const PACKAGES: [&str; 3] = ["fake-gitlab", "gitlab-jobs", "gitlab-jobs-blocking"];

/// What a user of all three crates would have in `Cargo.toml`.
const PROGRAM: &str = r#"[package]
name = "program"
edition = "2024"

[dependencies]
fake-gitlab = "0"
gitlab-jobs = "0"
gitlab-jobs-blocking = "0"
tokio = { version = "1", features = ["macros", "rt"] }
"#;

/// Packages the crates. They are not built here: `try_out` builds what was packaged.
pub(super) fn write(root: &Path, out: &Path, allow_dirty: bool) -> Result<()> {
    let built = Scratch::new(root, "package")?;
    step("package", || {
        let mut command = cargo(root);
        command
            .current_dir(root)
            .args(["package", "--no-verify", "--target-dir"])
            .arg(&built.0);
        for package in PACKAGES {
            command.args(["--package", package]);
        }
        if allow_dirty {
            command.arg("--allow-dirty");
        }
        tool::run(&mut command)
    })?;
    tool::create(out)?;
    for file in files(&built.0.join("package"))? {
        let name = file.file_name().unwrap_or_default();
        fs::copy(&file, out.join(name))?;
    }
    Ok(())
}

/// Unpacks the crates outside the repository, builds their examples and a new program there, and runs them.
pub(super) fn try_out(root: &Path, crates: &Path) -> Result<()> {
    let scratch = Scratch::new(root, "try-out")?;
    let workspace = &scratch.0;
    let mut manifest =
        "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n\n[patch.crates-io]\n".to_owned();
    for (package, file) in packaged(crates)? {
        tool::run(
            Command::new("tar")
                .arg("-xzf")
                .arg(&file)
                .arg("-C")
                .arg(workspace),
        )?;
        let directory = file.file_stem().unwrap_or_default().to_string_lossy();
        manifest.push_str(&format!("{package} = {{ path = {directory:?} }}\n"));
        for needed in [
            "README.md",
            "LICENSE-MIT",
            "LICENSE-APACHE",
            "Cargo.toml.orig",
        ] {
            if !workspace.join(&*directory).join(needed).is_file() {
                return Err(format!("the crate {package} has no {needed}").into());
            }
        }
    }
    let program = workspace.join("program");
    tool::create(&program.join("src"))?;
    tool::write(&program.join("Cargo.toml"), PROGRAM)?;
    fs::copy(
        root.join("xtask/assets/dist/program.rs"),
        program.join("src/main.rs"),
    )?;
    tool::write(&workspace.join("Cargo.toml"), manifest)?;
    // The versions with which everything else is tested.
    fs::copy(root.join("Cargo.lock"), workspace.join("Cargo.lock"))?;
    step("build them outside the repository", || {
        tool::run(
            cargo(root)
                .args(["build", "--quiet", "--workspace", "--bins", "--examples"])
                .current_dir(workspace),
        )
    })?;
    // Not by `cargo run`, which would build everything again with the features of one package.
    let built = target_directory(root).join("debug");
    for name in ["program", "examples/tour", "examples/tour_blocking"] {
        step(&format!("run {name}"), || {
            tool::run(&mut Command::new(
                built.join(format!("{name}{}", std::env::consts::EXE_SUFFIX)),
            ))
        })?;
    }
    Ok(())
}

/// The file of each package.
fn packaged(crates: &Path) -> Result<Vec<(&'static str, PathBuf)>> {
    let files = files(crates)?;
    PACKAGES
        .into_iter()
        .map(|package| {
            let is_version = |name: &str| {
                name.strip_prefix(package)
                    .and_then(|rest| rest.strip_prefix('-'))
                    .is_some_and(|version| {
                        version.starts_with(|first: char| first.is_ascii_digit())
                    })
            };
            let file = files.iter().find(|file| {
                file.file_name()
                    .and_then(|name| name.to_str())
                    .is_some_and(is_version)
            });
            let missing = || format!("no crate {package} in {}", crates.display());
            Ok((package, file.ok_or_else(missing)?.clone()))
        })
        .collect()
}

fn files(directory: &Path) -> Result<Vec<PathBuf>> {
    let paths = fs::read_dir(directory)?.map(|entry| entry.map(|entry| entry.path()));
    let paths = paths.collect::<std::io::Result<Vec<_>>>()?;
    Ok(paths
        .into_iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "crate")
        })
        .collect())
}

/// Returns a cargo command that uses the repository's target directory from anywhere.
fn cargo(root: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.env("CARGO_TARGET_DIR", target_directory(root));
    // The packages are built only once, so incremental artifacts would only fill the disk.
    command.env("CARGO_INCREMENTAL", "0");
    command
}

fn target_directory(root: &Path) -> PathBuf {
    // Relative to where cargo was called, as cargo reads it.
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || root.join("target"),
        |directory| std::path::absolute(&directory).unwrap_or_else(|_| directory.into()),
    )
}

/// An empty directory outside the repository, removed when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    /// The name depends only on the repository, so that each run reuses the previous build, and two checkouts do not
    /// collide.
    fn new(root: &Path, purpose: &str) -> Result<Self> {
        let repository = root.display().to_string().replace(['/', '\\', ':'], "-");
        let directory = std::env::temp_dir().join(format!("gitlab-jobs{repository}-{purpose}"));
        tool::empty(&directory)?;
        Ok(Self(directory))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readmes_read_well_outside_docs_rs() {
        for package in ["sdk", "sdk-blocking", "tests/fake-gitlab"] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("..")
                .join(package)
                .join("README.md");
            let mut in_code = false;
            for line in tool::read(&path).unwrap().lines() {
                if line.starts_with("```") {
                    in_code = !in_code;
                } else if in_code {
                    assert!(!line.starts_with("# "), "rustdoc alone hides {line:?}");
                } else {
                    // `[text]` without a target, or with one that is not a URL, is a link on docs.rs alone.
                    for (start, _) in line.match_indices("[`") {
                        let rest = &line[start..];
                        let target = rest.split_once(']').map(|(_, rest)| rest);
                        assert!(
                            target.is_some_and(|target| target.starts_with("(https://")),
                            "{package}: {rest:?} leads nowhere"
                        );
                    }
                }
            }
            assert!(!in_code, "{package}: a code block is not closed");
        }
    }
}
