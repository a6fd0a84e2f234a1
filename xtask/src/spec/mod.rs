//! `cargo xtask spec …`: the spec as a separate product, for every language.

mod bundle;
mod conformance;
mod fuzz;
mod lint;
pub(crate) mod tool;
mod verify;
mod workflows;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use gitlab_jobs_codegen::Spec;

use crate::Outcome;
use tool::Result;

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// The directory of another openapi.yaml (default: spec)
    #[arg(long, value_name = "DIR", global = true)]
    spec: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Write the spec as JSON and YAML, in OpenAPI 3.0 and 3.1, as an overlay, and as a page
    Bundle {
        /// The output directory (default: target/spec/bundle)
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Check the spec with our own rules and, if Node is installed, other linters, the overlay and a mock
    Lint,
    /// Run the README's commands for each language, with both editions, and call all operations with the clients
    Conformance(conformance::Arguments),
    /// Show what changed, and whether it breaks clients
    Diff {
        /// A file, a directory or a git revision
        old: String,
        /// Likewise (default: the spec in the work tree)
        new: Option<String>,
    },
    /// Run schemathesis against the fake GitLab
    Fuzz {
        /// How many examples to try for each operation
        #[arg(long, value_name = "N", default_value = "50")]
        examples: u32,
    },
    /// Compare a living GitLab with the spec
    ///
    /// GITLAB_URL is the server (default: `https://gitlab.com`), GITLAB_TOKEN a token with the scope read_api, which public
    /// projects need not, and GITLAB_JOB_TOKEN the token of a running job. At most two requests per second are sent.
    Verify(verify::Arguments),
    /// Lint workflows.arazzo.yaml and run its workflows on the fake GitLab
    Workflows,
}

/// Runs one of the commands.
///
/// # Errors
///
/// Returns an error if the command could not run. A check that ran and failed is reported by the outcome.
pub(crate) fn run(root: &Path, arguments: Arguments) -> Result<Outcome> {
    let spec = match arguments.spec {
        Some(directory) => std::env::current_dir()?.join(directory),
        None => root.join("spec"),
    };
    let place = Place {
        root: root.to_owned(),
        spec,
    };
    let good = match arguments.command {
        Command::Bundle { out } => {
            bundle::run(&place, &out.unwrap_or_else(|| place.output("bundle")))?
        }
        Command::Lint => lint::run(&place)?,
        Command::Conformance(arguments) => conformance::run(&place, &arguments)?,
        Command::Diff { old, new } => {
            let new = new.unwrap_or_else(|| place.spec.display().to_string());
            diff(&place, &old, &new)?
        }
        Command::Fuzz { examples } => fuzz::run(&place, examples)?,
        Command::Verify(arguments) => verify::run(&place, arguments)?,
        Command::Workflows => workflows::run(&place)?,
    };
    Ok(Outcome {
        text: String::new(),
        good,
    })
}

/// Prints what changed. Returns whether nothing breaks clients or is unknown.
fn diff(place: &Place, old: &str, new: &str) -> Result<bool> {
    let load = |source: &str| {
        // Of a git revision, the spec is meant.
        let source = if Path::new(source).exists() || source.contains(':') {
            source.to_owned()
        } else {
            format!("{source}:spec/openapi.yaml")
        };
        spec_diff::load(&source, &place.root)
    };
    let report = spec_diff::compare(&load(old)?, &load(new)?);
    println!("{report}");
    Ok(!report.is_alarming())
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
}

/// Returns the ids of all operations, in the order of the file.
pub(crate) fn operation_ids(spec: &Spec) -> Vec<String> {
    let items = spec.root().entries_at("paths");
    let operations = items.flat_map(|(_, item)| item.entries());
    operations
        .filter_map(|(_, operation)| operation.text_at("operationId"))
        .map(str::to_owned)
        .collect()
}
