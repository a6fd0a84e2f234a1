//! What the comparison has found, for people to read.

use std::fmt;

/// What a change does to clients that were made for the old spec: their source once generated anew, and their running
/// programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    Breaking,
    Compatible,
    /// Nothing at all.
    Words,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    effect: Effect,
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

    /// A change that breaks if `breaks`.
    pub(super) fn judge(
        &mut self,
        breaks: bool,
        place: impl Into<String>,
        what: impl Into<String>,
    ) {
        self.add(
            if breaks {
                Effect::Breaking
            } else {
                Effect::Compatible
            },
            place,
            what,
        );
    }

    /// The breaking ones first.
    pub(super) fn changes(&self) -> impl Iterator<Item = &Change> {
        [Effect::Breaking, Effect::Compatible, Effect::Words]
            .into_iter()
            .flat_map(|effect| {
                self.changes
                    .iter()
                    .filter(move |change| change.effect == effect)
            })
    }

    pub(super) fn count(&self, effect: Effect) -> usize {
        self.changes
            .iter()
            .filter(|change| change.effect == effect)
            .count()
    }

    pub(super) fn breaks(&self) -> bool {
        self.count(Effect::Breaking) > 0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let effect = match self.effect {
            Effect::Breaking => "breaking",
            Effect::Compatible => "compatible",
            Effect::Words => "words",
        };
        write!(f, "{effect:<10}  {}: {}", self.place, self.what)
    }
}
