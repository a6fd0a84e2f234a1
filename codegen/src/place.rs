//! A value of the spec with its place, for findings about it.

use crate::tree::{Node, below};

/// A value of the spec and its place.
#[derive(Clone)]
pub(crate) struct Place<'a> {
    pub(crate) pointer: String,
    pub(crate) node: &'a Node,
}

impl<'a> Place<'a> {
    pub(crate) fn root(node: &'a Node) -> Self {
        Self {
            pointer: String::new(),
            node,
        }
    }

    /// Returns the last key of the pointer: the name of a component or property.
    pub(crate) fn name(&self) -> String {
        let last = self.pointer.rsplit('/').next().unwrap_or_default();
        last.replace("~1", "/").replace("~0", "~")
    }

    /// Returns the value below a key.
    pub(crate) fn at(&self, key: &str) -> Option<Self> {
        Some(Self {
            pointer: below(&self.pointer, key),
            node: self.node.get(key)?,
        })
    }

    /// Returns the values of the mapping or list below a key.
    pub(crate) fn each_at(&self, key: &str) -> Vec<Self> {
        self.at(key)
            .map(|place| place.children())
            .unwrap_or_default()
    }

    /// Returns the values of this mapping or list.
    pub(crate) fn children(&self) -> Vec<Self> {
        let children = self.node.children().into_iter();
        let place = |(key, node)| Self {
            pointer: below(&self.pointer, key),
            node,
        };
        children.map(place).collect()
    }

    /// Returns the text below a key, trimmed, or an empty one.
    pub(crate) fn text(&self, key: &str) -> String {
        self.node.text_at(key).unwrap_or_default().trim().to_owned()
    }

    /// Returns the kind and the name of the component that a `$ref` refers to.
    pub(crate) fn reference(&self) -> Option<(&'a str, &'a str)> {
        let target = self.node.text_at("$ref")?;
        target.strip_prefix("#/components/")?.split_once('/')
    }
}
