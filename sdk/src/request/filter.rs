//! Items that a list should not have.

/// The value that a property of each item of a list has to have.
///
/// It is for a query parameter that older servers ignore, so that their lists hold the same items.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Filter {
    pub(crate) property: &'static str,
    pub(crate) value: String,
}

impl Filter {
    /// Returns whether an item, given as JSON, belongs into the list. One without the property does.
    pub(crate) fn keeps(&self, item: &str) -> bool {
        let Ok(item) = serde_json::from_str::<serde_json::Value>(item) else {
            return true;
        };
        let found = item.get(self.property).and_then(|found| found.as_str());
        found.is_none_or(|found| short(found) == short(&self.value))
    }
}

/// Returns the short name of a branch or tag, as GitLab writes it.
fn short(value: &str) -> &str {
    let branch = value.strip_prefix("refs/heads/");
    branch
        .or_else(|| value.strip_prefix("refs/tags/"))
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_with_another_value_is_not_kept() {
        let filter = |value: &str| Filter {
            property: "ref",
            value: value.to_owned(),
        };
        for (item, kept) in [
            (r#"{"ref": "main"}"#, true),
            (r#"{"ref": "refs/heads/main"}"#, true),
            (r#"{"ref": "main2"}"#, false),
            (r#"{"ref": ""}"#, false),
            (r#"{"ref": null}"#, true),
            (r#"{"id": 1}"#, true),
            ("1", true),
        ] {
            assert_eq!(filter("main").keeps(item), kept, "{item}");
            assert_eq!(filter("refs/heads/main").keeps(item), kept, "{item}");
        }
    }
}
