//! The repository's own commands: `cargo xtask <command>`.

mod build_cost;
mod codegen;
mod spec;

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask <command>

Commands:
  codegen           Generate both SDK crates from spec/openapi.yaml
  codegen --check   Write nothing; show what would change, and fail if anything would
  build-cost        Compare a clean build with the SDK to one of a client by hand; takes minutes
  spec …            Publish, check, compare and try out the spec; `cargo xtask spec help` tells more
";

/// What a command has to say, and whether it is good news.
struct Outcome {
    text: String,
    good: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["build-cost", rest @ ..] => root().and_then(|root| build_cost::run(&root, rest)),
        ["spec", rest @ ..] => root().and_then(|root| spec::run(&root, rest)),
        [] | ["help" | "-h" | "--help", ..] | [_, "-h" | "--help"] => Ok(Outcome {
            text: USAGE.to_owned(),
            good: true,
        }),
        ["codegen"] => root().and_then(|root| codegen::write(&root)),
        ["codegen", "--check"] => root().and_then(|root| codegen::check(&root)),
        other => {
            eprint!("cargo xtask does not know `{}`\n\n{USAGE}", other.join(" "));
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(Outcome { text, good }) => {
            // Whoever closes the pipe, as `head` does, has read enough.
            let _ = std::io::stdout().write_all(text.as_bytes());
            if good {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("{}", told(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// An error and what led to it, in one line.
fn told(error: &dyn Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", told(source)),
        None => error.to_string(),
    }
}

/// The root of the repository. cargo names the directory of this package, so the current one does not matter.
fn root() -> Result<PathBuf, Box<dyn Error>> {
    let package =
        std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&package)
        .parent()
        .ok_or("the directory of xtask has none above it")?;
    Ok(root.to_owned())
}
