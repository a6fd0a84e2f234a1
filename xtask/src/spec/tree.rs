//! JSON that keeps the order of its keys, so that what is published reads like what was written.

use std::path::Path;

use gitlab_jobs_codegen::Spec;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::tool::Result;

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Tree>),
    Map(IndexMap<String, Tree>),
}

impl Tree {
    /// The document of a spec.
    pub(crate) fn of(spec: &Spec) -> Result<Self> {
        // By way of text, since a `serde_json::Value` would sort the keys.
        Ok(serde_json::from_str(&serde_json::to_string(spec)?)?)
    }

    /// A JSON file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = super::tool::read(path)?;
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()).into())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Tree> {
        match self {
            Self::Map(map) => map.get(key),
            _ => None,
        }
    }

    pub(crate) fn text_at(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_true_at(&self, key: &str) -> bool {
        self.get(key) == Some(&Self::Bool(true))
    }

    /// Keys and values of the mapping below a key; none when there is no such mapping.
    pub(crate) fn entries_at(&self, key: &str) -> impl Iterator<Item = (&str, &Tree)> {
        let map = match self.get(key) {
            Some(Self::Map(map)) => Some(map),
            _ => None,
        };
        map.into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str(), value))
    }

    /// Values of the list below a key; none when there is no such list.
    pub(crate) fn items_at(&self, key: &str) -> &[Tree] {
        match self.get(key) {
            Some(Self::List(list)) => list,
            _ => &[],
        }
    }

    /// The texts in the list below a key.
    pub(crate) fn texts_at(&self, key: &str) -> impl Iterator<Item = &str> {
        self.items_at(key).iter().filter_map(|item| match item {
            Self::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Follows a `$ref` into this document; a value without one is its own.
    pub(crate) fn resolve<'a>(&'a self, mut node: &'a Tree) -> &'a Tree {
        // A chain longer than this is a circle.
        for _ in 0..16 {
            let target = node.text_at("$ref").and_then(|reference| {
                let path = reference.strip_prefix("#/")?.split('/');
                path.map(|key| key.replace("~1", "/").replace("~0", "~"))
                    .try_fold(self, |node, key| node.get(&key))
            });
            match target {
                Some(target) => node = target,
                None => return node,
            }
        }
        node
    }

    /// Calls `change` for this value and every value inside it, the outer first.
    pub(crate) fn visit_mut(&mut self, change: &mut impl FnMut(&mut Tree)) {
        change(self);
        match self {
            Self::List(list) => list.iter_mut().for_each(|item| item.visit_mut(change)),
            Self::Map(map) => map.values_mut().for_each(|item| item.visit_mut(change)),
            _ => {}
        }
    }
}
