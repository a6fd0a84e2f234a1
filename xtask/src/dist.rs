//! `cargo xtask dist`: calls `xtask/dist.sh`.

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::Outcome;
use crate::spec::tool::Result;

#[derive(Args)]
pub(crate) struct Arguments {
    /// The output directory (default: target/dist)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The release that the release notes compare with: a file, a directory or a git revision (default: the last tag)
    #[arg(long, value_name = "OLD")]
    since: Option<String>,
    /// Package a work tree with uncommitted changes
    #[arg(long)]
    allow_dirty: bool,
}

/// Writes the folder from scratch. The script prints its progress and errors.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<Outcome> {
    let mut script = Command::new("bash");
    script.arg(root.join("xtask/dist.sh"));
    if let Some(out) = &arguments.out {
        script.arg("--out").arg(std::path::absolute(out)?);
    }
    if let Some(since) = &arguments.since {
        script.args(["--since", since]);
    }
    if arguments.allow_dirty {
        script.arg("--allow-dirty");
    }
    let status = script.status();
    let status = status.map_err(|error| format!("cannot run bash: {error}"))?;
    Ok(Outcome {
        text: String::new(),
        good: status.success(),
    })
}
