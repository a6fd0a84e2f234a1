//! Says what is wrong with a spec before anything is generated from it: what would become a wrong client, or none.
//! Every finding at once, each with its place and a remedy. One file for each group of rules.

mod collisions;
mod descriptions;
mod enums;
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

/// Something wrong with the spec: where, what, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Name of the rule.
    pub rule: &'static str,
    /// The file.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// JSON pointer into the file.
    pub pointer: String,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule,
            file,
            line,
            pointer,
            problem,
            remedy,
        } = self;
        write!(f, "{file}:{line}: {pointer}: {problem}. {remedy}. [{rule}]")
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
        descriptions::check,
    ] {
        rules(&mut report);
    }
    let mut findings = report.findings;
    findings.sort_by(|one, other| {
        (one.line, &one.pointer, one.rule).cmp(&(other.line, &other.pointer, other.rule))
    });
    findings.dedup();
    findings
}

/// What the rules look at, and what they have found.
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

    fn add(
        &mut self,
        rule: &'static str,
        place: &Place<'_>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.findings.push(Finding {
            rule,
            file: self.spec.file.clone(),
            line: place.node.line,
            pointer: place.pointer.clone(),
            problem: problem.into(),
            remedy: remedy.into(),
        });
    }
}
