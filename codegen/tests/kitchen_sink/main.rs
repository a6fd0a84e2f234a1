//! Everything that the checks accept compiles and works: a client is generated from a spec with every form, compiled
//! and called.
//!
//! The spec is the real one with `paths.yaml` and `schemas.yaml` added. The client is generated into copies of both
//! crates in a separate workspace, with a program that calls every new operation and asserts what a server receives.
//! That workspace shares the lock file and the target directory of this one.

mod edits;
mod workspace;

use std::path::{Path, PathBuf};
use std::process::Command;

use gitlab_jobs_codegen::{Files, Spec, Taken, generate};

#[test]
fn everything_that_the_checks_accept_compiles_and_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let target = target_directory();
    let scratch = target.join("kitchen-sink");
    workspace::write(root, &scratch, generated(root));

    // Fetches everything in the lock file, some of which may not have been needed before.
    cargo(root, &target, &["fetch", "--quiet", "--locked"]);
    let run = ["run", "--quiet", "--offline", "--package", "kitchen-sink"];
    cargo(&scratch, &target, &run);
    // Tests the examples in the documentation of the new operations, along with the program, so that nothing is
    // compiled twice.
    let packages = ["kitchen-sink", "gitlab-jobs", "gitlab-jobs-blocking"];
    let selected = packages.iter().flat_map(|package| ["--package", package]);
    let test = [
        "test",
        "--quiet",
        "--offline",
        "--doc",
        "--no-default-features",
    ];
    let features = ["--features", "gitlab-jobs/schemars"];
    let names = ["--", "generated::client"];
    let arguments: Vec<_> = test
        .into_iter()
        .chain(selected)
        .chain(features)
        .chain(names)
        .collect();
    cargo(&scratch, &target, &arguments);
    // What rustdoc thinks of the descriptions, which takes longer than the rest.
    if std::env::var_os("CODEGEN_EDITS").is_some() {
        for package in &packages[1..] {
            let rustdoc = ["rustdoc", "--quiet", "--offline", "--package", package];
            cargo(
                &scratch,
                &target,
                &[&rustdoc[..], &["--", "-D", "warnings"]].concat(),
            );
        }
    }
}

/// Returns the target directory of this workspace, from which this test is run.
fn target_directory() -> PathBuf {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tmp.parent().unwrap().to_owned()
}

fn generated(root: &Path) -> Files {
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let mut yaml = read("spec/openapi.yaml");
    let fragments =
        ["paths", "schemas"].map(|it| read(&format!("codegen/tests/kitchen_sink/{it}.yaml")));
    for (fragment, after) in fragments.iter().zip(["\npaths:\n", "\n  schemas:\n"]) {
        assert_eq!(yaml.matches(after).count(), 1, "{after:?} in the spec");
        yaml = yaml.replace(after, &format!("{after}{fragment}"));
    }
    let spec = Spec::parse("kitchen-sink.yaml", &yaml).unwrap_or_else(|error| panic!("{error}"));
    let taken = Taken::read(root).unwrap_or_else(|error| panic!("{error}"));
    let spec = edits::with_edits(&spec, &fragments[0], &fragments[1], &taken);
    generate(&spec, &taken).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn cargo(directory: &Path, target: &Path, arguments: &[&str]) {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(directory)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .unwrap();
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let command = format!("cargo {} in {}", arguments.join(" "), directory.display());
    assert!(output.status.success(), "{command}:\n{stdout}\n{stderr}");
}
