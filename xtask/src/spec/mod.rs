//! `cargo xtask spec …`: the spec as a product of its own, for every language.

mod bundle;
mod conformance;
mod diff;
mod fuzz;
mod lint;
mod tool;

use std::path::{Path, PathBuf};

use gitlab_jobs_codegen::Spec;

use crate::Outcome;
use tool::Result;

pub(crate) const USAGE: &str = "\
Usage: cargo xtask spec <command> [--spec DIR]

Commands:
  bundle [--out DIR]      Write the spec as JSON and YAML, for OpenAPI 3.0 and 3.1, and as a page
  lint                    Check the spec with our own rules and, if Node is installed, other linters and a mock
  conformance [LANGUAGE]  Generate clients in seven languages and call all operations with each
  diff OLD [NEW]          List what changed, and whether it breaks clients; OLD and NEW are files or git revisions
  fuzz [--examples N]     Run schemathesis against the fake GitLab, N examples per operation (default 50)

  --spec DIR              The directory of another openapi.yaml (default: spec)
";

/// Runs one of the commands.
///
/// # Errors
///
/// Returns an error if the command could not run. A command that found problems is not an error, but not good either.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Result<Outcome> {
    let mut arguments: Vec<&str> = arguments.to_vec();
    let spec = match option(&mut arguments, "--spec")? {
        Some(directory) => std::env::current_dir()?.join(directory),
        None => root.join("spec"),
    };
    let place = Place {
        root: root.to_owned(),
        spec,
    };
    let good = match arguments.as_slice() {
        ["bundle", rest @ ..] => {
            let mut rest = rest.to_vec();
            let out = option(&mut rest, "--out")?.map(PathBuf::from);
            nothing_else(&rest)?;
            bundle::run(&place, &out.unwrap_or_else(|| place.output("bundle")))?
        }
        ["lint"] => lint::run(&place)?,
        ["conformance", languages @ ..] => conformance::run(&place, languages)?,
        ["diff", old] => diff::run(&place, old, None)?,
        ["diff", old, new] => diff::run(&place, old, Some(new))?,
        ["fuzz", rest @ ..] => {
            let mut rest = rest.to_vec();
            let examples = match option(&mut rest, "--examples")? {
                Some(number) => number
                    .parse()
                    .map_err(|_| format!("--examples {number}: not a number"))?,
                None => 50,
            };
            nothing_else(&rest)?;
            fuzz::run(&place, examples)?
        }
        [] | ["help" | "-h" | "--help", ..] => {
            return Ok(Outcome {
                text: USAGE.to_owned(),
                good: true,
            });
        }
        other => {
            return Err(format!(
                "cargo xtask does not know `spec {}`\n\n{USAGE}",
                other.join(" ")
            )
            .into());
        }
    };
    Ok(Outcome {
        text: String::new(),
        good,
    })
}

/// Paths.
pub(crate) struct Place {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// The directory with `openapi.yaml`.
    pub(crate) spec: PathBuf,
}

impl Place {
    /// Returns the directory of the pinned tools, which all runs share.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("target/spec-tools")
    }

    /// Returns the output directory of a command.
    pub(crate) fn output(&self, command: &str) -> PathBuf {
        self.root.join("target/spec").join(command)
    }

    /// Returns the directory with the settings of a tool.
    pub(crate) fn assets(&self, tool: &str) -> PathBuf {
        self.root.join("xtask/assets").join(tool)
    }

    /// Returns the directory with the program of a language and its pinned versions.
    pub(crate) fn conformance(&self, language: &str) -> PathBuf {
        self.root.join("spec/conformance").join(language)
    }
}

/// Returns the ids of all operations in the order of the file.
pub(crate) fn operation_ids(spec: &Spec) -> Vec<String> {
    let items = spec.root().entries_at("paths");
    let operations = items.flat_map(|(_, item)| item.entries());
    operations
        .filter_map(|(_, operation)| operation.text_at("operationId"))
        .map(str::to_owned)
        .collect()
}

/// Removes `--name VALUE` from the arguments and returns the value.
fn option<'a>(arguments: &mut Vec<&'a str>, name: &str) -> Result<Option<&'a str>> {
    let Some(index) = arguments.iter().position(|argument| *argument == name) else {
        return Ok(None);
    };
    arguments.remove(index);
    if index == arguments.len() {
        return Err(format!("{name} needs a value\n\n{USAGE}").into());
    }
    Ok(Some(arguments.remove(index)))
}

fn nothing_else(arguments: &[&str]) -> Result<()> {
    match arguments {
        [] => Ok(()),
        [first, ..] => Err(format!("unexpected argument `{first}`\n\n{USAGE}").into()),
    }
}
