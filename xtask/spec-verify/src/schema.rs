//! Compares a value with a schema, strictly.

use chrono::DateTime;
use serde_json::Value;

use crate::contract::{Contract, items};

/// A place in a schema, and what is different there. It never contains the content of a value, except for the value of an
/// enum that is a plain word.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Difference {
    pub(crate) place: String,
    pub(crate) what: String,
}

/// Returns every difference between a value and a schema. `place` is the name of the value.
pub(crate) fn compare<'a>(
    contract: &Contract<'a>,
    schema: &'a Value,
    value: &Value,
    place: &str,
) -> Vec<Difference> {
    let mut comparison = Comparison {
        contract,
        found: Vec::new(),
    };
    comparison.value(schema, value, place);
    comparison.found
}

struct Comparison<'c, 'a> {
    contract: &'c Contract<'a>,
    found: Vec<Difference>,
}

impl<'a> Comparison<'_, 'a> {
    fn add(&mut self, place: &str, what: impl Into<String>) {
        self.found.push(Difference {
            place: place.to_owned(),
            what: what.into(),
        });
    }

    fn value(&mut self, schema: &'a Value, value: &Value, place: &str) {
        let name = schema["$ref"].as_str().and_then(|it| it.rsplit('/').next());
        let schema = self.contract.resolve(schema);
        // An object with a name is a place of its own, wherever it is.
        let place = match name {
            Some(name) if schema.get("properties").is_some() => name,
            _ => place,
        };
        let branches: Vec<&Value> = ["oneOf", "anyOf"]
            .iter()
            .flat_map(|key| items(schema.get(key)))
            .collect();
        if value.is_null() {
            if !allows_null(schema)
                && !branches
                    .iter()
                    .any(|it| allows_null(self.contract.resolve(it)))
            {
                self.add(place, "null, where the spec allows none");
            }
        } else if branches.is_empty() {
            self.of_type(schema, value, place);
        } else {
            self.closest(&branches, value, place);
        }
    }

    /// Reports the differences from the branch that has the fewest.
    fn closest(&mut self, branches: &[&'a Value], value: &Value, place: &str) {
        let branches = branches
            .iter()
            .copied()
            .filter(|branch| !is_only_null(branch));
        let differences = branches.map(|branch| compare(self.contract, branch, value, place));
        let fewest = differences.min_by_key(Vec::len);
        self.found.extend(fewest.unwrap_or_default());
    }

    fn of_type(&mut self, schema: &'a Value, value: &Value, place: &str) {
        let types: Vec<&str> = match &schema["type"] {
            Value::String(one) => vec![one],
            several => items(Some(several)).filter_map(Value::as_str).collect(),
        };
        let found = kind(value);
        let fits = |kind: &&str| *kind == found || (*kind == "number" && found == "integer");
        if !types.is_empty() && !types.iter().any(fits) {
            let wanted = types
                .iter()
                .find(|it| **it != "null")
                .copied()
                .unwrap_or("null");
            self.add(
                place,
                format!(
                    "{} instead of {}",
                    with_article(found),
                    with_article(wanted)
                ),
            );
            return;
        }
        match value {
            Value::Object(object) => self.object(schema, object, place),
            Value::Array(array) => {
                if let Some(schema) = schema.get("items") {
                    for item in array {
                        self.value(schema, item, &format!("{place}[]"));
                    }
                }
            }
            _ => self.scalar(schema, value, place),
        }
    }

    fn object(&mut self, schema: &'a Value, object: &serde_json::Map<String, Value>, place: &str) {
        let properties = schema.get("properties");
        for name in items(schema.get("required")).filter_map(Value::as_str) {
            if !object.contains_key(name) {
                self.add(
                    &format!("{place}.{name}"),
                    "missing, although the spec requires it",
                );
            }
        }
        for (name, value) in object {
            match (
                properties.and_then(|all| all.get(name)),
                schema.get("additionalProperties"),
            ) {
                (Some(schema), _) => self.value(schema, value, &format!("{place}.{name}")),
                // The names in a map are content.
                (None, Some(rest @ Value::Object(_))) => {
                    self.value(rest, value, &format!("{place}.*"))
                }
                (None, Some(Value::Bool(true))) => {}
                (None, _) if properties.is_none() => {}
                (None, _) => {
                    let what = format!(
                        "a field that the spec does not know: {}",
                        with_article(kind(value))
                    );
                    self.add(&format!("{place}.{}", word(name)), what);
                }
            }
        }
    }

    fn scalar(&mut self, schema: &'a Value, value: &Value, place: &str) {
        for key in ["enum", "x-extensible-enum"] {
            let known = schema.get(key);
            if known.is_some() && !items(known).any(|it| it == value) {
                let shown = value.as_str().map_or("not a string".to_owned(), word);
                self.add(
                    place,
                    format!("`{shown}`, a value that the spec does not know"),
                );
            }
        }
        let fits = match schema["format"].as_str() {
            Some("date-time") => value
                .as_str()
                .is_none_or(|it| DateTime::parse_from_rfc3339(it).is_ok()),
            Some("int32") => value.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
            Some("int64") => value.is_i64(),
            _ => return,
        };
        if !fits {
            let format = schema["format"].as_str().unwrap_or_default();
            self.add(place, format!("not of the format {format}"));
        }
    }
}

