//! Python by openapi-python-client, its types checked by mypy.

use std::path::Path;
use std::process::Command;

use super::{Language, PYTHON_NEEDED, Program, VENV_NEEDED, Workshop};
use crate::spec::tool::{self, Result, run, step};

/// The arguments of openapi-python-client, and of mypy. mypy finds errors in the
/// generated client that the spec cannot fix, so imports are followed silently.
pub(super) const GENERATE: &str = "generate --fail-on-warning --meta none";
pub(super) const CHECK: &str = "--strict --warn-unreachable --follow-imports=silent";

pub(super) const PYTHON: Language = Language {
    name: "python",
    generator: "openapi-python-client 0.29.1",
    needs: &[PYTHON_NEEDED],
    libraries: &[VENV_NEEDED],
    make,
};

fn make(workshop: &Workshop<'_>) -> Result<Program> {
    let source = workshop.place.conformance("python");
    let bin = tool::python_environment(
        &workshop.place.tools(),
        "openapi-python-client",
        &source.join("requirements.txt"),
    )?;
    let directory = workshop.directory("python")?;
    step("generate the client", || {
        run(Command::new(bin.join("openapi-python-client"))
            .args(GENERATE.split(' '))
            .arg("--path")
            .arg(&workshop.published.yaml)
            .arg("--config")
            .arg(source.join("config.yaml"))
            .arg("--output-path")
            .arg(directory.join("gitlab_jobs"))
            // It calls ruff, which is in the same environment.
            .env("PATH", with(&bin)))
    })?;
    step("check the types", || {
        run(Command::new(bin.join("mypy"))
            .args(CHECK.split(' '))
            .arg("--cache-dir")
            .arg(directory.join("mypy"))
            .arg(source.join("conformance.py"))
            .env("MYPYPATH", &directory))
    })?;
    let mut program = Command::new(bin.join("python"));
    program
        .arg(source.join("conformance.py"))
        .env("PYTHONPATH", &directory)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(program)
}

/// The search path with a directory before it.
fn with(directory: &Path) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(directory.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(all).unwrap_or_default()
}
