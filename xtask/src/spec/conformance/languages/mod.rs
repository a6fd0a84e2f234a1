//! How a client is generated in each language, and how the program that uses it is built and run. spec/README.md shows
//! the same commands to people.

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

/// A language, in the order of the table.
pub(super) struct Language {
    pub(super) name: &'static str,
    pub(super) generator: &'static str,
    /// Programs that have to be there, each with the Debian package it comes in.
    needs: &'static [(&'static str, &'static str)],
    /// Libraries that have to be there: a command that succeeds if so, and the Debian package.
    libraries: &'static [(&'static [&'static str], &'static str)],
    /// Generates the client and builds our program.
    pub(super) make: fn(&Workshop<'_>) -> Result<Program>,
}

/// What a language works with.
pub(super) struct Workshop<'a> {
    pub(super) place: &'a Place,
    pub(super) published: &'a Bundle,
    /// What `dist` wrote, to use its packages instead of a client generated here.
    pub(super) dist: Option<&'a Path>,
}

/// A program that only has to be told where GitLab is.
pub(super) type Program = Command;

const PYTHON_NEEDED: (&str, &str) = ("python3", "python3");
/// Debian keeps what makes virtual environments in a package of its own.
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
    /// What is not there, with the Debian package to install.
    pub(super) fn missing(&self) -> Vec<String> {
        let told = |what: &str, package: &str| format!("{what} is not there (Debian: {package})");
        let programs = self.needs.iter();
        let missing = programs.filter(|(program, _)| !tool::is_there(program));
        let missing: Vec<String> = missing
            .map(|(program, package)| told(program, package))
            .collect();
        if !missing.is_empty() {
            return missing;
        }
        // Whether a library is there only its language can say.
        let is_there = |words: &[&str]| run(Command::new(words[0]).args(&words[1..])).is_ok();
        let libraries = self.libraries.iter();
        libraries
            .filter(|(words, _)| !is_there(words))
            .map(|(words, package)| {
                told(
                    &format!("`{}` fails and a library", words.join(" ")),
                    package,
                )
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
