//! Python by openapi-python-client, its types checked by mypy.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Language, PYTHON_NEEDED, Program, VENV_NEEDED, Workshop, package};
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
    let tools = generate::python_tools(workshop.place)?;
    let python = match workshop.dist {
        Some(dist) => install(
            &package(dist, "python", "whl")?,
            &directory.join("environment"),
        )?,
        None => {
            let package = directory.join("gitlab_jobs");
            generate::python(workshop.place, &workshop.published.yaml, &package)?;
            tools.join("python")
        }
    };
    step("check the types", || {
        run(Command::new(tools.join("mypy"))
            .args(CHECK.split(' '))
            .arg("--python-executable")
            .arg(&python)
            .arg("--cache-dir")
            .arg(directory.join("mypy"))
            .arg(source.join("conformance.py"))
            .env("MYPYPATH", &directory))
    })?;
    let mut program = Command::new(python);
    program
        .arg(source.join("conformance.py"))
        .env("PYTHONPATH", &directory)
        .env("PYTHONDONTWRITEBYTECODE", "1");
    Ok(program)
}

/// Installs a wheel, with the newest dependencies that it accepts, and returns the interpreter that finds them.
fn install(wheel: &Path, environment: &Path) -> Result<PathBuf> {
    step("install the wheel", || {
        run(Command::new("python3")
            .args(["-m", "venv"])
            .arg(environment))?;
        run(Command::new(environment.join("bin/pip"))
            .args([
                "install",
                "--quiet",
                "--no-input",
                "--disable-pip-version-check",
            ])
            .arg(wheel))
    })?;
    Ok(environment.join("bin/python"))
}
