//! Python by openapi-python-client, its types checked by mypy.

use std::process::Command;

use super::{Language, PYTHON_NEEDED, Program, VENV_NEEDED, Workshop};
use crate::spec::conformance::generate;
use crate::spec::tool::{Result, run, step};

/// The arguments of mypy. The generated client has faults of its own in the eyes of mypy, none of which the spec can mend,
/// hence the silence.
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
    let directory = workshop.directory("python")?;
    let package = directory.join("gitlab_jobs");
    let bin = generate::python(workshop.place, &workshop.published.yaml, &package)?;
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
