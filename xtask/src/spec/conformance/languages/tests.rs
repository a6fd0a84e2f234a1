//! The README against what is run.

use std::path::Path;

use super::*;
use crate::spec::conformance::generate::{GO, JAVA, PYTHON};

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../spec")
        .join(file);
    tool::read(&path).unwrap()
}

/// Continued lines made one.
fn readme() -> String {
    let lines = read("README.md").replace("\\\n", "");
    lines.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_readme_shows_the_commands_that_are_run() {
    let readme = readme();
    let python = format!("openapi-python-client {PYTHON}");
    let mypy = format!("mypy {}", python::CHECK);
    for command in [python.as_str(), mypy.as_str(), GO, JAVA] {
        let command = command.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(readme.contains(&command), "{command}");
    }
}

#[test]
fn the_readme_and_the_table_name_the_versions_that_are_pinned() {
    let readme = readme();
    let python = read("conformance/python/requirements.txt");
    let generator = read("conformance/openapi-generator.txt");
    for (pinned, line) in [
        (&python, "openapi-python-client==0.29.1"),
        (&generator, "openapi-generator-cli==7.26.0"),
    ] {
        assert!(
            pinned.lines().any(|pin| pin == line),
            "{line} is not pinned"
        );
        assert!(readme.contains(line), "{line} is not in the README");
    }
    let packages: serde_json::Value =
        serde_json::from_str(&read("conformance/typescript/package.json")).unwrap();
    for (kind, name) in [
        ("dependencies", "openapi-fetch"),
        ("devDependencies", "openapi-typescript"),
        ("devDependencies", "typescript"),
    ] {
        let version = packages[kind][name].as_str().unwrap();
        assert!(
            readme.contains(&format!("{name}@{version}")),
            "{name} {version}"
        );
    }
    for language in &LANGUAGES {
        let version = match language.name {
            "python" => "openapi-python-client 0.29.1",
            "typescript" => "openapi-typescript 7.13.0, openapi-fetch 0.17.0",
            "go" | "java" | "ruby" => "openapi-generator 7.26.0",
            _ => continue,
        };
        assert!(
            language.generator.starts_with(version),
            "{}",
            language.generator
        );
    }
}

#[test]
fn the_readme_names_the_debian_packages() {
    let readme = readme();
    for language in &LANGUAGES {
        let programs = language.needs.iter().map(|(_, package)| package);
        let libraries = language.libraries.iter().map(|(_, package)| package);
        for package in programs.chain(libraries) {
            assert!(
                readme.contains(&format!("`{package}`")),
                "{package} for {}",
                language.name
            );
        }
    }
}
