//! The release notes: this version's part of the changelog, and what `spec diff` says about the spec.

use std::path::Path;
use std::process::Command;

use super::VERSION;
use crate::spec::tool::{self, Result};

/// Returns the notes, in Markdown.
pub(super) fn write(root: &Path, since: Option<&str>) -> Result<String> {
    let changelog = tool::read(&root.join("CHANGELOG.md"))?;
    let changes = section(&changelog, VERSION)
        .ok_or_else(|| format!("CHANGELOG.md has no section for {VERSION}"))?;
    let since = match since {
        Some(since) => Some(since.to_owned()),
        None => last_tag(root),
    };
    let differences = match since {
        Some(since) => differences(root, &since)?,
        None => "This is the first release of the spec.\n".to_owned(),
    };
    Ok(format!(
        "# gitlab-jobs {VERSION}\n\n{changes}\n\n## Changes to the spec\n\n{differences}"
    ))
}

/// The text below the heading of a version.
fn section<'a>(changelog: &'a str, version: &str) -> Option<&'a str> {
    let sections = changelog.split("\n## ").skip(1);
    let mut bodies = sections.filter_map(|section| section.split_once('\n'));
    let (_, body) = bodies.find(|(heading, _)| {
        heading.strip_prefix(version).is_some_and(|rest| {
            !rest.starts_with(|next: char| next == '.' || next.is_ascii_digit())
        })
    })?;
    Some(body.trim())
}

fn last_tag(root: &Path) -> Option<String> {
    let mut git = Command::new("git");
    git.args(["describe", "--tags", "--abbrev=0"])
        .current_dir(root);
    let tag = tool::run(&mut git).ok()?;
    Some(tag.trim().to_owned())
}

fn differences(root: &Path, since: &str) -> Result<String> {
    let output = Command::new(std::env::current_exe()?)
        .args(["spec", "diff", since])
        .current_dir(root)
        .output()?;
    // `spec diff` fails if there is a breaking change, and also if it cannot compare; then it prints no change.
    if output.stdout.is_empty() {
        return Err(String::from_utf8_lossy(&output.stderr)
            .trim()
            .to_owned()
            .into());
    }
    let listed = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(format!("Since {since}:\n\n```text\n{listed}```\n"))
}

#[cfg(test)]
mod tests {
    use super::section;

    const CHANGELOG: &str = "\
# Changelog

## 0.1.10

- ten

## 0.1.1, not released yet

- one
- two

## 0.1.0
";

    #[test]
    fn the_section_of_a_version_is_found_whatever_follows_its_number() {
        assert_eq!(section(CHANGELOG, "0.1.1"), Some("- one\n- two"));
        assert_eq!(section(CHANGELOG, "0.1.10"), Some("- ten"));
        assert_eq!(section(CHANGELOG, "0.1"), None);
    }
}
