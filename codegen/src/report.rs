//! The findings so far, of those who read the spec.

use crate::finding::Finding;
use crate::load::Spec;
use crate::place::Place;

/// The findings so far.
pub(crate) struct Report<'a> {
    spec: &'a Spec,
    findings: Vec<Finding>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(spec: &'a Spec) -> Self {
        Self {
            spec,
            findings: Vec::new(),
        }
    }

    /// Adds a finding: the problem, and in a second sentence its remedy.
    pub(crate) fn add(&mut self, place: &Place<'_>, message: impl Into<String>) {
        self.add_at(&place.pointer, message);
    }

    /// Adds a finding about what is at a JSON pointer.
    pub(crate) fn add_at(&mut self, pointer: &str, message: impl Into<String>) {
        self.findings.push(self.spec.finding(pointer, message));
    }

    /// Returns a value, or all findings in the order of their lines, if there are any.
    pub(crate) fn finish<T>(mut self, value: T) -> Result<T, Vec<Finding>> {
        self.findings.sort();
        // A component is read wherever it is used.
        self.findings.dedup();
        if self.findings.is_empty() {
            Ok(value)
        } else {
            Err(self.findings)
        }
    }
}
