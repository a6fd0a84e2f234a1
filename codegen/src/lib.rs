//! Turns `spec/openapi.yaml` into the generated half of `gitlab-jobs` and `gitlab-jobs-blocking`.
//!
//! ```text
//! load ▸ form ▸ read ┬─▸ lower ▸ progenitor ▸ fields ─┬─▸ emit ▸ imports ▸ print ▸ rustfmt
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
//! pagination, nor a blocking façade. `emit` writes these from what was read. It also writes the open
//! enums, which keep unknown values.
//!
//! **What is read is not doubted again.** `form` rejects what OpenAPI allows and clients would lose; `read` turns the rest
//! into the types of `api`, or reports why it cannot: with file, line, reason and remedy. What is reported is everything that
//! would lead to a wrong client, or to one that does not compile; the names that are taken are read from the source of both
//! crates. General OpenAPI quality, and what other generators fail on, is left to `cargo xtask spec lint`.
//!
//! Nothing here writes a file that stays: [`generate`] returns all of them, so that `cargo xtask codegen` can compare first.

mod api;
mod emit;
mod error;
mod finding;
mod form;
mod format;
mod imports;
mod load;
mod lower;
mod models;
mod names;
mod place;
mod print;
mod read;
mod report;
mod rustdoc;
mod source;
mod taken;
mod tree;

pub use error::Error;
pub use finding::Finding;
pub use load::Spec;
pub use source::{DIRECTORIES, Files};
pub use taken::Taken;
pub use tree::{Node, Value};

/// Returns everything wrong with a spec, in the order of its lines.
#[must_use]
pub fn check(spec: &Spec, taken: &Taken) -> Vec<Finding> {
    read::read(spec, taken).err().unwrap_or_default()
}

/// Generates both crates, beside the hand-written code whose names are taken. The same spec gives the same bytes.
///
/// # Errors
///
/// Returns an error if [`check`] finds anything, if progenitor does not write what the spec describes, or if rustfmt is not
/// installed; nothing is left out silently.
pub fn generate(spec: &Spec, taken: &Taken) -> Result<Files, Error> {
    let api = read::read(spec, taken).map_err(Error::Spec)?;
    let structs = models::generate(&api)?;
    let sources = emit::emit(&api, &structs)?;
    let printed = sources
        .into_iter()
        .map(|source| Ok((source.path.clone(), print::print(source)?)));
    format::format(printed.collect::<Result<_, Error>>()?)
}
