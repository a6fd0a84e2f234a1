//! The workspace in which the generated code is compiled.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use gitlab_jobs_codegen::{DIRECTORIES, Files};

/// Writes the hand-written part of both crates, the generated part, and the program that uses them.
///
/// Files that are up to date are not written, so that cargo does not recompile them.
pub(crate) fn write(root: &Path, scratch: &Path, generated: Files) {
    let mut files = BTreeMap::new();
    for file in ["Cargo.toml", "Cargo.lock"] {
        files.insert(
            PathBuf::from(file),
            fs::read_to_string(root.join(file)).unwrap(),
        );
    }
    for package in ["sdk", "sdk-blocking"] {
        for part in ["Cargo.toml", "README.md", "src"] {
            read(root, &Path::new(package).join(part), &mut files);
        }
    }
    files.retain(|path, _| {
        !DIRECTORIES
            .iter()
            .any(|directory| path.starts_with(directory))
    });
    files.extend(generated);
    let program = root.join("codegen/tests/kitchen_sink");
    read(&program, Path::new("program"), &mut files);
    files.insert("program/Cargo.toml".into(), PROGRAM.to_owned());

    let manifest = files.get_mut(Path::new("Cargo.toml")).unwrap();
    let members = manifest
        .lines()
        .find(|line| line.starts_with("members = "))
        .unwrap()
        .to_owned();
    *manifest = manifest.replace(&members, r#"members = ["sdk", "sdk-blocking", "program"]"#);
    // Tests are not copied, so their dependencies would be compiled in vain.
    for package in ["sdk", "sdk-blocking"] {
        let manifest = files
            .get_mut(&Path::new(package).join("Cargo.toml"))
            .unwrap();
        let (head, tests) = manifest.split_once("[dev-dependencies]").unwrap();
        let (_, lints) = tests.split_once("[lints]").unwrap();
        *manifest = format!("{head}[lints]{lints}");
    }

    let mut present = BTreeMap::new();
    if scratch.is_dir() {
        read(scratch, Path::new(""), &mut present);
    }
    for path in present.keys().filter(|path| !files.contains_key(*path)) {
        fs::remove_file(scratch.join(path)).unwrap();
    }
    // cargo removes what is not needed from the lock file.
    let written = |path: &Path| present.get(path);
    for (path, text) in &files {
        if written(path) != Some(text) {
            let path = scratch.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
}

/// Reads a file, or all files in a directory, by their path below `root`.
fn read(root: &Path, path: &Path, files: &mut BTreeMap<PathBuf, String>) {
    let at = root.join(path);
    if at.is_dir() {
        for entry in fs::read_dir(&at).unwrap() {
            read(root, &path.join(entry.unwrap().file_name()), files);
        }
    } else {
        let text =
            fs::read_to_string(&at).unwrap_or_else(|error| panic!("{}: {error}", at.display()));
        files.insert(path.to_owned(), text);
    }
}

const PROGRAM: &str = r#"[package]
name = "kitchen-sink"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish = false

[dependencies]
chrono.workspace = true
futures-util.workspace = true
gitlab-jobs = { workspace = true, features = ["schemars"] }
gitlab-jobs-blocking.workspace = true
serde_json.workspace = true
tokio = { workspace = true, features = ["rt", "net", "time", "io-util"] }
"#;
