//! Which project is meant: its number, or its full path.

use std::fmt;

/// A project, by its numeric id or by its full path (`group/subgroup/project`).
///
/// The path is written as people write it. It is encoded once, when it becomes part of a URL; a path that is encoded
/// already (`group%2Fproject`) is taken as what it stands for.
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
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ProjectId(Identifier);

#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
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

/// As people write it: the number, or the path with its slashes.
impl fmt::Display for ProjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Identifier::Number(number) => number.fmt(f),
            Identifier::Path(path) => path.fmt(f),
        }
    }
}

/// GitLab allows no `%` in a path, so `%2F` can only be a slash that somebody encoded beforehand.
fn decode_slashes(text: &str) -> String {
    text.replace("%2F", "/").replace("%2f", "/")
}

/// Refuses what a URL parser, a proxy or GitLab would take for another address.
fn check(path: &str) -> Result<(), &'static str> {
    if path.is_empty() {
        return Err("it is empty");
    }
    if path.contains("://") {
        return Err("it is a URL; give the path below the host, as in `group/project`");
    }
    if path.starts_with('/') || path.ends_with('/') {
        return Err("it must not begin or end with a slash");
    }
    if path.split('/').any(str::is_empty) {
        return Err("it has two slashes in a row");
    }
    if path
        .split('/')
        .any(|segment| segment == "." || segment == "..")
    {
        return Err("`.` and `..` are no names");
    }
    if path.contains(['%', '?', '#', '\\'])
        || path.chars().any(|c| c.is_control() || c.is_whitespace())
    {
        return Err("GitLab allows letters, digits, `_`, `-` and `.` between the slashes");
    }
    Ok(())
}

/// A project that several requests are made for, or the reason why it is invalid, which each of them reports.
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

/// Why a text is no [`ProjectId`].
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
    fn what_would_reach_another_address_is_refused() {
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
}
