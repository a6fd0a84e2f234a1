//! The repository's own commands: `cargo xtask <command>`.

mod clients;
mod codegen;
mod dist;
mod spec;

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The repository's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generate both SDK crates from spec/openapi.yaml
    Codegen {
        /// Write nothing; show what would change, and fail if anything would
        #[arg(long)]
        check: bool,
    },
    /// Publish, check, compare and try out the spec
    Spec(spec::Arguments),
    /// Take GitLab clients by other authors through the Jobs API of the fake GitLab
    Clients {
        /// The clients to try (default: all that can be installed)
        #[arg(value_name = "CLIENT")]
        clients: Vec<String>,
    },
    /// Write the folder that a release uploads, and try out the crates in it
    Dist(dist::Arguments),
}

/// What a command reports, and whether it succeeded.
struct Outcome {
    text: String,
    good: bool,
}

/// Exits with 0 on success, with 1 if a check failed or the command could not run, and, through clap, with 2
/// if the arguments are invalid.
fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(Outcome { text, good }) => {
            // A reader such as `head` may close the pipe early.
            let _ = std::io::stdout().write_all(text.as_bytes());
            if good {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("{}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<Outcome, Box<dyn Error>> {
    let root = root()?;
    match command {
        Command::Codegen { check: false } => codegen::write(&root),
        Command::Codegen { check: true } => codegen::check(&root),
        Command::Clients { clients } => clients::run_all(&root, &clients),
        Command::Spec(arguments) => spec::run(&root, arguments),
        Command::Dist(arguments) => dist::run(&root, &arguments),
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", chain(source)),
        None => error.to_string(),
    }
}

/// The root of the repository. cargo names the directory of this package, so the current one does not matter.
fn root() -> Result<PathBuf, Box<dyn Error>> {
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&package)
        .parent()
        .ok_or("the directory of xtask has no parent")?;
    Ok(root.to_owned())
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    fn refused(arguments: &str) -> clap::Error {
        match Arguments::try_parse_from(arguments.split(' ')) {
            Ok(_) => panic!("`{arguments}` was accepted"),
            Err(error) => error,
        }
    }

    #[test]
    fn every_command_has_help_that_succeeds() {
        for command in [
            "xtask --help",
            "xtask help spec",
            "xtask codegen --help",
            "xtask dist -h",
            "xtask spec --help",
            "xtask spec bundle --help",
            "xtask spec conformance --help",
            "xtask spec diff --help",
            "xtask spec fuzz --help",
            "xtask spec lint --help",
            "xtask spec verify --help",
            "xtask spec workflows --help",
        ] {
            let error = refused(command);
            assert_eq!(error.kind(), ErrorKind::DisplayHelp, "{command}");
            assert_eq!(error.exit_code(), 0, "{command}");
        }
    }

    #[test]
    fn usage_errors_exit_with_2_and_name_what_is_wrong() {
        for (command, named) in [
            ("xtask nonsense", "nonsense"),
            ("xtask codegen --verify", "--verify"),
            ("xtask spec diff", "<OLD>"),
            ("xtask spec bundle --out", "--out"),
            ("xtask spec fuzz --examples many", "many"),
            ("xtask spec lint here", "here"),
            ("xtask spec verify", "--project"),
            ("xtask spec verify --project 1 --requests 51", "51"),
            ("xtask spec verify --project 1 --value shelf", "NAME=VALUE"),
        ] {
            let error = refused(command);
            assert_eq!(error.exit_code(), 2, "{command}");
            assert!(error.to_string().contains(named), "{command}: {error}");
        }
    }
}
