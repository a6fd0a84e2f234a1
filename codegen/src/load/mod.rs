//! First step: the spec directory becomes a [`Spec`] in memory, with line numbers for whatever is said about it.

mod json;
mod yaml;

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::{Serialize, Serializer};

use crate::error::Error;
use crate::tree::Node;

/// An OpenAPI document and the example files it refers to.
#[derive(Clone, Debug)]
pub struct Spec {
    /// How findings call the document.
    pub(crate) file: String,
    pub(crate) root: Node,
    /// By path relative to the document, as `externalValue` names them.
    pub(crate) examples: BTreeMap<String, Node>,
}

impl Spec {
    /// Reads `openapi.yaml` and the JSON files below `examples/` from a directory.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, is no YAML or JSON, or has a key twice.
    pub fn load(directory: &Path) -> Result<Self, Error> {
        let read = |path: &Path| {
            fs::read_to_string(path).map_err(|source| Error::Read {
                path: path.to_owned(),
                source,
            })
        };
        let text = read(&directory.join("openapi.yaml"))?;
        let mut examples = BTreeMap::new();
        for path in json_files(&directory.join("examples"))? {
            let name = path
                .strip_prefix(directory)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            examples.insert(name, read(&path)?);
        }
        let prefix = directory.file_name().unwrap_or_default().to_string_lossy();
        Self::parse(&format!("{prefix}/openapi.yaml"), &text, examples)
    }

    /// Parses a document and its example files, which are given by the path that `externalValue` names them with.
    ///
    /// # Errors
    ///
    /// When one of them is no YAML or JSON, or has a key twice.
    pub fn parse(
        file: &str,
        yaml: &str,
        examples: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Error> {
        let root = yaml::parse(file, yaml)?;
        let directory = file.rsplit_once('/').map_or("", |(directory, _)| directory);
        let examples = examples
            .into_iter()
            .map(|(name, text)| {
                Ok((
                    name.clone(),
                    json::parse(&format!("{directory}/{name}"), &text)?,
                ))
            })
            .collect::<Result<_, Error>>()?;
        Ok(Self {
            file: file.to_owned(),
            root,
            examples,
        })
    }

    /// Returns the whole document.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// Returns the content of an example file by the path that `externalValue` names it with.
    #[must_use]
    pub fn example(&self, file: &str) -> Option<&Node> {
        self.examples.get(file)
    }

    /// Follows a `$ref` to its end; a value without one is its own. `None` when it leads nowhere.
    pub(crate) fn resolve<'a>(&'a self, node: &'a Node) -> Option<&'a Node> {
        self.root.resolve(node)
    }

    /// A component by kind and name.
    pub(crate) fn component(&self, kind: &str, name: &str) -> Option<&Node> {
        self.root.get("components")?.get(kind)?.get(name)
    }

    /// The components of a kind, in the order of the file.
    pub(crate) fn components(&self, kind: &str) -> impl Iterator<Item = (&str, &Node)> {
        self.root
            .get("components")
            .and_then(|components| components.get(kind))
            .into_iter()
            .flat_map(Node::entries)
    }
}

/// The document as it is written: keys in the order of the file, example files by reference.
impl Serialize for Spec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.root.serialize(serializer)
    }
}

/// The name of the schema that a `$ref` leads to.
pub(crate) fn schema_reference(node: &Node) -> Option<&str> {
    node.text_at("$ref")?.strip_prefix("#/components/schemas/")
}

fn json_files(directory: &Path) -> Result<Vec<std::path::PathBuf>, Error> {
    let refused = |source| Error::Read {
        path: directory.to_owned(),
        source,
    };
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(refused(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(refused)?.path();
        if path.is_dir() {
            files.extend(json_files(&path)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    Ok(files)
}