fn allows_null(schema: &Value) -> bool {
    schema["nullable"] == true
        || schema["type"] == "null"
        || items(schema.get("type")).any(|it| it == "null")
        || items(schema.get("enum")).any(Value::is_null)
        || schema.as_object().is_some_and(|schema| schema.is_empty())
}

fn is_only_null(schema: &Value) -> bool {
    let mut values = items(schema.get("enum"));
    schema["type"] == "null" || values.next().is_some_and(Value::is_null) && values.next().is_none()
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn with_article(kind: &str) -> String {
    match kind {
        "null" => kind.to_owned(),
        "integer" | "array" | "object" => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}

/// Returns a name or value of the API unchanged, and a placeholder for anything that could be somebody's text.
pub(crate) fn word(text: &str) -> String {
    let is_word = text.len() <= 64
        && text.starts_with(|it: char| it.is_ascii_lowercase())
        && text
            .chars()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_' || it == '-');
    if is_word {
        text.to_owned()
    } else {
        "(text)".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use gitlab_jobs_codegen::Spec;
    use serde_json::json;

    use super::*;
    use crate::contract::entries;

    fn spec() -> Spec {
        Spec::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec")).unwrap()
    }

    #[test]
    fn the_examples_of_the_spec_have_no_differences() {
        let spec = spec();
        let document = spec.root().to_json();
        let contract = Contract::read(&document).unwrap();
        let mut count = 0;
        let operations = entries(document.get("paths")).flat_map(|(_, item)| entries(Some(item)));
        let responses = operations.flat_map(|(_, operation)| entries(operation.get("responses")));
        for (_, response) in responses {
            let content = &contract.resolve(response)["content"]["application/json"];
            for (name, example) in entries(content.get("examples")) {
                let example = contract.resolve(example);
                let value = match example["externalValue"].as_str() {
                    Some(file) => spec.example(file).unwrap().to_json(),
                    None => example["value"].clone(),
                };
                assert_eq!(
                    compare(&contract, &content["schema"], &value, "body"),
                    [],
                    "{name}"
                );
                count += 1;
            }
        }
        assert!(count > 30, "only {count} examples were compared");
    }

    /// Returns the differences of a job, after an edit of an example.
    fn edited(pointer: &str, value: Value) -> Vec<String> {
        let spec = spec();
        let document = spec.root().to_json();
        let contract = Contract::read(&document).unwrap();
        let mut job = spec
            .example("examples/additional/job_newer_server.json")
            .unwrap()
            .to_json();
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        job.pointer_mut(parent).unwrap()[key] = value;
        let schema = json!({"$ref": "#/components/schemas/Job"});
        let found = compare(&contract, Box::leak(Box::new(schema)), &job, "body");
        found
            .into_iter()
            .map(|it| format!("{}: {}", it.place, it.what))
            .collect()
    }

    #[test]
    fn each_kind_of_difference_is_found_where_it_is() {
        for (pointer, value, expected) in [
            ("/id", json!("8"), "Job.id: a string instead of an integer"),
            ("/id", json!(u64::MAX), "Job.id: not of the format int64"),
            ("/id", json!(1.5), "Job.id: a number instead of an integer"),
            (
                "/status",
                json!("asleep"),
                "Job.status: `asleep`, a value that the spec does not know",
            ),
            (
                "/status",
                Value::Null,
                "Job.status: null, where the spec allows none",
            ),
            (
                "/user/shoe_size",
                json!(42),
                "User.shoe_size: a field that the spec does not know: an integer",
            ),
            (
                "/user",
                json!({}),
                "User.id: missing, although the spec requires it",
            ),
            ("/user", json!([]), "User: an array instead of an object"),
            (
                "/tag_list",
                json!(["a", 1]),
                "Job.tag_list[]: an integer instead of a string",
            ),
            (
                "/started_at",
                json!("16:05"),
                "Job.started_at: not of the format date-time",
            ),
        ] {
            assert_eq!(edited(pointer, value), [expected], "{pointer}");
        }
    }

    #[test]
    fn what_the_spec_leaves_open_is_no_difference() {
        for (pointer, value) in [
            ("/user", Value::Null),
            ("/coverage", json!(98)),
            ("/commit/trailers", json!({"Signed-off-by": "somebody"})),
            ("/started_at", json!("2026-11-20T16:05:31.000+01:00")),
        ] {
            assert_eq!(edited(pointer, value), [""; 0], "{pointer}");
        }
    }

    #[test]
    fn only_words_are_shown() {
        assert_eq!(word("stuck_or_timeout_failure"), "stuck_or_timeout_failure");
        for text in [
            "Deploy",
            "two words",
            "a@b",
            "glpat-Abc",
            "",
            &"a".repeat(65),
        ] {
            assert_eq!(word(text), "(text)", "{text}");
        }
    }
}
