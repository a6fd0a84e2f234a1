//! Rust by progenitor at its defaults, which our own generator does not use.

use std::process::Command;

use super::{Language, Program, Workshop};
use crate::spec::tool::{self, Result, run, step};

pub(super) const RUST: Language = Language {
    name: "rust",
    generator: "progenitor 0.15.1",
    needs: &[("cargo", "cargo")],
    libraries: &[],
    make,
};

fn make(workshop: &Workshop<'_>) -> Result<Program> {
    let source = workshop.place.conformance("rust");
    let directory = workshop.directory("rust")?;
    tool::create(&directory.join("src"))?;
    for file in ["Cargo.toml", "Cargo.lock", "src/main.rs", "src/check.rs"] {
        std::fs::copy(source.join(file), directory.join(file))?;
    }
    std::fs::copy(&workshop.published.json, directory.join("openapi.json"))?;
    // Of one directory for all runs, so that only the first compiles what the client needs.
    let target = workshop.place.tools().join("cargo");
    step("generate the client and compile", || {
        run(Command::new("cargo")
            .args(["build", "--quiet", "--locked", "--target-dir"])
            .arg(&target)
            .current_dir(&directory))
    })?;
    Ok(Command::new(target.join("debug/conformance")))
}
