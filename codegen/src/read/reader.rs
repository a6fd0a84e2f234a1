//! What all readers share.

use crate::load::Spec;
use crate::names::{self, HandWritten};
use crate::place::Place;
use crate::report::Report;
use crate::taken::Taken;

pub(super) struct Reader<'a> {
    pub(super) spec: &'a Spec,
    pub(super) taken: &'a Taken,
    pub(super) report: Report<'a>,
    /// The named schemas that are being read, to find one that contains itself.
    pub(super) open: Vec<&'a str>,
}

/// What a named schema becomes.
pub(super) enum Shape {
    Struct,
    Enum,
    HandWritten(&'static HandWritten),
    /// It has no type of its own: a plain string, a list, or a free-form object is inlined where it is used.
    Inline,
}

impl<'a> Reader<'a> {
    pub(super) fn new(spec: &'a Spec, taken: &'a Taken) -> Self {
        Self {
            spec,
            taken,
            report: crate::report::Report::new(spec),
            open: Vec::new(),
        }
    }

    /// Follows the `$ref` of a value, so that what is wrong is reported at its target.
    pub(super) fn resolve(&self, place: &Place<'a>) -> Place<'a> {
        let mut place = place.clone();
        while let Some((kind, name)) = place.reference() {
            // References lead somewhere, and have an end.
            let Some(node) = self.spec.component(kind, name) else {
                break;
            };
            place = Place {
                pointer: format!("/components/{kind}/{name}"),
                node,
            };
        }
        place
    }

    /// Returns what a named schema becomes.
    pub(super) fn shape(&self, name: &str) -> Option<Shape> {
        if let Some(hand_written) = names::hand_written(name) {
            return Some(Shape::HandWritten(hand_written));
        }
        let schema = self.spec.component("schemas", name)?;
        Some(if schema.get("x-extensible-enum").is_some() {
            Shape::Enum
        } else if schema.get("properties").is_some() {
            Shape::Struct
        } else {
            Shape::Inline
        })
    }
}
