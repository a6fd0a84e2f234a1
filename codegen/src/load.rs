//! First step: reads the spec directory into a [`Spec`], with line numbers for findings.

mod yaml;

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::finding::Finding;
use crate::tree::Node;

/// An OpenAPI document.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The name of the document in findings.
    pub(crate) file: String,
    pub(crate) root: Node,
    directory: PathBuf,
}

impl Spec {
    /// Reads `openapi.yaml` from a directory.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read or is not valid YAML, or if a mapping has a duplicate key.
    pub fn load(directory: &Path) -> Result<Self, Error> {
        let prefix = directory.file_name().unwrap_or_default().to_string_lossy();
        let text = read(&directory.join("openapi.yaml"))?;
        let spec = Self::parse(&format!("{prefix}/openapi.yaml"), &text)?;
        Ok(Self {
            directory: directory.to_owned(),
            ..spec
        })
    }

    /// Parses a document. `file` is its name in findings.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not valid YAML, or if a mapping has a duplicate key.
    pub fn parse(file: &str, yaml: &str) -> Result<Self, Error> {
        let root = yaml::parse(file, yaml)?;
        Ok(Self {
            file: file.to_owned(),
            root,
            directory: PathBuf::new(),
        })
    }

    /// Reads an example file by its path in `externalValue`.
    ///
    /// # Errors
    ///
    /// Returns an error if the file cannot be read or is not valid JSON, or if an object has a duplicate key.
    pub fn example(&self, file: &str) -> Result<Node, Error> {
        // JSON is YAML.
        yaml::parse(file, &read(&self.directory.join(file))?)
    }

    /// Returns the whole document.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// Returns a finding about what is at a JSON pointer: the problem, and in a second sentence its remedy.
    #[must_use]
    pub fn finding(&self, pointer: &str, message: impl Into<String>) -> Finding {
        Finding {
            file: self.file.clone(),
            line: self.root.at(pointer).map_or(0, |node| node.line),
            pointer: pointer.to_owned(),
            message: message.into(),
        }
    }

    /// Returns a component by kind and name.
    pub(crate) fn component(&self, kind: &str, name: &str) -> Option<&Node> {
        self.root.get("components")?.get(kind)?.get(name)
    }

    /// Returns the components of a kind, in the order of the file.
    pub fn components(&self, kind: &str) -> impl Iterator<Item = (&str, &Node)> {
        let components = self.root.get("components").into_iter();
        components.flat_map(move |components| components.entries_at(kind))
    }
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}
