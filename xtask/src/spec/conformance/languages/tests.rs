//! Checks that the README shows the commands and versions that are used.

use std::path::Path;

use super::*;
use crate::spec::conformance::generate::{GO, JAVA, PYTHON, RUBY};

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../spec")
        .join(file);
    tool::read(&path).unwrap()
}

/// The README with continued lines made one.
fn readme() -> String {
    words(&read("README.md").replace("\\\n", ""))
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_readme_shows_the_options_that_are_used() {
    let readme = readme();
    let python = format!("openapi-python-client {}", PYTHON);
    let mypy = format!("mypy {}", python::CHECK);
    for command in [&python, &mypy, GO, JAVA, RUBY] {
        let command = words(command);
        assert!(readme.contains(&command), "{command} is not in the README");
    }
}

/// The generators with their versions, as they are pinned: in the README `name@version`, in the table `name version`.
#[test]
fn the_readme_and_the_table_name_the_versions_that_are_pinned() {
    let readme = readme();
    let table = LANGUAGES.map(|language| language.generator).join(", ");
    let requirements = ["python/requirements.txt", "openapi-generator.txt"];
    for file in requirements {
        let pins = read(&format!("conformance/{file}"));
        let pin = pins
            .lines()
            .find(|line| line.starts_with("openapi-"))
            .unwrap();
        let in_table = pin.replace("-cli==", "==").replace("==", " ");
        assert!(readme.contains(pin), "{pin} is not in the README");
        assert!(table.contains(&in_table), "{in_table} is not in the table");
    }
    for (language, in_table) in [
        ("typescript", &["openapi-fetch", "openapi-typescript"]),
        ("zod", &["zod", "@hey-api/openapi-ts"]),
    ] {
        let package: serde_json::Value =
            serde_json::from_str(&read(&format!("conformance/{language}/package.json"))).unwrap();
        let pins = ["dependencies", "devDependencies"]
            .iter()
            .filter_map(|kind| package[*kind].as_object())
            .flatten();
        for (name, version) in pins {
            let version = version.as_str().unwrap();
            let pin = format!("{name}@{version}");
            assert!(readme.contains(&pin), "{pin} is not in the README");
            let shown = format!("{name} {version}");
            assert!(
                !in_table.contains(&name.as_str()) || table.contains(&shown),
                "{shown} is not in the table"
            );
        }
    }
    let rust = read("conformance/rust/Cargo.toml");
    assert!(rust.contains("progenitor = { version = \"=0.15.1\""));
    assert!(readme.contains("progenitor@=0.15.1") && table.contains("progenitor 0.15.1"));
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
