//! Generating a client in each language, and building the program that uses it. spec/README.md shows the same commands.

mod openapi_generator;
mod python;
mod rust;
#[cfg(test)]
mod tests;
mod typescript;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::spec::Place;
use crate::spec::bundle::Bundle;
use crate::spec::tool::{self, Result, empty, run};

/// A row of the table.
pub(super) struct Language {
    pub(super) name: &'static str,
    pub(super) generator: &'static str,
    /// Required programs, each with its Debian package.
    needs: &'static [(&'static str, &'static str)],
    /// Required libraries: a command that succeeds if the library is installed, and the Debian package.
    libraries: &'static [(&'static [&'static str], &'static str)],
    /// Generates the client and builds our program.
    pub(super) make: fn(&Workshop<'_>) -> Result<Program>,
}

/// What a language is generated from and where.
pub(super) struct Workshop<'a> {
    pub(super) place: &'a Place,
    pub(super) published: &'a Bundle,
    /// What `dist` wrote, to use its packages instead of a client generated here.
    pub(super) dist: Option<&'a Path>,
}

/// A program that is ready to run, except for the environment variables of the scene.
pub(super) type Program = Command;

const PYTHON_NEEDED: (&str, &str) = ("python3", "python3");
/// Debian has a separate package for virtual environments.
const VENV_NEEDED: (&[&str], &str) = (&["python3", "-c", "import ensurepip, venv"], "python3-venv");

pub(super) const LANGUAGES: [Language; 7] = [
    python::PYTHON,
    typescript::TYPESCRIPT,
    openapi_generator::GO,
    openapi_generator::JAVA,
    rust::RUST,
    openapi_generator::RUBY,
    typescript::ZOD,
];

impl Language {
    /// Returns what is not installed, with the Debian packages.
    pub(super) fn missing(&self) -> Vec<String> {
        let message =
            |what: &str, package: &str| format!("{what} is not installed (Debian: {package})");
        let programs = self.needs.iter();
        let missing = programs.filter(|(program, _)| !tool::is_there(program));
        let missing: Vec<String> = missing
            .map(|(program, package)| message(program, package))
            .collect();
        if !missing.is_empty() {
            return missing;
        }
        // Only the language itself knows whether a library is installed.
        let is_there = |words: &[&str]| run(Command::new(words[0]).args(&words[1..])).is_ok();
        let libraries = self.libraries.iter();
        libraries
            .filter(|(words, _)| !is_there(words))
            .map(|(words, package)| {
                message(&format!("the library for `{}`", words.join(" ")), package)
            })
            .collect()
    }
}

impl Workshop<'_> {
    /// The directory of a language with nothing in it but a copy of our program.
    fn directory(&self, language: &str) -> Result<PathBuf> {
        let directory = self.place.output("conformance").join(language);
        empty(&directory)?;
        Ok(directory)
    }
}

/// The one file with this extension in a folder of `dist`.
fn package(dist: &Path, folder: &str, extension: &str) -> Result<PathBuf> {
    let folder = dist.join(folder);
    let entries =
        std::fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|found| found == extension));
    match (files.next(), files.next()) {
        (Some(file), None) => Ok(std::path::absolute(file)?),
        _ => Err(format!("not one .{extension} file in {}", folder.display()).into()),
    }
}
