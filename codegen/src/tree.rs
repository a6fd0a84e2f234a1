//! YAML and JSON as a tree in which every value has its line number.

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

/// A value with its line. For a value in a mapping, it is the line of the key.
#[derive(Clone, Debug)]
pub struct Node {
    /// Counted from 1, or 0 for a value that does not come from a file.
    pub line: usize,
    /// The value.
    pub value: Value,
}

/// A value of YAML or JSON.
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(serde_json::Number),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the file.
    Map(IndexMap<String, Node>),
}

impl Node {
    /// Returns the value below a key, or `None` if this is not a mapping or has no such key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// Returns the text below a key.
    #[must_use]
    pub fn text_at(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text()
    }

    /// Returns whether the value below a key is `true`.
    #[must_use]
    pub fn is_true_at(&self, key: &str) -> bool {
        matches!(
            self.get(key).map(|node| &node.value),
            Some(Value::Bool(true))
        )
    }

    /// Returns the text, or `None` if this is not a text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the mapping, or `None` if this is not a mapping.
    #[must_use]
    pub fn as_map(&self) -> Option<&IndexMap<String, Node>> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Returns the list, or `None` if this is not a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// Returns the values directly inside a mapping or a list, by key or index.
    pub(crate) fn children(&self) -> Vec<(String, &Node)> {
        match &self.value {
            Value::Map(map) => map.iter().map(|(key, node)| (key.clone(), node)).collect(),
            Value::List(list) => list
                .iter()
                .enumerate()
                .map(|(index, node)| (index.to_string(), node))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Returns keys and values, or nothing if this is not a mapping.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.as_map()
            .into_iter()
            .flatten()
            .map(|(key, node)| (key.as_str(), node))
    }

    /// Returns keys and values of the mapping below a key, or nothing if there is no such mapping.
    pub fn entries_at(&self, key: &str) -> impl Iterator<Item = (&str, &Node)> {
        self.get(key).into_iter().flat_map(Node::entries)
    }

    /// Returns the values of the list below a key, or nothing if there is no such list.
    pub fn items_at(&self, key: &str) -> impl Iterator<Item = &Node> {
        self.get(key)
            .and_then(Node::as_list)
            .unwrap_or_default()
            .iter()
    }

    /// Returns the texts in the list below a key.
    pub fn texts_at(&self, key: &str) -> impl Iterator<Item = &str> {
        self.items_at(key).filter_map(Node::as_text)
    }

    /// Returns the value at a JSON pointer.
    #[must_use]
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        pointer.split('/').skip(1).try_fold(self, |node, token| {
            let token = token.replace("~1", "/").replace("~0", "~");
            match &node.value {
                Value::Map(map) => map.get(&token),
                Value::List(list) => list.get(token.parse::<usize>().ok()?),
                _ => None,
            }
        })
    }

    /// Returns the same value without line numbers and the order of keys.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Follows the `$ref` of a value inside this document to its end. Returns a value without one unchanged, and `None`
    /// if the target of a reference does not exist.
    #[must_use]
    pub fn resolve<'a>(&'a self, mut node: &'a Node) -> Option<&'a Node> {
        // A longer chain is a cycle.
        for _ in 0..16 {
            let Some(reference) = node.text_at("$ref") else {
                return Some(node);
            };
            node = self.at(reference.strip_prefix('#')?)?;
        }
        None
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => value.serialize(serializer),
            Value::Number(number) => number.serialize(serializer),
            Value::Text(text) => text.serialize(serializer),
            Value::List(list) => list.serialize(serializer),
            Value::Map(map) => serializer.collect_map(map),
        }
    }
}

/// Returns a JSON pointer extended by a key.
pub(crate) fn below(pointer: &str, key: impl std::fmt::Display) -> String {
    format!(
        "{pointer}/{}",
        key.to_string().replace('~', "~0").replace('/', "~1")
    )
}
