//! A position in a list, which can be stored and resumed.

use std::fmt;
use std::str::FromStr;

use crate::request::Query;

/// A position in a list: a page, and how many of its items were taken.
///
/// It converts to text and back, so that a program can store it and continue later, or elsewhere:
///
/// ```
/// use gitlab_jobs::Cursor;
///
/// let cursor: Cursor = "3;page=2&per_page=100".parse()?;
/// assert_eq!(cursor.to_string(), "3;page=2&per_page=100");
/// # Ok::<(), gitlab_jobs::InvalidCursor>(())
/// ```
///
/// The text contains the whole query of the page: whatever the server put into its `Link` header, and the parameters of
/// your request. If either can be secret, so is the text. `Debug` does not show the query.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Cursor {
    pub(super) query: Query,
    pub(super) taken: usize,
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursor")
            .field("taken", &self.taken)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};{}", self.taken, self.query)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (taken, query) = text.split_once(';').ok_or(InvalidCursor(()))?;
        let taken = taken.parse().map_err(|_| InvalidCursor(()))?;
        Ok(Self {
            query: Query::parse(query),
            taken,
        })
    }
}

impl serde::Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Cursor {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The error of a text that is not a [`Cursor`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InvalidCursor(());

impl fmt::Display for InvalidCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a cursor; the form is `<taken>;<query>`, such as `0;page=2`")
    }
}

impl std::error::Error for InvalidCursor {}
