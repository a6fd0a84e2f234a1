//! `cargo xtask spec diff`: what changed between two specs, and whether it breaks clients.
//!
//! Every object is compared key by key. A rule judges a key, or the key contains words; any other difference is unknown
//! and fails like a breaking one, so that it is reviewed.

mod connection;
mod constraints;
mod keys;
mod operations;
#[cfg(test)]
mod properties;
mod received;
mod report;
mod schemas;
mod sent;
mod sides;
#[cfg(test)]
mod tests;
mod values;

use std::path::Path;
use std::process::Command;

use gitlab_jobs_codegen::{Node, Spec};

use super::Place;
use super::tool::{self, Result};
use report::{Effect, Report};

/// Prints the changes. Returns whether none of them breaks clients or is unknown.
pub(crate) fn run(place: &Place, old: &str, new: Option<&str>) -> Result<bool> {
    let old = load(place, old)?;
    let new = match new {
        Some(new) => load(place, new)?,
        None => Spec::load(&place.spec)?,
    };
    let report = compare(old.root(), new.root());
    report.changes().for_each(|change| println!("{change}"));
    println!("{}", summary(&report, version(&old), version(&new)));
    Ok(!report.is_alarming())
}

/// Returns everything that changed.
fn compare(old: &Node, new: &Node) -> Report {
    let mut report = Report::default();
    connection::compare(old, new, &mut report);
    operations::compare(old, new, &mut report);
    schemas::compare(old, new, &mut report);
    if report.is_empty() && differ(old, new) {
        let what = "a difference that no rule sees: needs review";
        report.add(Effect::Unknown, "the document", what);
    }
    report
}

/// Returns whether two documents differ in more than their version and the order of keys.
fn differ(old: &Node, new: &Node) -> bool {
    let without_version = |root: &Node| {
        let mut root = root.to_json();
        if let Some(info) = root
            .pointer_mut("/info")
            .and_then(|info| info.as_object_mut())
        {
            info.remove("version");
        }
        root
    };
    without_version(old) != without_version(new)
}

/// Reads a file, a directory with a spec, or the spec at a git revision.
fn load(place: &Place, source: &str) -> Result<Spec> {
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
    Ok(Spec::parse(source, &text)?)
}

fn version(spec: &Spec) -> &str {
    spec.root()
        .get("info")
        .and_then(|info| info.text_at("version"))
        .unwrap_or_default()
}

/// Returns the number of changes by kind, and the version they require.
fn summary(report: &Report, old: &str, new: &str) -> String {
    if report.is_empty() {
        return "no difference".to_owned();
    }
    let [breaking, unknown, compatible, words] = [
        Effect::Breaking,
        Effect::Unknown,
        Effect::Compatible,
        Effect::Words,
    ]
    .map(|effect| report.count(effect));
    let counts = format!(
        "{breaking} breaking, {unknown} unknown, {compatible} compatible, {words} in words or examples only"
    );
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
        format!("{counts}; info.version goes from {old} to {new}, which is enough")
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
