//! The Go module: a client generated from the spec that needs only the standard library, laid out as a module proxy, so
//! that `GOPROXY=file://…/go` installs it.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{VERSION, copy_licences, fill};
use crate::spec::Place;
use crate::spec::conformance::generate;
use crate::spec::tool::{self, Result, step};

/// The import path. It names no host yet, since the project has none; RELEASING.md says what to change.
pub(crate) const MODULE: &str = "gitlab-jobs.example/gitlabjobs";

/// Files that the generator writes for a standalone repository.
const SUPERFLUOUS: [&str; 7] = [
    ".gitignore",
    ".openapi-generator",
    ".openapi-generator-ignore",
    ".travis.yml",
    "docs",
    "git_push.sh",
    "test",
];

/// Writes the module proxy.
pub(super) fn write(place: &Place, published: &Path, out: &Path) -> Result<()> {
    let stage = place.output("dist/go");
    tool::empty(&stage)?;
    let package = stage.join(format!("{MODULE}@v{VERSION}"));
    generate::go(place, published, &package)?;
    for name in SUPERFLUOUS {
        let path = package.join(name);
        if path.is_dir() {
            fs::remove_dir_all(path)?;
        } else if path.exists() {
            fs::remove_file(path)?;
        }
    }
    fill(
        &place.assets("dist").join("go/README.md"),
        &package.join("README.md"),
    )?;
    copy_licences(&place.root, &package)?;
    let manifest = format!("module {MODULE}\n\ngo 1.19\n");
    tool::write(&package.join("go.mod"), &manifest)?;

    let versions = out.join(MODULE).join("@v");
    tool::create(&versions)?;
    tool::write(&versions.join("list"), format!("v{VERSION}\n"))?;
    tool::write(
        &versions.join(format!("v{VERSION}.info")),
        format!("{{\"Version\":\"v{VERSION}\"}}\n"),
    )?;
    tool::write(&versions.join(format!("v{VERSION}.mod")), &manifest)?;
    step("zip", || {
        tool::run(
            Command::new("python3")
                .arg(place.assets("dist").join("go/archive.py"))
                .arg(versions.join(format!("v{VERSION}.zip")))
                .arg(&stage),
        )
    })?;
    Ok(())
}
