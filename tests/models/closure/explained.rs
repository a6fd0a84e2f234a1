//! Where the models differ from the spec on purpose.

use serde_json::{Value, json};

use super::facts::{Difference, NULLABLE};

/// A reason, and the differences that it explains.
pub(super) struct Explanation {
    /// Completes "they differ because …".
    pub(super) reason: &'static str,
    pub(super) holds: fn(&Difference) -> bool,
}

pub(super) const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        reason: "the derived schema states that unsigned numbers are at least 0",
        holds: |it| {
            it.keyword == "minimum" && it.published.is_none() && it.derived == Some(json!(0))
        },
    },
    Explanation {
        reason: "an optional value may be null as well as absent, even where the spec says that it is never null",
        holds: |it| it.is_optional() && it.keyword == NULLABLE && it.derived == Some(json!(true)),
    },
    Explanation {
        reason: "an optional list that is null decodes as an empty one, although its derived schema allows no null",
        holds: |it| it.is_optional() && it.keyword == NULLABLE && it.says(true, false),
    },
];

impl Difference {
    fn says(&self, published: impl Into<Value>, derived: impl Into<Value>) -> bool {
        self.published == Some(published.into()) && self.derived == Some(derived.into())
    }

    /// Returns whether it concerns a property that may be absent.
    fn is_optional(&self) -> bool {
        !self.required && !self.place.ends_with("[]")
    }
}
