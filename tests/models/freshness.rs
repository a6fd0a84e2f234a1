//! The checked-in generated code matches the spec.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gitlab_jobs_codegen::{DIRECTORIES, Files, Spec, generate};

use crate::spec::repository;

#[test]
fn generated_files_are_up_to_date() {
    let spec = Spec::load(&repository("spec")).unwrap_or_else(|error| panic!("{error}"));
    let expected = generate(&spec).unwrap_or_else(|error| panic!("{error}"));

    let mut checked_in = Files::new();
    for directory in DIRECTORIES {
        read_all(Path::new(directory), &mut checked_in);
    }

    let stale = stale(&expected, &checked_in);
    assert!(
        stale.is_empty(),
        "run `cargo xtask codegen`:\n{}",
        stale.join("\n")
    );
}

/// One line for each file that is missing, changed, or left over.
fn stale(expected: &Files, checked_in: &Files) -> Vec<String> {
    let paths: BTreeMap<_, _> = expected.iter().chain(checked_in).collect();
    let describe = |path: &PathBuf| match (expected.get(path), checked_in.get(path)) {
        (Some(expected), Some(text)) if expected == text => None,
        (Some(_), Some(_)) => Some(format!("changed: {}", path.display())),
        (Some(_), None) => Some(format!("missing: {}", path.display())),
        (None, _) => Some(format!("left over: {}", path.display())),
    };
    paths.into_keys().filter_map(describe).collect()
}

fn read_all(directory: &Path, files: &mut Files) {
    let at = repository(&directory.display().to_string());
    let entries =
        std::fs::read_dir(&at).unwrap_or_else(|error| panic!("{}: {error}", at.display()));
    for entry in entries {
        let entry = entry.unwrap();
        let path = directory.join(entry.file_name());
        if entry.path().is_dir() {
            read_all(&path, files);
        } else {
            files.insert(path, std::fs::read_to_string(entry.path()).unwrap());
        }
    }
}

#[test]
fn changed_missing_and_left_over_files_are_named() {
    let files = |files: &[(&str, &str)]| -> Files {
        files
            .iter()
            .map(|&(path, text)| (path.into(), text.to_owned()))
            .collect()
    };
    let expected = files(&[("a.rs", "same"), ("b.rs", "new"), ("c.rs", "")]);
    let checked_in = files(&[("a.rs", "same"), ("b.rs", "old"), ("d.rs", "")]);
    assert_eq!(
        stale(&expected, &checked_in),
        ["changed: b.rs", "missing: c.rs", "left over: d.rs"]
    );
}
