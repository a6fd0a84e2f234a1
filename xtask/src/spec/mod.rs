//! `cargo xtask spec …`: the spec as a product of its own, for every language.

mod bundle;
mod conformance;
mod diff;
mod fuzz;
mod lint;
mod tool;

use std::path::{Path, PathBuf};

use crate::Outcome;
use tool::Result;

pub(crate) const USAGE: &str = "\
Usage: cargo xtask spec <command> [--spec DIR]

Commands:
  bundle [--out DIR]      Write openapi.json, openapi.yaml and index.html, each complete in itself
  lint                    Check the spec by our own rules and, if Node is installed, by Redocly's, Spectral's and IBM's
  conformance [LANGUAGE]  Generate clients (python, typescript, go, java) and let each call all operations
  diff OLD [NEW]          Tell what changed, and whether it breaks clients; OLD and NEW are files or git revisions
  fuzz [--examples N]     Let schemathesis try the spec on the fake GitLab, N examples per operation (default 50)

  --spec DIR              The directory of another openapi.yaml (default: spec)
";

/// Carries out one of the commands.
///
/// # Errors
///
/// When it could not be carried out. A command that ran and found something is no error but no good news either.
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
                    .map_err(|_| format!("--examples {number}: no number"))?,
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

/// Where things are.
pub(crate) struct Place {
    /// Of the repository.
    pub(crate) root: PathBuf,
    /// The directory with `openapi.yaml`.
    pub(crate) spec: PathBuf,
}

impl Place {
    /// Where pinned tools are installed, once for all runs.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join("target/spec-tools")
    }

    /// Where a command puts what it makes.
    pub(crate) fn output(&self, command: &str) -> PathBuf {
        self.root.join("target/spec").join(command)
    }

    /// The settings of a tool.
    pub(crate) fn assets(&self, tool: &str) -> PathBuf {
        self.root.join("xtask/assets").join(tool)
    }

    /// The program and the pinned versions of a language.
    pub(crate) fn conformance(&self, language: &str) -> PathBuf {
        self.root.join("spec/conformance").join(language)
    }
}

/// Takes `--name VALUE` out of the arguments.
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
        [first, ..] => Err(format!("`{first}` means nothing here\n\n{USAGE}").into()),
    }
}
