//! The README against what is run.

use super::openapi_generator::{GO_OPTIONS, JAVA_OPTIONS, RUBY_OPTIONS};
use std::path::Path;

use super::*;

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
    let mypy = format!("mypy {MYPY}");
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
    let [python, typescript, go, java] = LANGUAGES.map(|language| language.generator);
    assert_eq!(python, "openapi-python-client 0.29.1");
    assert_eq!(
        typescript,
        "openapi-typescript 7.13.0, openapi-fetch 0.17.0"
    );
    assert!(go.contains("7.26.0") && java.contains("7.26.0"));
}

#[test]
fn the_readme_names_the_debian_packages() {
    let readme = readme();
    for language in &LANGUAGES {
        for (_, packages) in language.needs.iter().chain(language.files) {
            for package in packages.split(' ') {
                assert!(
                    readme.contains(&format!("`{package}`")),
                    "{package} for {}",
                    language.name
                );
            }
        }
    }
}
