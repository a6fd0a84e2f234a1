//! Where a document comes from: a file, a directory, or a git revision.

use std::fmt;
use std::path::Path;
use std::process::Command;

use gitlab_jobs_codegen::{Node, Spec};

/// A document that cannot be read.
#[derive(Debug)]
pub struct Error(String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Reads a file, the `openapi.yaml` in a directory, or a file at a git revision of `repository`, such as
/// `v1.0.0:spec/openapi.yaml`.
///
/// # Errors
///
/// Returns an error if there is no such document, or if it is not valid YAML or JSON.
pub fn load(source: &str, repository: &Path) -> Result<Node, Error> {
    let path = Path::new(source);
    let text = if path.is_dir() {
        file(&path.join("openapi.yaml"))?
    } else if path.is_file() {
        file(path)?
    } else {
        revision(source, repository)?
    };
    parse(source, &text)
}

/// Parses YAML or JSON. `name` is the name of the document in errors.
///
/// # Errors
///
/// Returns an error if the text is not valid, if an object has a duplicate key, or if it uses anchors or tags.
pub fn parse(name: &str, text: &str) -> Result<Node, Error> {
    match Spec::parse(name, text) {
        Ok(spec) => Ok(spec.root().clone()),
        Err(error) => Err(Error(error.to_string())),
    }
}

fn file(path: &Path) -> Result<String, Error> {
    std::fs::read_to_string(path)
        .map_err(|error| Error(format!("cannot read {}: {error}", path.display())))
}

fn revision(source: &str, repository: &Path) -> Result<String, Error> {
    let output = Command::new("git")
        .arg("-C")
        .arg(repository)
        .args(["show", "--end-of-options", source])
        .output()
        .map_err(|error| {
            Error(format!(
                "`{source}` is not a file, and git does not run: {error}"
            ))
        })?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let reason = String::from_utf8_lossy(&output.stderr);
        Err(Error(format!(
            "`{source}` is neither a file nor a file at a git revision: {}",
            reason.trim()
        )))
    }
}
