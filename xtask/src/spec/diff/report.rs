//! The findings of a comparison, in readable form.

use std::fmt;

/// The effect of a change on clients generated from the old spec: on their source after regeneration, and on running
/// programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Breaking,
    /// A change that no rule judges, or that only people can judge.
    Unknown,
    Compatible,
    /// None: descriptions, examples, and explicit defaults.
    Words,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) effect: Effect,
    place: String,
    what: String,
}

#[derive(Debug, Default)]
pub(super) struct Report {
    changes: Vec<Change>,
}

impl Report {
    pub(super) fn add(
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
    pub(super) fn judge(
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
    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        [Effect::Breaking, Effect::Unknown, Effect::Compatible]
            .into_iter()
            .flat_map(|effect| self.of(effect))
    }

    pub(super) fn count(&self, effect: Effect) -> usize {
        self.of(effect).count()
    }

    /// Returns whether the changes have to be reviewed before a release.
    pub(super) fn is_alarming(&self) -> bool {
        self.count(Effect::Breaking) + self.count(Effect::Unknown) > 0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    fn of(&self, effect: Effect) -> impl Iterator<Item = &Change> {
        self.changes
            .iter()
            .filter(move |change| change.effect == effect)
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
