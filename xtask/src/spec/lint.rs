//! `cargo xtask spec lint`: our own rules, those of Redocly, Spectral and IBM at their strictest, the overlay applied by
//! openapi-format, and a mock server that Prism creates from the examples.

mod overlay;
mod rules;

use std::process::Command;

use gitlab_jobs_codegen::{Spec, Taken, check};

use super::Place;
use super::tool::{self, Result, heading, step};

/// The Node version that Redocly requires, the highest of all.
const NODE_NEEDED: (u32, u32) = (20, 19);

/// Runs all linters that can run here. Returns whether they found nothing.
pub(crate) fn run(place: &Place) -> Result<bool> {
    heading("Our own rules");
    let spec = Spec::load(&place.spec)?;
    let mut findings = check(&spec, &Taken::read(&place.root)?);
    findings.extend(rules::check(&spec));
    findings.iter().for_each(|finding| println!("  {finding}"));
    println!("  {} findings", findings.len());
    let clean = findings.is_empty();

    heading("Redocly, Spectral and IBM's rules");
    if let Some(missing) = node_is_missing()? {
        println!("  skipped: {missing}");
        return Ok(clean);
    }
    let settings = place.assets("lint");
    let tools = tool::node_packages(&place.tools(), "linters", &settings)?;
    // A ruleset is resolved beside the packages it extends.
    for file in ["redocly.yaml", "spectral.yaml", "ibm.yaml"] {
        std::fs::copy(settings.join(file), tools.join(file))?;
    }
    // The published file is checked as well because it contains the examples.
    let published = super::bundle::write(&spec, &place.output("lint"))?;
    let corrected = step("openapi-format overlay.yaml", || {
        overlay::apply(place, &tools, &published.overlay)
    })?;
    let mut clean = clean;
    let source = place.spec.join("openapi.yaml");
    // IBM's rules fail on references to files, and do not know the null type of OpenAPI 3.1.
    for (file, linters) in [
        (&source, &LINTERS[..2]),
        (&published.yaml, LINTERS),
        (&published.yaml_3_1, &LINTERS[..2]),
        (&published.overlay, &LINTERS[..1]),
        (&corrected, &[LENIENT]),
    ] {
        let shown = file.strip_prefix(&place.root).unwrap_or(file).display();
        for linter in linters {
            let mut command = Command::new(tools.join("node_modules/.bin").join(linter.program));
            command.args(linter.arguments).arg(file).current_dir(&tools);
            // Neither usage statistics nor a check for newer versions.
            command.envs([
                ("REDOCLY_TELEMETRY", "off"),
                ("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true"),
                ("CI", "true"),
            ]);
            let step_name = format!("{} {shown}", linter.name);
            if let Err(problem) = step(&step_name, || tool::run(&mut command)) {
                println!("    {problem}");
                clean = false;
            }
        }
    }
    if let Err(problem) = step("compare target/spec/lint/gitlab.json with the spec", || {
        overlay::compare(place, &corrected, &super::bundle::document(&spec)?)
    }) {
        println!("    {problem}");
        clean = false;
    }
    heading("A mock of the examples");
    let settings = place.assets("mock");
    let tools = tool::node_packages(&place.tools(), "mock", &settings)?;
    std::fs::copy(settings.join("walk.mjs"), tools.join("walk.mjs"))?;
    let walk = step("prism", || {
        tool::run(
            Command::new("node")
                .arg("walk.mjs")
                .arg(&published.json)
                .current_dir(&tools),
        )
    });
    match walk {
        Ok(summary) => print!("    {summary}"),
        Err(problem) => {
            println!("    {problem}");
            clean = false;
        }
    }
    Ok(clean)
}

/// An external linter, which fails on any finding, except for [`LENIENT`].
struct Linter {
    name: &'static str,
    program: &'static str,
    arguments: &'static [&'static str],
}

const LINTERS: &[Linter] = &[
    Linter {
        name: "redocly",
        program: "redocly",
        arguments: &["lint", "--config", "redocly.yaml", "--max-problems=1000"],
    },
    Linter {
        name: "spectral",
        program: "spectral",
        arguments: &[
            "lint",
            "--ruleset",
            "spectral.yaml",
            "--fail-severity=hint",
            "--quiet",
        ],
    },
    Linter {
        name: "ibm",
        program: "spectral",
        arguments: &[
            "lint",
            "--ruleset",
            "ibm.yaml",
            "--fail-severity=hint",
            "--quiet",
        ],
    },
];

/// GitLab's own file, even corrected, does not pass the strictest rules, so only Redocly's errors count.
const LENIENT: Linter = Linter {
    name: "redocly",
    program: "redocly",
    arguments: &["lint", "--extends=recommended"],
};

/// Returns why tools that need Node cannot run here, if so.
pub(super) fn node_is_missing() -> Result<Option<String>> {
    if !tool::is_there("node") || !tool::is_there("npm") {
        return Ok(Some(
            "node and npm are not installed (Debian: nodejs npm)".to_owned(),
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
            "node {major}.{minor} or later is needed, and {} is installed",
            version.trim()
        )
    }))
}
