//! The Rust names of one scope.

use std::collections::BTreeMap;

use crate::names;
use crate::place::Place;
use crate::report::Report;

/// The Rust names of one scope, each with its owner.
#[derive(Default)]
pub(super) struct Scope(BTreeMap<String, String>);

impl Scope {
    /// Creates a scope in which some names are already taken.
    pub(super) fn new<'n>(names: impl IntoIterator<Item = &'n str>, owner: &str) -> Self {
        let names = names.into_iter();
        Self(
            names
                .map(|name| (name.to_owned(), owner.to_owned()))
                .collect(),
        )
    }

    /// Claims the Rust name for a name of the spec, or reports why it cannot be used.
    pub(super) fn claim(
        &mut self,
        report: &mut Report<'_>,
        place: &Place<'_>,
        name: &str,
        rust: &str,
    ) {
        let problem = if !names::is_ident(rust) {
            "which is not an identifier".to_owned()
        } else if let Some(owner) = self.0.insert(rust.to_owned(), format!("`{name}`")) {
            if owner == format!("`{name}`") {
                return report.add(
                    place,
                    format!("`{name}` is a duplicate. Remove or rename one of the two"),
                );
            }
            format!("the name of {owner}")
        } else {
            return;
        };
        let message = format!(
            "`{name}` would become `{rust}`, {problem}. Rename it here or in codegen/src/names.rs"
        );
        report.add(place, message);
    }
}
