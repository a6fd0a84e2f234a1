//! The npm package: the spec as JSON and YAML, and the TypeScript types generated from it.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{copy_licences, fill};
use crate::spec::Place;
use crate::spec::conformance::generate;
use crate::spec::tool::{self, Result, step};

/// Writes the package's archive.
pub(super) fn write(place: &Place, spec: &Path, out: &Path) -> Result<()> {
    let package = place.output("dist/npm");
    tool::empty(&package)?;
    tool::create(out)?;
    let published = spec.join("openapi.yaml");
    generate::typescript(place, &published, &package.join("index.d.ts"))?;
    for file in ["openapi.json", "openapi.yaml"] {
        fs::copy(spec.join(file), package.join(file))?;
    }
    let templates = place.assets("dist").join("npm");
    for file in ["package.json", "README.md"] {
        fill(&templates.join(file), &package.join(file))?;
    }
    copy_licences(&place.root, &package)?;
    step("pack", || {
        tool::run(
            Command::new("npm")
                .args(["pack", "--ignore-scripts", "--loglevel=error"])
                .arg("--pack-destination")
                .arg(out)
                .current_dir(&package),
        )
    })?;
    Ok(())
}
