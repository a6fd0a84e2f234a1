//! The findings of a comparison, in readable form.

use std::fmt;

use gitlab_jobs_codegen::Node;

use crate::version;

/// The effect of a change on clients generated from the old document: on their source after regeneration, and on running
/// programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A client no longer compiles after regeneration, or a running program fails.
    Breaking,
    /// A change that no rule judges, or that only people can judge.
    Unknown,
    /// Existing clients go on working, unchanged and regenerated.
    Compatible,
    /// None: descriptions, examples, and explicit defaults.
    Words,
}

/// A difference between two documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it does to clients.
    pub effect: Effect,
    /// Where it is, such as `GET /jobs/{id}, query parameter full` or `Job.tags`.
    pub place: String,
    /// What is different.
    pub what: String,
}

/// Everything that changed between two documents.
///
/// `Display` lists the changes and ends with a line that counts them and names the version they require.
#[derive(Debug, Default)]
pub struct Report {
    changes: Vec<Change>,
    old_version: String,
    new_version: String,
}

impl Report {
    /// Returns an empty report about two documents.
    pub(crate) fn between(old: &Node, new: &Node) -> Self {
        let version = |root: &Node| {
            let version = root.get("info").and_then(|info| info.text_at("version"));
            version.unwrap_or_default().to_owned()
        };
        Self {
            changes: Vec::new(),
            old_version: version(old),
            new_version: version(new),
        }
    }

    pub(crate) fn add(
        &mut self,
        effect: Effect,
        place: impl Into<String>,
        what: impl Into<String>,
    ) {
        self.changes.push(Change {
            effect,
            place: place.into(),
            what: what.into(),
        });
    }

    /// A change that breaks clients if `breaks` is true, and is compatible otherwise.
    pub(crate) fn judge(
        &mut self,
        breaks: bool,
        place: impl Into<String>,
        what: impl Into<String>,
    ) {
        let effect = if breaks {
            Effect::Breaking
        } else {
            Effect::Compatible
        };
        self.add(effect, place, what);
    }

    /// Returns all changes except those of words, the most serious first.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        [Effect::Breaking, Effect::Unknown, Effect::Compatible]
            .into_iter()
            .flat_map(|effect| self.of(effect))
    }

    /// Returns the number of changes with an effect.
    #[must_use]
    pub fn count(&self, effect: Effect) -> usize {
        self.of(effect).count()
    }

    /// Returns whether the changes have to be reviewed before a release: whether one breaks clients or is unknown.
    #[must_use]
    pub fn is_alarming(&self) -> bool {
        self.count(Effect::Breaking) + self.count(Effect::Unknown) > 0
    }

    /// Returns whether nothing changed, words included.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    fn of(&self, effect: Effect) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(move |change| change.effect == effect)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in self.changes() {
            writeln!(f, "{change}")?;
        }
        f.write_str(&version::summary(
            self,
            &self.old_version,
            &self.new_version,
        ))
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let effect = match self.effect {
            Effect::Breaking => "breaking",
            Effect::Unknown => "unknown",
            Effect::Compatible => "compatible",
            Effect::Words => "words",
        };
        write!(f, "{effect:<10}  {}: {}", self.place, self.what)
    }
}
