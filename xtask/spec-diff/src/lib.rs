//! Compares two versions of an OpenAPI document, and judges what each difference does to clients.
//!
//! Every object is compared key by key. A rule judges a key, or the key contains words; any other difference is unknown
//! and fails like a breaking one, so that it is reviewed.
//!
//! ```
//! let before = "openapi: 3.0.3\ninfo: {title: Jobs, version: 1.0.0}\npaths: {}\n";
//! let after = before.replace("paths: {}", "paths: {}\nx-region: eu");
//!
//! let report = spec_diff::compare(&spec_diff::parse("old", before)?, &spec_diff::parse("new", &after)?);
//!
//! assert!(report.is_alarming());
//! let change = report.changes().next().unwrap();
//! assert_eq!(change.effect, spec_diff::Effect::Unknown);
//! assert_eq!(change.to_string(), "unknown     the document: `x-region` was added: needs review");
//! # Ok::<(), spec_diff::Error>(())
//! ```

mod connection;
mod constraints;
mod keys;
mod operations;
#[cfg(test)]
mod properties;
mod received;
mod report;
mod schemas;
mod sent;
mod sides;
mod source;
#[cfg(test)]
mod tests;
mod values;
mod version;

pub use gitlab_jobs_codegen::Node;
pub use report::{Change, Effect, Report};
pub use source::{Error, load, parse};

/// Returns everything that changed between two versions of a document.
#[must_use]
pub fn compare(old: &Node, new: &Node) -> Report {
    let mut report = Report::between(old, new);
    connection::compare(old, new, &mut report);
    operations::compare(old, new, &mut report);
    schemas::compare(old, new, &mut report);
    if report.is_empty() && differ(old, new) {
        let what = "a difference that no rule sees: needs review";
        report.add(Effect::Unknown, "the document", what);
    }
    report
}

/// Returns whether two documents differ in more than their version and the order of keys.
fn differ(old: &Node, new: &Node) -> bool {
    let without_version = |root: &Node| {
        let mut root = root.to_json();
        if let Some(info) = root
            .pointer_mut("/info")
            .and_then(|info| info.as_object_mut())
        {
            info.remove("version");
        }
        root
    };
    without_version(old) != without_version(new)
}
