//! Turns `spec/openapi.yaml` into the generated half of `gitlab-jobs` and `gitlab-jobs-blocking`.
//!
//! ```text
//! load ▸ check ┬─▸ lower ▸ progenitor ▸ fields ──┬─▸ emit ▸ format
//!              └─▸ api (operations, open enums) ─┘
//! ```
//!
//! **progenitor writes the models.** `lower` gives it the schemas in the form that it understands, and its
//! structs ship with the derives, serde attributes and documentation it wrote. `models` configures it: open enums and
//! types written by hand replace schemas, patches add attributes. One pass, `models::fields`, completes fields where no
//! setting does: their order, descriptions of references, lists that may be null.
//!
//! **We write the operations.** Builders with required parameters as arguments, pagination, and the blocking façade are
//! not what progenitor would generate, so `emit` writes them from the spec, which `api` reads. Open enums, which keep
//! the values they do not know, are declared by a macro of the SDK.
//!
//! **`check` comes first** and refuses, with file, line, reason and remedy, whatever the steps after it would turn into a
//! wrong client. General OpenAPI quality is left to the linters that `cargo xtask spec lint` runs.
//!
//! Nothing here writes a file: [`generate`] returns them all, so that `cargo xtask codegen` can compare before it writes.

mod api;
mod check;
mod emit;
mod error;
mod format;
mod load;
mod lower;
mod models;
mod names;
mod rustdoc;
mod tree;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use check::{Finding, check};
pub use error::Error;
pub use load::Spec;
pub use tree::{Node, Value};

/// Generated files by path from the root of the repository.
pub type Files = BTreeMap<PathBuf, String>;

/// Directories that hold generated files and nothing else: of the async crate, and of the blocking one.
pub const DIRECTORIES: [&str; 2] = ["sdk/src/generated", "sdk-blocking/src/generated"];

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
    format::format(emit::emit(&api, &structs), &api)
}
