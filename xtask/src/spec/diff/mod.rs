//! `cargo xtask spec diff`: what changed between two specs, and whether it breaks clients.

mod connection;
mod operations;
mod report;
mod schemas;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::process::Command;

use gitlab_jobs_codegen::Spec;

use super::Place;
use super::tool::{self, Result};
use super::tree::Tree;
use report::{Effect, Report};

/// Prints the changes. Whether none of them breaks clients.
pub(crate) fn run(place: &Place, old: &str, new: Option<&str>) -> Result<bool> {
    let old = load(place, old)?;
    let new = match new {
        Some(new) => load(place, new)?,
        None => Tree::of(&Spec::load(&place.spec)?)?,
    };
    let report = compare(&old, &new);
    report.changes().for_each(|change| println!("{change}"));
    println!("{}", summary(&report, version(&old), version(&new)));
    Ok(!report.breaks())
}

/// Everything that changed.
fn compare(old: &Tree, new: &Tree) -> Report {
    let mut report = Report::default();
    connection::compare(old, new, &mut report);
    operations::compare(old, new, &mut report);
    schemas::compare(old, new, &mut report);
    if report.is_empty() && old != new {
        report.add(
            Effect::Words,
            "the document",
            "only words or examples changed",
        );
    }
    report
}

/// A file, or the spec at a git revision.
fn load(place: &Place, source: &str) -> Result<Tree> {
    let path = Path::new(source);
    let text = if path.is_dir() {
        tool::read(&path.join("openapi.yaml"))?
    } else if path.is_file() {
        tool::read(path)?
    } else {
        let object = format!("{source}:spec/openapi.yaml");
        let mut git = Command::new("git");
        git.arg("-C").arg(&place.root).args(["show", &object]);
        tool::run(&mut git)
            .map_err(|error| format!("`{source}` is neither a file nor a git revision: {error}"))?
    };
    Tree::of(&Spec::parse(source, &text)?)
}

fn version(document: &Tree) -> &str {
    document
        .get("info")
        .and_then(|info| info.text_at("version"))
        .unwrap_or_default()
}

/// How many changes of which kind, and what they ask of `info.version`.
fn summary(report: &Report, old: &str, new: &str) -> String {
    let [breaking, compatible, words] =
        [Effect::Breaking, Effect::Compatible, Effect::Words].map(|effect| report.count(effect));
    let counts = format!("{breaking} breaking, {compatible} compatible");
    if breaking + compatible + words == 0 {
        return "no difference".to_owned();
    }
    let (Some(from), Some(to)) = (numbers(old), numbers(new)) else {
        return format!("{counts}; info.version goes from {old} to {new}");
    };
    let needed = match from {
        [0, minor, _] if breaking > 0 => [0, minor + 1, 0],
        [major, ..] if breaking > 0 => [major + 1, 0, 0],
        [major, minor, _] if major > 0 && compatible > 0 => [major, minor + 1, 0],
        [major, minor, patch] => [major, minor, patch + 1],
    };
    let [major, minor, patch] = needed;
    if to >= needed {
        format!("{counts}; info.version goes from {old} to {new}, as it should")
    } else {
        format!(
            "{counts}; info.version goes from {old} to {new} and should be at least {major}.{minor}.{patch}"
        )
    }
}

fn numbers(version: &str) -> Option<[u64; 3]> {
    let numbers: Vec<u64> = version
        .split('.')
        .map(str::parse)
        .collect::<std::result::Result<_, _>>()
        .ok()?;
    numbers.try_into().ok()
}
