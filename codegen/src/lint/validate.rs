//! Validates an example against a schema, in the part of OpenAPI 3.0 that the other rules let through.
//!
//! It is stricter than a validator of JSON Schema: a property that the schema does not declare would be lost in the
//! SDK, and a value that an open enum does not list should be listed.

use serde_json::Value;

use crate::load::Spec;
use crate::lower::nullable_reference;
use crate::tree::{Node, below};

/// What does not fit, and where in the example.
#[derive(Debug, PartialEq)]
pub(super) struct Problem {
    pub(super) pointer: String,
    pub(super) problem: String,
}

/// All that does not fit.
pub(super) fn validate(spec: &Spec, schema: &Node, value: &Value) -> Vec<Problem> {
    let mut validator = Validator {
        spec,
        problems: Vec::new(),
    };
    validator.check(schema, value, "");
    validator.problems
}

struct Validator<'a> {
    spec: &'a Spec,
    problems: Vec<Problem>,
}

impl Validator<'_> {
    fn add(&mut self, pointer: &str, problem: impl Into<String>) {
        self.problems.push(Problem {
            pointer: pointer.to_owned(),
            problem: problem.into(),
        });
    }

    fn check(&mut self, schema: &Node, value: &Value, pointer: &str) {
        // A reference that leads nowhere is found by a rule of its own, and so is a oneOf of another form.
        let spec = self.spec;
        let Some(schema) = spec.resolve(schema) else {
            return;
        };
        if let Some(branches) = schema.get("oneOf") {
            match nullable_reference(branches) {
                Some(reference) if !value.is_null() => self.check(reference, value, pointer),
                _ => {}
            }
            return;
        }
        let Some(kind) = schema.text_at("type") else {
            return;
        };
        match (kind, value) {
            (_, Value::Null) => {
                if !schema.is_true_at("nullable") {
                    self.add(pointer, "null, and the schema is not nullable");
                }
            }
            ("boolean", Value::Bool(_)) => {}
            ("number", Value::Number(_)) => {}
            ("integer", Value::Number(number)) => self.integer(schema, number, pointer),
            ("string", Value::String(text)) => self.string(schema, text, pointer),
            ("array", Value::Array(items)) => {
                let Some(schema) = schema.get("items") else {
                    return;
                };
                for (index, item) in items.iter().enumerate() {
                    self.check(schema, item, &below(pointer, index));
                }
            }
            ("object", Value::Object(object)) => self.object(schema, object, pointer),
            (kind, value) => self.add(pointer, format!("{value} is no {kind}")),
        }
    }

    fn integer(&mut self, schema: &Node, number: &serde_json::Number, pointer: &str) {
        let limit = if schema.text_at("format") == Some("int32") {
            u64::from(u32::MAX)
        } else {
            u64::MAX
        };
        match number.as_u64() {
            Some(value) if value <= limit => {}
            Some(value) => self.add(pointer, format!("{value} does not fit in 32 bits")),
            None => self.add(pointer, format!("{number} is negative or no whole number")),
        }
    }

    fn string(&mut self, schema: &Node, text: &str, pointer: &str) {
        if schema.text_at("format") == Some("date-time") && !is_date_time(text) {
            self.add(pointer, format!("`{text}` is no date and time of RFC 3339"));
        }
        let is_open_enum = schema.get("x-extensible-enum").is_some();
        if is_open_enum
            && !schema
                .texts_at("x-extensible-enum")
                .any(|known| known == text)
        {
            self.add(pointer, format!("`{text}` is not among the known values"));
        }
    }

    fn object(&mut self, schema: &Node, object: &serde_json::Map<String, Value>, pointer: &str) {
        for required in schema
            .texts_at("required")
            .filter(|required| !object.contains_key(*required))
        {
            self.add(
                pointer,
                format!("the required property `{required}` is missing"),
            );
        }
        let Some(properties) = schema.get("properties") else {
            return;
        };
        for (name, value) in object {
            match properties.get(name) {
                Some(property) => self.check(property, value, &below(pointer, name)),
                None => self.add(pointer, format!("the schema has no property `{name}`")),
            }
        }
    }
}

/// Whether a text has the form `2015-12-24T16:51:14.000+01:00`.
fn is_date_time(text: &str) -> bool {
    let matches = |text: &str, form: &str| {
        text.len() == form.len()
            && text
                .chars()
                .zip(form.chars())
                .all(|(character, form)| match form {
                    '0' => character.is_ascii_digit(),
                    form => character == form,
                })
    };
    let Some((seconds, rest)) = text.split_at_checked("2015-12-24T16:51:14".len()) else {
        return false;
    };
    let fraction = rest.strip_prefix('.').map_or("", |rest| {
        &rest[..rest
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(rest.len())]
    });
    let has_point = rest.starts_with('.');
    let offset = &rest[usize::from(has_point) + fraction.len()..];
    matches(seconds, "0000-00-00T00:00:00")
        && (!has_point || !fraction.is_empty())
        && (offset == "Z" || matches(offset, "+00:00") || matches(offset, "-00:00"))
}

#[cfg(test)]
mod tests {
    use super::is_date_time;

    #[test]
    fn a_date_time_has_date_time_and_offset() {
        for text in [
            "2015-12-24T15:51:21Z",
            "2015-12-24T16:51:14.000+01:00",
            "2015-12-24T16:51:14-08:00",
        ] {
            assert!(is_date_time(text), "{text}");
        }
        for text in [
            "",
            "2015-12-24",
            "2015-12-24T15:51:21",
            "2015-12-24T15:51:21.Z",
            "2015-12-24 15:51:21Z",
            "ä",
        ] {
            assert!(!is_date_time(text), "{text}");
        }
    }
}
