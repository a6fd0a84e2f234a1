//! `cargo xtask spec lint`: our own rules, and two linters of other people with every rule they have.

use std::process::Command;

use gitlab_jobs_codegen::{Spec, check};

use super::Place;
use super::tool::{self, Result, heading, step};

/// Redocly's, the pickier of the two.
const NODE_NEEDED: (u32, u32) = (20, 19);

/// Runs all linters that can be run here. Whether they found nothing.
pub(crate) fn run(place: &Place) -> Result<bool> {
    heading("Our own rules");
    let spec = Spec::load(&place.spec)?;
    let findings = check(&spec);
    findings.iter().for_each(|finding| println!("  {finding}"));
    println!("  {} findings", findings.len());
    let clean = findings.is_empty();

    heading("Redocly and Spectral");
    if let Some(missing) = node_is_missing()? {
        println!("  skipped: {missing}");
        return Ok(clean);
    }
    let tools = tool::node_packages(&place.tools(), "linters", &place.assets("lint"))?;
    // What is published is checked as well: there the examples stand in the file.
    let published = super::bundle::write(&spec, place, &place.output("lint"))?;
    let mut clean = clean;
    for file in [place.spec.join("openapi.yaml"), published.yaml] {
        let shown = file
            .strip_prefix(&place.root)
            .unwrap_or(&file)
            .display()
            .to_string();
        for (name, arguments) in [
            (
                "redocly",
                &["lint", "--config", "redocly.yaml", "--max-problems=1000"][..],
            ),
            (
                "spectral",
                &[
                    "lint",
                    "--ruleset",
                    "spectral.yaml",
                    "--fail-severity=hint",
                    "--quiet",
                ],
            ),
        ] {
            let mut command = Command::new(tools.join("node_modules/.bin").join(name));
            command
                .args(arguments)
                .arg(&file)
                .current_dir(place.assets("lint"));
            // Neither counts of use nor looks for newer versions.
            command.envs([
                ("REDOCLY_TELEMETRY", "off"),
                ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"),
            ]);
            command.env("CI", "true");
            if let Err(problem) = step(&format!("{name} {shown}"), || tool::run(&mut command)) {
                println!("    {problem}");
                clean = false;
            }
        }
    }
    Ok(clean)
}

/// Why the linters that need Node cannot run here, if so.
pub(super) fn node_is_missing() -> Result<Option<String>> {
    if !tool::is_there("node") || !tool::is_there("npm") {
        return Ok(Some(
            "node and npm are not there (Debian: nodejs npm)".to_owned(),
        ));
    }
    let version = tool::run(Command::new("node").arg("--version"))?;
    let mut numbers = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .map(str::parse::<u32>);
    let mut next = || {
        numbers
            .next()
            .and_then(std::result::Result::ok)
            .unwrap_or_default()
    };
    let (major, minor) = NODE_NEEDED;
    let found = (next(), next());
    let old = found < NODE_NEEDED;
    Ok(old.then(|| {
        format!(
            "node {} is there, {major}.{minor} or later is needed",
            version.trim()
        )
    }))
}
