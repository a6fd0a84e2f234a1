//! `spec-diff OLD NEW`: what changed between two versions of an OpenAPI file, and whether it breaks clients.

use std::path::Path;
use std::process::ExitCode;

use clap::Parser;

/// Show what changed between two OpenAPI files, and whether it breaks clients
///
/// Exits with 0 if no change breaks clients, with 1 if one does or needs review, and with 2 if a file cannot be read.
#[derive(Parser)]
#[command(name = "spec-diff", term_width = 110)]
struct Arguments {
    /// A file, a directory with openapi.yaml, or REVISION:PATH in git
    old: String,
    /// Likewise
    new: String,
}

fn main() -> ExitCode {
    let Arguments { old, new } = Arguments::parse();
    let here = Path::new(".");
    let documents =
        spec_diff::load(&old, here).and_then(|old| Ok((old, spec_diff::load(&new, here)?)));
    match documents {
        Ok((old, new)) => {
            let report = spec_diff::compare(&old, &new);
            println!("{report}");
            ExitCode::from(u8::from(report.is_alarming()))
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}
