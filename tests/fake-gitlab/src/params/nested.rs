//! Nested names (`a[]=1`, `a[b]=2`, `a[][c]=3`), by Rack's rules.

use percent_encoding::percent_decode;
use serde_json::map::Entry;
use serde_json::{Map, Value};

use crate::response::Response;

/// How deep names may be nested, as in Rack.
const MAX_DEPTH: usize = 32;

/// Parses a query string or a form.
pub(super) fn parse(encoded: &[u8]) -> Result<Map<String, Value>, Response> {
    let mut params = Map::new();
    let pairs = encoded.split(|byte| *byte == b'&');
    for pair in pairs.filter(|pair| !pair.is_empty()) {
        let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (&pair[..at], decode(&pair[at + 1..])?.into()),
            None => (pair, Value::Null),
        };
        add(&mut params, &decode(name)?, value)?;
    }
    Ok(params)
}

/// Adds a parameter to those with names before it, of which the last one wins.
pub(super) fn add(
    params: &mut Map<String, Value>,
    name: &str,
    value: Value,
) -> Result<(), Response> {
    // A bracket at the start of a name has no meaning.
    let inner = name.char_indices().skip(1);
    let (key, rest) = match inner.into_iter().find(|(_, c)| *c == '[') {
        Some((start, _)) => name.split_at(start),
        None => (name, ""),
    };
    insert(params, key, rest, value, 0)
}

/// Inserts `value` at `key`, and what follows it in brackets.
fn insert(
    params: &mut Map<String, Value>,
    key: &str,
    rest: &str,
    value: Value,
    depth: usize,
) -> Result<(), Response> {
    if depth >= MAX_DEPTH {
        return Err(malformed());
    }
    if key.is_empty() {
        return Ok(());
    }
    if rest.is_empty() {
        params.insert(key.to_owned(), value);
        return Ok(());
    }
    if rest == "[" {
        params.insert(format!("{key}["), value);
        return Ok(());
    }
    if let Some(child) = rest.strip_prefix("[]") {
        let items = slot(params, key, Value::Array(Vec::new()));
        let items = items.as_array_mut().ok_or_else(conflict)?;
        if child.is_empty() {
            items.push(value);
            return Ok(());
        }
        let (key, rest) = split(child);
        // A key that the last item has already begins the next item.
        if let Some(Value::Object(last)) = items.last_mut()
            && !last.contains_key(key)
        {
            return insert(last, key, rest, value, depth + 1);
        }
        let mut item = Map::new();
        insert(&mut item, key, rest, value, depth + 1)?;
        items.push(Value::Object(item));
        return Ok(());
    }
    let members = slot(params, key, Value::Object(Map::new()));
    let members = members.as_object_mut().ok_or_else(conflict)?;
    let (key, rest) = split(rest);
    insert(members, key, rest, value, depth + 1)
}

/// Splits `[key]rest`. Text without brackets is a key as a whole.
fn split(text: &str) -> (&str, &str) {
    text.strip_prefix('[')
        .and_then(|text| text.split_once(']'))
        .unwrap_or((text, ""))
}

fn slot<'a>(params: &'a mut Map<String, Value>, key: &str, empty: Value) -> &'a mut Value {
    match params.entry(key) {
        Entry::Occupied(found) => found.into_mut(),
        Entry::Vacant(vacant) => vacant.insert(empty),
    }
}

fn decode(encoded: &[u8]) -> Result<String, Response> {
    let spaced: Vec<u8> = encoded
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    let decoded: Vec<u8> = percent_decode(&spaced).collect();
    let text = String::from_utf8(decoded).map_err(|_| malformed())?;
    if text.contains('\0') {
        return Err(malformed());
    }
    Ok(text)
}

fn conflict() -> Response {
    Response::bad_request("query params contains conflicting types")
}

fn malformed() -> Response {
    Response::bad_request("query params contains invalid format or byte sequence")
}
