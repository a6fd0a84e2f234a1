//! Compares two JSON values by their meaning.

use chrono::DateTime;
use serde_json::{Map, Value};

/// Returns the differences in meaning of two values, one line for each place.
///
/// An absent value means the same as null, and as an empty list or object. Times with different offsets are equal if
/// they are the same instant, and 97 equals 97.0.
pub(crate) fn differences(left: &Value, right: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("$", left, right, &mut found);
    found
}

fn compare(path: &str, left: &Value, right: &Value, found: &mut Vec<String>) {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => compare_objects(path, left, right, found),
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (index, (left, right)) in left.iter().zip(right).enumerate() {
                compare(&format!("{path}[{index}]"), left, right, found);
            }
        }
        _ if is_nothing(left) && is_nothing(right) => {}
        _ if is_same_scalar(left, right) => {}
        _ => found.push(format!("{path}: {left} became {right}")),
    }
}

fn compare_objects(
    path: &str,
    left: &Map<String, Value>,
    right: &Map<String, Value>,
    found: &mut Vec<String>,
) {
    let only_right = right.keys().filter(|key| !left.contains_key(*key));
    for key in left.keys().chain(only_right) {
        let value = |side: &Map<String, Value>| side.get(key).cloned().unwrap_or_default();
        compare(&format!("{path}.{key}"), &value(left), &value(right), found);
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

fn is_same_scalar(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::String(left), Value::String(right)) => {
            let instant = |text: &str| DateTime::parse_from_rfc3339(text).ok();
            left == right || instant(left).is_some_and(|left| Some(left) == instant(right))
        }
        // Whole numbers are compared as such: as fractions, ids beyond 2^53 would run into each other.
        (Value::Number(left), Value::Number(right)) => {
            let fractional = left.is_f64() || right.is_f64();
            left == right || fractional && left.as_f64() == right.as_f64()
        }
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::differences;

    #[test]
    fn same_meaning_is_not_a_difference() {
        for (left, right) in [
            (json!({ "a": null }), json!({})),
            (json!({}), json!({ "a": null, "b": [], "c": {} })),
            (json!({ "a": 97.0 }), json!({ "a": 97 })),
            (
                json!("2015-12-24T16:51:14.000+01:00"),
                json!("2015-12-24T15:51:14Z"),
            ),
            (json!([{ "a": [1, "b"] }]), json!([{ "a": [1, "b"] }])),
        ] {
            assert_eq!(differences(&left, &right), [""; 0], "{left} {right}");
        }
    }

    #[test]
    fn lost_added_and_changed_values_are_named_with_their_path() {
        for (left, right, expected) in [
            (
                json!({ "a": { "b": 1 } }),
                json!({ "a": {} }),
                "$.a.b: 1 became null",
            ),
            (
                json!({ "a": {} }),
                json!({ "a": { "b": 1 } }),
                "$.a.b: null became 1",
            ),
            (
                json!({ "a": { "b": 1 } }),
                json!({}),
                r#"$.a: {"b":1} became null"#,
            ),
            (
                json!([{ "a": false }]),
                json!([{}]),
                "$[0].a: false became null",
            ),
            (json!([1, 2]), json!([1]), "$: [1,2] became [1]"),
            (json!([1, 2]), json!([2, 1]), "$[0]: 1 became 2"),
            (json!({ "a": "" }), json!({}), r#"$.a: "" became null"#),
            (json!({ "a": 0 }), json!({}), "$.a: 0 became null"),
            (json!("8"), json!(8), r#"$: "8" became 8"#),
            (json!(0.465), json!(0.464), "$: 0.465 became 0.464"),
            (
                json!(u64::MAX),
                json!(u64::MAX - 1),
                "$: 18446744073709551615 became 18446744073709551614",
            ),
            (
                json!("2015-12-24"),
                json!("2015-12-25"),
                r#"$: "2015-12-24" became "2015-12-25""#,
            ),
            (
                json!("2015-12-24T16:51:14+01:00"),
                json!("2015-12-24T16:51:14Z"),
                r#"$: "2015-12-24T16:51:14+01:00" became "2015-12-24T16:51:14Z""#,
            ),
        ] {
            let found = differences(&left, &right);
            assert_eq!(
                found.first().map(String::as_str),
                Some(expected),
                "{left} {right}"
            );
        }
    }
}
