//! Reports anything that would lead to a wrong client, or to none, before code is generated. All findings are reported
//! at once, each with its place, reason and remedy. Each group of rules has its own file.

mod collisions;
mod descriptions;
mod enums;
mod fallback;
mod inputs;
mod keywords;
mod names;
mod pagination;
mod places;
mod references;
mod responses;
mod schemas;
mod spellings;

use std::fmt;

use places::Place;

use crate::load::Spec;

/// Something wrong with the spec.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Finding {
    /// The file.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// JSON pointer into the file, empty for the whole document.
    pub pointer: String,
    /// The problem, and in a second sentence its remedy.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        write!(f, "{}.", self.message)
    }
}

/// Returns everything wrong with a spec, in the order of its lines.
#[must_use]
pub fn check(spec: &Spec) -> Vec<Finding> {
    let mut report = Report {
        spec,
        places: places::all(spec),
        findings: Vec::new(),
    };
    for rules in [
        keywords::check,
        references::check,
        names::check,
        collisions::check,
        spellings::check,
        schemas::check,
        enums::check,
        inputs::check,
        responses::check,
        pagination::check,
        fallback::check,
        descriptions::check,
    ] {
        rules(&mut report);
    }
    let mut findings = report.findings;
    findings.sort();
    findings.dedup();
    findings
}

/// The spec that the rules check, and their findings so far.
struct Report<'a> {
    spec: &'a Spec,
    places: Vec<Place<'a>>,
    findings: Vec<Finding>,
}

impl<'a> Report<'a> {
    /// Calls a rule for every place. The rule may add findings, so the places are lent to it.
    fn for_each(&mut self, mut rule: impl FnMut(&mut Self, &Place<'a>)) {
        let places = std::mem::take(&mut self.places);
        places.iter().for_each(|place| rule(self, place));
        self.places = places;
    }

    /// Adds a finding: the problem, and in a second sentence its remedy.
    fn add(&mut self, place: &Place<'_>, message: impl Into<String>) {
        self.findings.push(Finding {
            file: self.spec.file.clone(),
            line: place.node.line,
            pointer: place.pointer.clone(),
            message: message.into(),
        });
    }
}
