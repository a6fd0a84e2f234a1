//! The Python package: a typed client generated from the spec, and the spec beside it.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{copy_licences, fill};
use crate::spec::Place;
use crate::spec::conformance::generate;
use crate::spec::tool::{self, Result, step};

/// Writes the wheel.
pub(super) fn write(place: &Place, published: &Path, out: &Path) -> Result<()> {
    let project = place.output("dist/python");
    tool::empty(&project)?;
    tool::create(out)?;
    let package = project.join("gitlab_jobs");
    generate::python(place, published, &package)?;
    fs::copy(published, package.join("openapi.yaml"))?;
    // Type checkers ignore the annotations of an installed package without this file.
    tool::write(&package.join("py.typed"), "")?;
    let templates = place.assets("dist").join("python");
    for file in ["pyproject.toml", "README.md"] {
        fill(&templates.join(file), &project.join(file))?;
    }
    copy_licences(&place.root, &project)?;
    let bin =
        tool::python_environment(&place.tools(), "wheel", &templates.join("requirements.txt"))?;
    step("build the wheel", || {
        tool::run(
            Command::new(bin.join("pip"))
                .args(["wheel", "--quiet", "--no-input", "--no-deps"])
                // With the backend that is pinned, instead of whatever is the newest.
                .args(["--no-build-isolation", "--disable-pip-version-check"])
                .arg("--wheel-dir")
                .arg(out)
                .arg(&project),
        )
    })?;
    Ok(())
}
