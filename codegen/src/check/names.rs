//! Names that become Rust names: present, well-formed and free.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};

use super::Report;
use super::places::{Kind, Place, Role};
use crate::emit;
use crate::names;

/// Types that generated code uses without an import, which a schema of the same name would hide.
const PRELUDE: &str = "Box Default From Future Into IntoFuture Iterator Option Result Self Send String TryFrom TryInto \
                       UnknownValue Vec";

/// Methods that a client has already: written by hand, or from a trait of the prelude.
const CLIENT: &str = "builder clone follow_job_log from from_env into new request try_into wait_for_job wait_for_jobs \
                      wait_for_pipeline watch_pipeline";

/// The Rust names of one scope, each with its owner.
#[derive(Default)]
pub(super) struct Scope(BTreeMap<String, String>);

impl Scope {
    /// Creates a scope in which some names are already taken.
    pub(super) fn new<'n>(names: impl IntoIterator<Item = &'n str>, owner: &str) -> Self {
        Self(
            names
                .into_iter()
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

pub(super) fn check(report: &mut Report<'_>) {
    let mut types = Scope::new(
        emit::imported_names().chain(PRELUDE.split(' ')),
        "a type that generated code uses",
    );
    report.for_each(|report, place| match place.kind {
        Kind::Operation => operation_id(report, place, &mut types),
        Kind::Schema(role) => {
            if role == Role::Named {
                schema_name(report, place, &mut types);
            }
            let mut fields = Scope::default();
            for property in place.each_at("properties", place.kind) {
                fields.claim(
                    report,
                    &property,
                    &property.name(),
                    &names::field(&property.name()),
                );
            }
        }
        _ => {}
    });
}

fn operation_id(report: &mut Report<'_>, operation: &Place<'_>, types: &mut Scope) {
    let Some(place) = operation.at("operationId") else {
        return report.add(
            operation,
            "the operation has no operationId. Add one, such as `get_job`",
        );
    };
    let id = place.node.as_text().unwrap_or_default();
    let builder = names::builder(id);
    // `a_1` and `a1` would have the same builder, so only the second is accepted.
    if builder.to_snake_case() != id || !names::is_ident(id) {
        report.add(
            &place,
            format!("`{id}` is not a name in snake_case. Write one such as `get_job`"),
        );
    } else if CLIENT.split(' ').any(|method| method == id) {
        report.add(
            &place,
            format!("the client already has a method `{id}`. Choose another operationId"),
        );
    } else {
        types.claim(report, &place, id, &builder);
    }
    // rustc rejects an alias that is the method's own name, and warns about a duplicate.
    let mut known = BTreeSet::from([id]);
    for alias in operation.each_at("x-aliases", operation.kind) {
        let name = alias.node.as_text().unwrap_or_default();
        if !names::is_ident(name) || !known.insert(name) {
            let problem = "is not an identifier, or is already a name of the operation";
            report.add(&alias, format!("`{name}` {problem}. Remove it"));
        }
    }
}

fn schema_name(report: &mut Report<'_>, place: &Place<'_>, types: &mut Scope) {
    let name = place.name();
    let camel = name.to_upper_camel_case();
    if camel != name {
        report.add(
            place,
            format!("progenitor would rename `{name}`. Write `{camel}`"),
        );
    } else if !names::is_ident(&names::module(&name)) {
        report.add(
            place,
            format!(
                "`{name}` cannot have a module of its name. Rename it, for instance to `Job{name}`"
            ),
        );
    } else if names::hand_written(&name).is_none() {
        types.claim(report, place, &name, &name);
    }
}
