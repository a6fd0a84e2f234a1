//! Coercion and validation, by Grape's rules and in its words.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::Params;
use crate::response::Response;

/// Reads parameters as an operation declares them, and collects everything that is wrong with them.
#[derive(Debug)]
pub(crate) struct Check<'a> {
    params: &'a Params,
    errors: Vec<String>,
}

impl<'a> Check<'a> {
    pub(crate) fn new(params: &'a Params) -> Self {
        Self {
            params,
            errors: Vec::new(),
        }
    }

    /// Returns the 400 that names all errors, if there are any.
    pub(crate) fn finish(self) -> Result<(), Response> {
        if self.errors.is_empty() {
            return Ok(());
        }
        Err(Response::bad_request(&self.errors.join(", ")))
    }

    /// Adds an error: the parameter's name and what is wrong with it.
    pub(crate) fn fail(&mut self, name: &str, problem: &str) {
        self.errors.push(format!("{name} {problem}"));
    }

    /// Returns an integer within `range`. Empty means absent.
    pub(crate) fn integer(&mut self, name: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let text = match self.params.get(name)? {
            Value::Null => return None,
            Value::String(text) if text.is_empty() => return None,
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        let Some(number) = text.as_deref().and_then(parse_integer) else {
            self.fail(name, INVALID);
            return None;
        };
        let number = number.min(u64::MAX.into());
        let within = u64::try_from(number).ok().filter(|it| range.contains(it));
        if within.is_none() {
            self.fail(name, NOT_ALLOWED);
        }
        within
    }

    /// Returns a boolean. Empty means absent.
    pub(crate) fn boolean(&mut self, name: &str) -> Option<bool> {
        let text = match self.params.get(name)? {
            Value::Null => return None,
            Value::Bool(value) => return Some(*value),
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => "a list or map".to_owned(),
        };
        match &*text {
            "" => None,
            "1" | "on" | "On" | "ON" | "t" | "true" | "True" | "TRUE" | "T" | "y" | "yes"
            | "Yes" | "YES" | "Y" => Some(true),
            "0" | "off" | "Off" | "OFF" | "f" | "false" | "False" | "FALSE" | "F" | "n" | "no"
            | "No" | "NO" | "N" => Some(false),
            _ => {
                self.fail(name, INVALID);
                None
            }
        }
    }

    /// Returns a string.
    pub(crate) fn string(&mut self, name: &str) -> Option<String> {
        let value = self.params.get(name)?;
        let text = text(value);
        if text.is_none() && !value.is_null() {
            self.fail(name, INVALID);
        }
        text
    }

    /// Returns an object.
    pub(crate) fn object(&mut self, name: &str) -> Map<String, Value> {
        match self.params.get(name) {
            None | Some(Value::Null) => return Map::new(),
            Some(Value::Object(members)) => return members.clone(),
            Some(_) => self.fail(name, INVALID),
        }
        Map::new()
    }

    /// Returns strings, sent as one, as a list, or as the values of a map, each of which must be `allowed`.
    pub(crate) fn strings(&mut self, name: &str, allowed: &[&str]) -> Vec<String> {
        let values: Vec<&Value> = match self.params.get(name) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items.iter().collect(),
            Some(Value::Object(members)) => members.values().collect(),
            Some(single) => vec![single],
        };
        if values.iter().any(|it| it.is_array() || it.is_object()) {
            self.fail(name, INVALID);
        }
        let strings = values.iter().map(|value| text(value).unwrap_or_default());
        let strings: Vec<String> = strings.collect();
        if !strings.iter().all(|it| allowed.contains(&&**it)) {
            self.fail(name, NOT_ALLOWED);
        }
        strings
    }

    /// Returns a list of objects with these two members, both strings. Empty means absent.
    pub(crate) fn pairs(&mut self, name: &str, [key, value]: [&str; 2]) -> Vec<(String, String)> {
        let items = match self.params.get(name) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::String(text)) if text.is_empty() => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.fail(name, INVALID);
                return Vec::new();
            }
        };
        let mut member = |index: usize, item: &Value, member: &str| {
            let place = format!("{name}[{index}][{member}]");
            match item.get(member) {
                None | Some(Value::Null) => self.fail(&place, MISSING),
                Some(found) if text(found).is_none() => self.fail(&place, INVALID),
                Some(_) => {}
            }
            if !item.is_object() {
                self.fail(&place, INVALID);
            }
            item.get(member).and_then(text).unwrap_or_default()
        };
        let items = items.iter().enumerate();
        items
            .map(|(index, item)| (member(index, item, key), member(index, item, value)))
            .collect()
    }
}

pub(crate) const INVALID: &str = "is invalid";
const NOT_ALLOWED: &str = "does not have a valid value";
const MISSING: &str = "is missing";

/// Returns a scalar as a string.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Parses an integer as Ruby does: surrounding spaces, a sign, and single underscores between digits are allowed. One
/// beyond 128 bits counts as the largest.
pub(crate) fn parse_integer(text: &str) -> Option<i128> {
    let text = text.trim();
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let groups = digits.split('_');
    let valid = groups
        .clone()
        .all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    if !valid {
        return None;
    }
    let number: i128 = groups.collect::<String>().parse().unwrap_or(i128::MAX);
    Some(if text.starts_with('-') {
        -number
    } else {
        number
    })
}
