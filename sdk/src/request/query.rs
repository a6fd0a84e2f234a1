//! The query of a request, as pairs of names and values.

use std::borrow::Cow;
use std::fmt::{self, Display};

use url::form_urlencoded;

type Name = Cow<'static, str>;

/// The parameters of a query, decoded and in the order in which they are sent. `Display` serializes them.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub(crate) struct Query(Vec<(Name, String)>);

impl Query {
    /// Parses the part of a URL after the question mark.
    pub(crate) fn parse(text: &str) -> Self {
        let pairs = form_urlencoded::parse(text.as_bytes());
        Self(
            pairs
                .map(|(name, value)| (Name::Owned(name.into_owned()), value.into_owned()))
                .collect(),
        )
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the first value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Appends a parameter once for each value.
    pub(crate) fn add(&mut self, name: impl Into<Name>, values: impl IntoIterator<Item: Display>) {
        let name = name.into();
        for value in values {
            self.0.push((name.clone(), value.to_string()));
        }
    }

    /// Replaces a parameter. Without a value, the parameter is removed.
    pub(crate) fn set(&mut self, name: impl Into<Name>, values: impl IntoIterator<Item: Display>) {
        let name = name.into();
        self.remove(&name);
        self.add(name, values);
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| key != name);
    }
}

impl Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut query = form_urlencoded::Serializer::new(String::new());
        f.write_str(&query.extend_pairs(&self.0).finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_can_be_repeated_replaced_and_removed() {
        let mut query = Query::default();
        query.add("scope[]", ["a", "b&c"]);
        query.add("page", Some(2));
        query.add("sort", None::<u8>);
        assert_eq!(query.to_string(), "scope%5B%5D=a&scope%5B%5D=b%26c&page=2");

        query.set("page", [3]);
        assert_eq!(query.get("page"), Some("3"));
        query.set("scope[]", None::<u8>);
        assert_eq!(query.to_string(), "page=3");
        query.remove("page");
        assert!(query.is_empty());
    }

    #[test]
    fn a_parsed_query_means_the_same_when_it_is_serialized() {
        for (text, serialized) in [
            ("", ""),
            ("page=2&per_page=100", "page=2&per_page=100"),
            ("cursor=eyJpZCI6IjEifQ%3D%3D", "cursor=eyJpZCI6IjEifQ%3D%3D"),
            ("cursor=eyJpZCI6IjEifQ==", "cursor=eyJpZCI6IjEifQ%3D%3D"),
            ("scope[]=a&scope%5b%5d=b", "scope%5B%5D=a&scope%5B%5D=b"),
            ("ref=a%20b+c%2Bd", "ref=a+b+c%2Bd"),
        ] {
            let query = Query::parse(text);
            assert_eq!(query.to_string(), serialized);
            assert_eq!(Query::parse(serialized), query);
        }
    }
}
