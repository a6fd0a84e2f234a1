//! Where the models differ from the spec on purpose.

use serde_json::{Value, json};

use super::facts::{Difference, NULLABLE};

/// A reason, and the differences it is the reason for.
pub(super) struct Explanation {
    /// Completes "they differ because …".
    pub(super) reason: &'static str,
    pub(super) holds: fn(&Difference) -> bool,
}

pub(super) const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        reason: "nothing that GitLab counts is negative, while the spec keeps to the formats every generator knows",
        holds: |it| it.keyword == "format" && it.says("int64", "uint64"),
    },
    Explanation {
        reason: "the derived schema says of each unsigned number that it is at least 0",
        holds: |it| {
            it.keyword == "minimum" && it.published.is_none() && it.derived == Some(json!(0))
        },
    },
    Explanation {
        reason: "an optional value takes null for absent, though the spec promises that these are left out",
        holds: |it| it.keyword == NULLABLE && !it.required && it.derived == Some(json!(true)),
    },
    Explanation {
        reason: "an optional list that is null decodes as an empty one, although its derived schema allows no null",
        holds: |it| it.keyword == NULLABLE && !it.required && it.says(true, false),
    },
    Explanation {
        reason: "an answer that is a list is a Vec of its items, and needs no type of its own",
        holds: |it| it.is_without_type(&["JobList", "BridgeList"]),
    },
    Explanation {
        reason: "a project's id is a type written by hand, which is sent and never decoded",
        holds: |it| it.is_without_type(&["ProjectId"]),
    },
    Explanation {
        reason: "a log is bytes, read as they come",
        holds: |it| it.is_without_type(&["JobLog"]),
    },
    Explanation {
        reason: "plain text is no JSON; errors keep it as their body",
        holds: |it| it.is_without_type(&["PlainText"]),
    },
];

impl Difference {
    fn says(&self, published: impl Into<Value>, derived: impl Into<Value>) -> bool {
        self.published == Some(published.into()) && self.derived == Some(derived.into())
    }

    /// Whether the spec alone speaks of one of these schemas.
    fn is_without_type(&self, schemas: &[&str]) -> bool {
        let schema = self.place.trim_end_matches("[]");
        schemas.contains(&schema) && self.derived.is_none()
    }
}
