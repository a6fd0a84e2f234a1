//! Emits the `mod.rs` files, which name what there is.

use super::{ASYNC, BLOCKING, Source, Typed};
use crate::document::Document;
use crate::names;

pub(super) fn emit(document: &Document, operations: &[Typed<'_>]) -> Vec<Source> {
    let types: Vec<_> = document.types.keys().map(String::as_str).collect();
    let builders: Vec<_> = operations
        .iter()
        .map(|(operation, _)| operation.id.as_str())
        .collect();
    let modules = "mod client;\npub(crate) mod operations;\npub(crate) mod types;\n";
    let blocking_modules = "mod client;\npub(crate) mod operations;\n";
    vec![
        Source::new(
            ASYNC,
            "mod.rs",
            "What is generated from the spec: types, operations, and the methods that begin them.",
            modules,
        ),
        Source::new(
            ASYNC,
            "types/mod.rs",
            "What GitLab takes and answers.",
            list(&types, |name| name.to_owned()),
        ),
        Source::new(
            ASYNC,
            "operations/mod.rs",
            "A builder for each operation.",
            list(&builders, names::builder),
        ),
        Source::new(
            BLOCKING,
            "mod.rs",
            "What is generated from the spec: operations, and the methods that begin them.",
            blocking_modules,
        ),
        Source::new(
            BLOCKING,
            "operations/mod.rs",
            "A builder for each operation.",
            list(&builders, names::builder),
        ),
    ]
}

/// A private module for each name, and the one item that is public of it.
fn list(names: &[&str], item: impl Fn(&str) -> String) -> String {
    let modules: String = names
        .iter()
        .map(|name| format!("mod {};\n", names::module(name)))
        .collect();
    let uses = names
        .iter()
        .map(|name| format!("pub use {}::{};\n", names::module(name), item(name)));
    format!("{modules}\n{}", uses.collect::<String>())
}
