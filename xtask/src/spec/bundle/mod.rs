//! `cargo xtask spec bundle`: the spec as one file, in two editions and two formats, and as a page, each complete in
//! itself; and as an overlay for GitLab's own file.

mod edition;
pub(super) mod overlay;
mod page;
#[cfg(test)]
mod page_tests;
#[cfg(test)]
mod tests;
mod yaml;

use std::path::{Path, PathBuf};

use gitlab_jobs_codegen::{Node, Spec, Taken, Value, check};

use super::Place;
use super::tool::{self, Result};

/// Writes the bundle and lists its files. Returns whether the spec could be published.
pub(crate) fn run(place: &Place, out: &Path) -> Result<bool> {
    let spec = Spec::load(&place.spec)?;
    let findings = check(&spec, &Taken::read(&place.root)?);
    if !findings.is_empty() {
        findings.iter().for_each(|finding| println!("{finding}"));
        println!(
            "A spec with findings is not published: {} findings",
            findings.len()
        );
        return Ok(false);
    }
    let bundle = write(&spec, out)?;
    for (file, what) in [
        (&bundle.json, "OpenAPI 3.0"),
        (&bundle.yaml, "OpenAPI 3.0"),
        (&bundle.json_3_1, "OpenAPI 3.1"),
        (&bundle.yaml_3_1, "OpenAPI 3.1"),
        (&bundle.overlay, "an overlay for GitLab's own OpenAPI file"),
        (&bundle.page, "a page that needs no network"),
    ] {
        let length = std::fs::metadata(file)?.len();
        println!("{:>9} {} {what}", size(length), file.display());
    }
    Ok(true)
}

/// The files of a bundle.
pub(crate) struct Bundle {
    pub(crate) json: PathBuf,
    pub(crate) yaml: PathBuf,
    pub(crate) json_3_1: PathBuf,
    pub(crate) yaml_3_1: PathBuf,
    pub(crate) overlay: PathBuf,
    pub(crate) page: PathBuf,
}

impl Bundle {
    /// Returns where the files are, or will be.
    pub(crate) fn in_directory(directory: &Path) -> Self {
        Self {
            json: directory.join("openapi.json"),
            yaml: directory.join("openapi.yaml"),
            json_3_1: directory.join("openapi-3.1.json"),
            yaml_3_1: directory.join("openapi-3.1.yaml"),
            overlay: directory.join("overlay.yaml"),
            page: directory.join("index.html"),
        }
    }
}

/// Writes the bundle of a spec.
pub(crate) fn write(spec: &Spec, out: &Path) -> Result<Bundle> {
    let document = document(spec)?;
    let upgraded = edition::upgrade(&document);
    tool::create(out)?;
    let bundle = Bundle::in_directory(out);
    for (document, json, yaml) in [
        (&document, &bundle.json, &bundle.yaml),
        (&upgraded, &bundle.json_3_1, &bundle.yaml_3_1),
    ] {
        tool::write(json, serde_json::to_string_pretty(document)? + "\n")?;
        tool::write(yaml, yaml::emit(document)?)?;
    }
    tool::write(&bundle.overlay, yaml::emit(&overlay::derive(&document))?)?;
    tool::write(&bundle.page, page::render(&document)?)?;
    Ok(bundle)
}

/// Returns the document with the example files in it; keys keep the order of the files.
pub(super) fn document(spec: &Spec) -> Result<Node> {
    let mut document = spec.root().clone();
    let mut failed = Ok(());
    visit(&mut document, &mut |node| {
        let Some(example) = node.text_at("externalValue").map(|file| spec.example(file)) else {
            return;
        };
        match (example, &mut node.value) {
            (Ok(example), Value::Map(map)) => {
                map.shift_remove("externalValue");
                map.insert("value".to_owned(), example);
            }
            (Ok(_), _) => {}
            (Err(error), _) => failed = Err(error),
        }
    });
    failed?;
    Ok(document)
}

/// Calls `change` for a value and every value inside it, the outer first.
fn visit(node: &mut Node, change: &mut impl FnMut(&mut Node)) {
    change(node);
    match &mut node.value {
        Value::List(list) => list.iter_mut().for_each(|item| visit(item, change)),
        Value::Map(map) => map.values_mut().for_each(|item| visit(item, change)),
        _ => {}
    }
}

fn text(text: &str) -> Node {
    made(Value::Text(text.to_owned()))
}

fn list(items: impl Into<Vec<Node>>) -> Node {
    made(Value::List(items.into()))
}

/// Returns a value that is in no file.
fn made(value: Value) -> Node {
    Node { line: 0, value }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}
