//! The document and the files that it is about.

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Returns the text of a file of the workspace.
pub(crate) fn read(path: impl AsRef<Path>) -> String {
    let path = Path::new(ROOT).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the section of ARCHITECTURE.md below a heading.
pub(crate) fn section(heading: &str) -> String {
    let document = read("ARCHITECTURE.md");
    let (_, section) = document
        .split_once(&format!("## {heading}\n"))
        .unwrap_or_else(|| panic!("ARCHITECTURE.md has no section {heading:?}"));
    let end = section.find("\n## ").unwrap_or(section.len());
    section[..end].to_owned()
}

/// Returns the Rust files of a folder and its subfolders, relative to it.
pub(crate) fn rust_files(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(ROOT).join(folder);
    let (mut folders, mut files) = (vec![root.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path.strip_prefix(&root).unwrap().to_owned());
            }
        }
    }
    files.sort();
    files
}
