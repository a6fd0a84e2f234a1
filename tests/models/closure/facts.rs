//! Facts about schemas, in a form that allows the spec and the models to be compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

/// Facts by place (`Job`, `Job.id`, `Job.tag_list[]`) and keyword.
pub(super) type Facts = BTreeMap<(String, String), Value>;

/// A property that may be null, or is required. The spec and JSON Schema express both in different places.
pub(super) const NULLABLE: &str = "nullable";
pub(super) const REQUIRED: &str = "required";

/// Keywords for readers, which do not affect values.
const WORDS: [&str; 4] = ["description", "example", "title", "x-enumDescriptions"];

/// Adds the facts about the values at a place, without properties and items. A reference is represented by the last
/// segment of its target.
pub(super) fn add_keywords(facts: &mut Facts, place: &str, schema: &Value) {
    let structure = ["properties", "items", REQUIRED, NULLABLE];
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        if WORDS.contains(&keyword.as_str()) || structure.contains(&keyword.as_str()) {
            continue;
        }
        if value.is_null() {
            continue;
        }
        let value = match keyword.as_str() {
            "$ref" => last_segment(value),
            _ => value.clone(),
        };
        facts.insert((place.to_owned(), keyword.clone()), value);
    }
}

fn last_segment(reference: &Value) -> Value {
    let text = reference.as_str().unwrap_or_default();
    text.rsplit('/').next().unwrap_or_default().into()
}

/// A fact on which the two sides differ.
#[derive(Debug)]
pub(super) struct Difference {
    pub(super) place: String,
    pub(super) keyword: String,
    pub(super) published: Option<Value>,
    pub(super) derived: Option<Value>,
    /// Whether the spec requires the property at this place.
    pub(super) required: bool,
}

pub(super) fn differences(published: Facts, derived: Facts) -> Vec<Difference> {
    let keys: BTreeSet<_> = published.keys().chain(derived.keys()).cloned().collect();
    let differing = keys
        .into_iter()
        .filter(|key| published.get(key) != derived.get(key));
    differing
        .map(|(place, keyword)| {
            let required = (place.clone(), REQUIRED.to_owned());
            let required = published.get(&required) == Some(&Value::Bool(true));
            let key = (place, keyword);
            let (published, derived) = (published.get(&key).cloned(), derived.get(&key).cloned());
            Difference {
                place: key.0,
                keyword: key.1,
                published,
                derived,
                required,
            }
        })
        .collect()
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: &Option<Value>| {
            value
                .as_ref()
                .map_or_else(|| "absent".to_owned(), Value::to_string)
        };
        let (published, derived) = (text(&self.published), text(&self.derived));
        let Self { place, keyword, .. } = self;
        write!(
            f,
            "{place}: {keyword}: {published} in the spec, {derived} in the model"
        )
    }
}
