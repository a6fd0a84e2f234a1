//! Turns `spec/openapi.yaml` into the generated half of `gitlab-jobs` and `gitlab-jobs-blocking`.
//!
//! ```text
//! load ▸ lint ▸ lower ▸ progenitor ▸ passes ▸ emit ▸ format
//! ```
//!
//! One module for each step. Nothing here writes a file: [`generate`] returns them all, so that `cargo xtask codegen`
//! can compare before it writes, and tests need no checkout.

mod document;
mod emit;
mod error;
mod format;
mod lint;
mod load;
mod lower;
mod names;
mod passes;
mod progenitor;
mod tree;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub use error::Error;
pub use lint::{Finding, lint};
pub use load::Spec;
pub use lower::lower;
pub use tree::{Node, Value};

/// Generated files by path from the root of the repository.
pub type Files = BTreeMap<PathBuf, String>;

/// Directories that hold generated files and nothing else.
pub const DIRECTORIES: [&str; 2] = ["sdk/src/generated", "sdk-blocking/src/generated"];

/// Generates both crates. The same spec gives the same bytes.
///
/// # Errors
///
/// When the lint finds anything, and when a step meets a form it does not know; nothing is ever left out silently.
pub fn generate(spec: &Spec) -> Result<Files, Error> {
    let findings = lint(spec);
    if !findings.is_empty() {
        return Err(Error::Lint(findings));
    }
    let document = document::Document::read(spec);
    let file = progenitor::run(&lower(spec)?)?;
    let passed = passes::run(file, &document)?;
    format::format(emit::emit(&document, &passed))
}
