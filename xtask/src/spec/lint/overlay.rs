//! The overlay, applied to a miniature of GitLab's own OpenAPI file by a tool that is not ours.

use std::path::{Path, PathBuf};
use std::process::Command;

use gitlab_jobs_codegen::{Node, Spec};
use serde_json::Value;

use crate::spec::Place;
use crate::spec::bundle::overlay::{PREFIX, with_security};
use crate::spec::tool::{self, Result};

/// Applies an overlay to the miniature, and returns the corrected file.
pub(super) fn apply(place: &Place, tools: &Path, overlay: &Path) -> Result<PathBuf> {
    let corrected = place.output("lint").join("gitlab.json");
    tool::run(
        Command::new(tools.join("node_modules/.bin/openapi-format"))
            .arg(miniature(place))
            .arg("--overlayFile")
            .arg(overlay)
            .args(["--no-sort", "--no-bundle", "--output"])
            .arg(&corrected),
    )?;
    Ok(corrected)
}

/// Compares the corrected file with what it should be: our operations and components, and the rest as in the miniature.
///
/// # Errors
///
/// Returns an error that lists the differences.
pub(super) fn compare(place: &Place, corrected: &Path, ours: &Node) -> Result<()> {
    let corrected = serde_json::from_str(&tool::read(corrected)?)?;
    let mut found = Vec::new();
    differences(&expected(&read(place)?, ours), &corrected, "", &mut found);
    if found.is_empty() {
        return Ok(());
    }
    Err(found.join("\n    ").into())
}

fn miniature(place: &Place) -> PathBuf {
    place.assets("overlay").join("gitlab.yaml")
}

fn read(place: &Place) -> Result<Value> {
    let file = miniature(place);
    let miniature = Spec::parse(&file.display().to_string(), &tool::read(&file)?)?;
    Ok(miniature.root().to_json())
}

fn expected(miniature: &Value, ours: &Node) -> Value {
    let mut expected = miniature.clone();
    for (path, item) in ours.entries_at("paths") {
        for (method, operation) in item.entries() {
            expected["paths"][format!("{PREFIX}{path}")][method] =
                with_security(operation, ours).to_json();
        }
    }
    let names: Vec<_> = ours
        .items_at("tags")
        .map(|tag| tag.text_at("name"))
        .collect();
    if let Some(tags) = expected["tags"].as_array_mut() {
        tags.retain(|tag| !names.contains(&tag["name"].as_str()));
        tags.extend(ours.items_at("tags").map(Node::to_json));
    }
    for (kind, components) in ours.entries_at("components") {
        for (name, component) in components.entries() {
            expected["components"][kind][name] = component.to_json();
        }
    }
    expected
}

/// Lists where two values differ, as JSON pointers.
fn differences(expected: &Value, actual: &Value, at: &str, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for key in expected
                .keys()
                .chain(actual.keys().filter(|key| !expected.contains_key(*key)))
            {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                match (expected.get(key), actual.get(key)) {
                    (Some(expected), Some(actual)) => differences(expected, actual, &at, found),
                    (Some(_), None) => found.push(format!("{at} is missing")),
                    _ => found.push(format!("{at} should not be there")),
                }
            }
        }
        // JavaScript writes 97.0 as 97.
        (Value::Number(expected), Value::Number(actual))
            if expected.as_f64() == actual.as_f64() => {}
        _ if expected != actual => found.push(format!("{at} is {actual} instead of {expected}")),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::bundle::document;

    /// Returns the miniature, and what it should become.
    fn miniature_and_expected() -> (Value, Value) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let place = Place {
            spec: root.join("spec"),
            root,
        };
        let ours = document(&Spec::load(&place.spec).unwrap()).unwrap();
        let miniature = read(&place).unwrap();
        let expected = expected(&miniature, &ours);
        (miniature, expected)
    }

    fn found(expected: &Value, actual: &Value) -> Vec<String> {
        let mut found = Vec::new();
        differences(expected, actual, "", &mut found);
        found
    }

    #[test]
    fn the_comparison_finds_the_faults_of_the_miniature() {
        let (miniature, expected) = miniature_and_expected();
        let found = found(&expected, &miniature).join("\n");
        for fault in [
            "trace/get/responses/200/content/text~1plain is missing",
            "trace/get/responses/200/content/application~1json should not be there",
            "trace/get/responses/404/$ref is missing",
            "jobs/get/parameters is ",
            "jobs/get/security is missing",
            "{pipeline_id}~1trigger_jobs is missing",
            "/paths/~1api~1v4~1job is missing",
            "/components/schemas/Job is missing",
            "/tags is ",
        ] {
            assert!(found.contains(fault), "{fault} was not found:\n{found}");
        }
    }

    #[test]
    fn what_the_overlay_leaves_of_gitlabs_operation_is_found() {
        let (_, expected) = miniature_and_expected();
        let mut corrected = expected.clone();
        assert_eq!(found(&expected, &corrected), [""; 0]);
        let play = &mut corrected["paths"]["/api/v4/projects/{id}/jobs/{job_id}/play"]["post"];
        play["x-left"] = Value::Null;
        assert_eq!(
            found(&expected, &corrected),
            [
                "/paths/~1api~1v4~1projects~1{id}~1jobs~1{job_id}~1play/post/x-left should not be there"
            ]
        );
    }
}
