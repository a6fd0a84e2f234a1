//! The id of a project: its number, or its full path.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::{Serialize, Serializer};

/// The id of a project: its number, or its full path (`group/subgroup/project`).
///
/// The path is written with plain slashes, and is encoded when it becomes part of a URL. A path that is already encoded
/// (`group%2Fproject`) is decoded first. Serialized, it is a number or a string.
///
/// ```
/// use gitlab_jobs::ProjectId;
///
/// let by_number = ProjectId::from(42);
/// let by_path: ProjectId = "group/project".parse()?;
/// let encoded: ProjectId = "group%2Fproject".parse()?;
/// assert_eq!(by_path, encoded);
/// assert_eq!(by_number.to_string(), "42");
///
/// let error = "group/../admin".parse::<ProjectId>().unwrap_err();
/// assert!(error.to_string().contains(".."), "{error}");
/// # Ok::<(), gitlab_jobs::InvalidProjectId>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct ProjectId(Identifier);

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Identifier {
    Number(u64),
    Path(String),
}

impl From<u64> for ProjectId {
    fn from(number: u64) -> Self {
        Self(Identifier::Number(number))
    }
}

impl TryFrom<&str> for ProjectId {
    type Error = InvalidProjectId;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return text
                .parse::<u64>()
                .map(Self::from)
                .map_err(|_| InvalidProjectId::new(text, "the number is too large"));
        }
        let path = decode_slashes(text);
        check(&path).map_err(|reason| InvalidProjectId::new(text, reason))?;
        Ok(Self(Identifier::Path(path)))
    }
}

impl TryFrom<String> for ProjectId {
    type Error = InvalidProjectId;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::try_from(text.as_str())
    }
}

impl TryFrom<&String> for ProjectId {
    type Error = InvalidProjectId;

    fn try_from(text: &String) -> Result<Self, Self::Error> {
        Self::try_from(text.as_str())
    }
}

impl From<&ProjectId> for ProjectId {
    fn from(id: &ProjectId) -> Self {
        id.clone()
    }
}

impl std::str::FromStr for ProjectId {
    type Err = InvalidProjectId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text)
    }
}

/// The number, or the path with plain slashes.
impl fmt::Display for ProjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Identifier::Number(number) => number.fmt(f),
            Identifier::Path(path) => path.fmt(f),
        }
    }
}

/// GitLab allows no `%` in a path, so `%2F` can only be a slash that is already encoded.
fn decode_slashes(text: &str) -> String {
    text.replace("%2F", "/").replace("%2f", "/")
}

/// Rejects a path that a URL parser, a proxy or GitLab would interpret differently.
fn check(path: &str) -> Result<(), &'static str> {
    if path.is_empty() {
        return Err("it is empty");
    }
    if path.contains("://") {
        return Err("it is a URL; use the path below the host, as in `group/project`");
    }
    if path.contains('@') || path.contains(':') {
        return Err("it is the address of a repository; use the path, as in `group/project`");
    }
    if path.ends_with(".git") {
        return Err("it is the address of a repository; leave out `.git`");
    }
    if path.contains("/-/") || path.ends_with("/-") {
        return Err("it is the address of a page; use the path of the project, before `/-/`");
    }
    if path.starts_with('+') && path[1..].bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("an id has no sign");
    }
    if path.starts_with('/') || path.ends_with('/') {
        return Err("it must not start or end with a slash");
    }
    if path.split('/').any(str::is_empty) {
        return Err("it has two slashes in a row");
    }
    if path
        .split('/')
        .any(|segment| segment == "." || segment == "..")
    {
        return Err("`.` and `..` are not names");
    }
    if path.contains(['%', '?', '#', '\\'])
        || path.chars().any(|c| c.is_control() || c.is_whitespace())
    {
        return Err("GitLab allows letters, digits, `_`, `-` and `.` between the slashes");
    }
    Ok(())
}

/// The project of several requests, or the reason why it is invalid, which each of them reports.
#[derive(Clone, Debug)]
pub(crate) struct ParsedProjectId(Result<ProjectId, String>);

impl ParsedProjectId {
    pub(crate) fn new(project: impl TryInto<ProjectId, Error: fmt::Display>) -> Self {
        Self(project.try_into().map_err(|reason| reason.to_string()))
    }
}

impl TryFrom<ParsedProjectId> for ProjectId {
    type Error = String;

    fn try_from(parsed: ParsedProjectId) -> Result<Self, String> {
        parsed.0
    }
}

/// The error for a text that is not a [`ProjectId`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct InvalidProjectId {
    text: String,
    reason: &'static str,
}

impl InvalidProjectId {
    fn new(text: &str, reason: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            reason,
        }
    }
}

impl Serialize for ProjectId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Identifier::Number(number) => serializer.serialize_u64(*number),
            Identifier::Path(path) => serializer.serialize_str(path),
        }
    }
}

impl<'de> Deserialize<'de> for ProjectId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberOrPath)
    }
}

struct NumberOrPath;

impl Visitor<'_> for NumberOrPath {
    type Value = ProjectId;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number or the full path of a project")
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<ProjectId, E> {
        Ok(ProjectId::from(number))
    }

    // Some formats have only signed integers.
    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<ProjectId, E> {
        let positive = u64::try_from(number);
        positive.map(ProjectId::from).map_err(E::custom)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<ProjectId, E> {
        ProjectId::try_from(text).map_err(E::custom)
    }
}

impl fmt::Display for InvalidProjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is neither the number nor the full path of a project: {}",
            self.text, self.reason
        )
    }
}

impl std::error::Error for InvalidProjectId {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_would_change_the_path_of_the_url_is_rejected() {
        for text in [
            "", ".", "..", "a/..", "a/../b", "./a", "/a/b", "a/b/", "a//b", "a%252Fb", "a b/c",
            "a?b", "a#b",
        ] {
            let error = ProjectId::try_from(text).expect_err(text).to_string();
            assert!(
                error.starts_with(&format!("{text:?} is neither")),
                "{error}"
            );
        }
        assert!(
            ProjectId::try_from("https://gitlab.com/a/b")
                .unwrap_err()
                .to_string()
                .contains("URL")
        );
        assert!(
            ProjectId::try_from("99999999999999999999")
                .unwrap_err()
                .to_string()
                .contains("too large")
        );
    }

    #[test]
    fn digits_are_a_number_and_anything_else_a_path() {
        assert_eq!(ProjectId::try_from("42").unwrap(), ProjectId::from(42));
        assert_eq!(ProjectId::try_from("a/..b").unwrap().to_string(), "a/..b");
        assert_eq!(
            ProjectId::try_from("grüße/日本").unwrap().to_string(),
            "grüße/日本"
        );
    }

    #[test]
    fn it_is_serialized_as_a_number_or_a_string() {
        for json in ["42", r#""group/project""#] {
            let id: ProjectId = serde_json::from_str(json).unwrap();
            assert_eq!(serde_json::to_string(&id).unwrap(), json);
        }
        let number: ProjectId = serde_json::from_str(r#""42""#).unwrap();
        assert_eq!(number, ProjectId::from(42));
        for (json, reason) in [
            (r#""group/../admin""#, "`..`"),
            ("-1", "integral"),
            ("1.5", "expected the number"),
            ("null", "expected the number"),
        ] {
            let error = serde_json::from_str::<ProjectId>(json).unwrap_err();
            assert!(error.to_string().contains(reason), "{error}");
        }
    }
}
