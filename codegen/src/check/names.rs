//! Names that become Rust names: present, well-formed and free.

use std::collections::BTreeMap;

use heck::{ToSnakeCase, ToUpperCamelCase};

use super::Report;
use super::places::{Kind, Place, Role};
use crate::emit::TAKEN;
use crate::names;

/// Types of Rust's prelude and of progenitor's output, which a schema of the same name would hide. The names that our own
/// output uses are refused as well.
const TAKEN_TYPES: &[&str] = &[
    "Box",
    "Default",
    "From",
    "Future",
    "Into",
    "IntoFuture",
    "Iterator",
    "Option",
    "Result",
    "Secret",
    "Self",
    "Send",
    "String",
    "TryFrom",
    "TryInto",
    "UnknownValue",
    "Vec",
];

/// Methods that a client has by hand, or by a trait of the prelude.
const TAKEN_OPERATIONS: &[&str] = &[
    "builder",
    "clone",
    "follow_job_log",
    "from",
    "from_env",
    "into",
    "new",
    "request",
    "try_into",
    "wait_for_job",
    "wait_for_jobs",
    "wait_for_pipeline",
    "watch_pipeline",
];

pub(super) fn check(report: &mut Report<'_>) {
    let mut operation_ids = BTreeMap::new();
    let mut modules = BTreeMap::new();
    report.for_each(|report, place| match place.kind {
        Kind::Operation => operation_id(report, place, &mut operation_ids),
        Kind::Schema(Role::Named) => schema_name(report, place, &mut modules),
        _ => {}
    });
    report.for_each(|report, place| {
        if matches!(place.kind, Kind::Schema(_)) {
            properties(report, place);
        }
    });
}

fn operation_id(report: &mut Report<'_>, place: &Place<'_>, seen: &mut BTreeMap<String, String>) {
    let Some(id) = place.node.text_at("operationId") else {
        let remedy = "Give it one, a verb and a noun in snake_case";
        report.add(
            "operation-id",
            place,
            "the operation has no operationId",
            remedy,
        );
        return;
    };
    let Some(place) = place.at("operationId") else {
        return;
    };
    // Both ways, since `a1` and `a_1` become one name.
    if id.to_snake_case() != id
        || id.to_upper_camel_case().to_snake_case() != id
        || syn::parse_str::<syn::Ident>(id).is_err()
    {
        let remedy = format!("Write `{}`", id.to_upper_camel_case().to_snake_case());
        report.add(
            "operation-id",
            &place,
            format!("`{id}` is not in snake_case"),
            remedy,
        );
    }
    if TAKEN_OPERATIONS.contains(&id) {
        let remedy = "Choose another operationId";
        report.add(
            "operation-id",
            &place,
            format!("the client has a method `{id}` already"),
            remedy,
        );
    }
    if let Some(first) = seen.insert(id.to_owned(), place.pointer.clone()) {
        let remedy = "Rename one of the two";
        report.add(
            "operation-id",
            &place,
            format!("`{id}` is also the name of {first}"),
            remedy,
        );
    }
}

fn schema_name(report: &mut Report<'_>, place: &Place<'_>, modules: &mut BTreeMap<String, String>) {
    let name = place.name();
    if name.to_upper_camel_case() != name || syn::parse_str::<syn::Ident>(&name).is_err() {
        let remedy = format!("Write `{}`", name.to_upper_camel_case());
        report.add(
            "schema-name",
            place,
            format!("progenitor would rename `{name}`"),
            remedy,
        );
    }
    let hand_written = names::hand_written(&name).is_some();
    let taken =
        TAKEN_TYPES.contains(&name.as_str()) || TAKEN.iter().any(|(taken, _)| *taken == name);
    if taken && !hand_written {
        let remedy = format!("Say whose it is, as in `Job{name}`");
        report.add(
            "schema-name",
            place,
            format!("`{name}` hides a Rust type of that name"),
            remedy,
        );
    }
    if let Some(other) = modules.insert(names::module(&name), name.clone()) {
        let problem = format!(
            "`{name}` and `{other}` would share the file {}.rs",
            names::module(&name)
        );
        report.add("schema-name", place, problem, "Rename one of the two");
    }
}

fn properties(report: &mut Report<'_>, place: &Place<'_>) {
    let mut fields = BTreeMap::new();
    for property in place.each_at("properties", Kind::Schema(Role::Property)) {
        let name = property.name();
        let field = names::field(&name);
        if syn::parse_str::<syn::Ident>(&field).is_err() {
            let problem = format!("`{name}` is not a Rust name");
            report.add(
                "property-name",
                &property,
                problem,
                "Such a property needs support in codegen/src/names.rs",
            );
        }
        if let Some(other) = fields.insert(field.clone(), name.clone()) {
            let problem = format!("`{name}` and `{other}` would both become the field `{field}`");
            report.add(
                "property-name",
                &property,
                problem,
                "Such properties need support in codegen/src/names.rs",
            );
        }
    }
}
