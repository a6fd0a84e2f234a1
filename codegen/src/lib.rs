//! Turns `spec/openapi.yaml` into the generated half of `gitlab-jobs` and `gitlab-jobs-blocking`.
//!
//! ```text
//! load ▸ check ▸ api ┬─▸ lower ▸ progenitor ▸ fields ─┬─▸ emit ▸ format
//!                    └─▸ operations, open enums ──────┘
//! ```
//!
//! **progenitor writes the models.** `lower` gives it the schemas, without any paths, in a form that it understands, and
//! its structs ship with its own derives, serde attributes and documentation. `models` configures it: open enums and types
//! written by hand replace schemas, and patches add attributes. One pass, `models::fields`, completes what no setting
//! covers: the order of fields, descriptions of references, decoders for times and for lists that may be null, short paths,
//! and `Option<Box<T>>` for the `Box<Option<T>>` of a recursive type.
//!
//! **We write the operations.** progenitor generates neither builders with required parameters as arguments, nor
//! pagination, nor a blocking façade. `emit` writes these from the spec, which `api` reads. It also writes the open
//! enums, which keep unknown values.
//!
//! **`check` comes first.** It reports anything that would lead to a wrong client, with file, line, reason and remedy.
//! General OpenAPI quality is left to the linters that `cargo xtask spec lint` runs.
//!
//! Nothing here writes a file: [`generate`] returns all of them, so that `cargo xtask codegen` can compare first.

mod api;
mod check;
mod emit;
mod error;
mod format;
mod load;
mod lower;
mod models;
mod names;
mod print;
mod rustdoc;
mod source;
mod tree;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use check::{Finding, check};
pub use error::Error;
pub use load::Spec;
pub use source::DIRECTORIES;
pub use tree::{Node, Value};

/// Generated files by path from the root of the repository.
pub type Files = BTreeMap<PathBuf, String>;

/// Generates both crates. The same spec gives the same bytes.
///
/// # Errors
///
/// Returns an error if the checks find anything, or if progenitor does not write what the spec describes; nothing is
/// left out silently.
pub fn generate(spec: &Spec) -> Result<Files, Error> {
    let findings = check(spec);
    if !findings.is_empty() {
        return Err(Error::Spec(findings));
    }
    let api = api::read(spec);
    let structs = models::generate(spec, &api)?;
    let sources = emit::emit(&api, &structs)?;
    let printed = sources
        .into_iter()
        .map(|source| Ok((source.path.clone(), print::print(source)?)));
    format::format(printed.collect::<Result<_, Error>>()?)
}
