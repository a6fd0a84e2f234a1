//! Random edits of the kitchen sink. What the generator accepts becomes a part of the client that is compiled, so that
//! nothing that it accepts leads to code that does not compile. It rejects most edits, and panics at none.
//!
//! `CODEGEN_EDITS` is the number of edits to accept, 8 without it; `CODEGEN_SEED` makes them others.

use gitlab_jobs_codegen::{Spec, Taken, check};
use serde_json::{Map, Value, json};

/// Names that mean something in Rust, to the SDK, or to the generator.
const NAMES: &str = "type self Self crate super fn gen async await match union dyn ref_ send send_as stream pages iter clone fmt \
    new body client request start run call context execute derive open_log with_token with_timeout with_header \
    with_retry_policy from_env into try_into from interval variables variable input inputs status headers id job project page \
    per_page response error result Result Option Vec String Box Job Client Error Response Unknown Display Map Value DateTime \
    Utc UnknownValue None Ok Some Clone Debug Default Hash Serialize Deserialize PartialEq Formatter Pin Future std core \
    alloc serde serde_json chrono gitlab_jobs 1st a.b é 🙂 $ref +1 -1 x-y camelCase UPPER _ __ a__b a_1 a1 name";

/// CommonMark that means something else to rustdoc, and text that is hard to quote.
const TEXTS: [&str; 16] = [
    "```\nlet x: u8 = 1;\n```",
    "```rust\ncompile_error!()\n```",
    "A:\n\n    let x: u8 = true;\n\nB.",
    "- a\n\n      let x: u8 = true;",
    "[Job], [`Job`], [job](job), [job][job] and ![job](job.png)\n\n[job]: job",
    "<b>x and Vec<u8> and <https://a.b/c>, https://a.b/c?d=e_f_g",
    "<div>\nmore\n\n</details> <!-- x",
    "# Heading\n\n> quote\n> ```\n> x\n> ```",
    "\"quoted\" \\ back */ /* {} {x} \u{7f} r#\"raw\"#",
    "| a | b |\n|---|---|\n| `c|d` | [e] |",
    "* a\n* b\n    1. c\n\n    ```\n    d\n    ```",
    "~~~\nx\n~~~\n\n```text\ny",
    "a\\\nb  \nc\n---\nd\n===\ne[^1]\n\n[^1]: f",
    "@see #1 !1 ~label \t tab",
    "",
    "A.",
];

const KEYS: &str = "type format description nullable deprecated oneOf items properties required additionalProperties example \
    x-extensible-enum x-enumDescriptions operationId parameters requestBody responses security tags content schema in name";

/// Returns a document with edited copies of what `paths` and `schemas` describe, which the generator accepts.
pub(crate) fn with_edits(document: &Spec, paths: &str, schemas: &str, taken: &Taken) -> Spec {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|text| text.parse::<u64>().expect(name))
    };
    let wanted = number("CODEGEN_EDITS").unwrap_or(8);
    let seed = number("CODEGEN_SEED").unwrap_or(1);
    let mut random = fastrand::Rng::with_seed(seed);
    let mut whole = document.root().to_json();
    let mut accepted = 0;
    let mut tried = 0;
    while accepted < wanted {
        tried += 1;
        assert!(
            tried < 60 * (wanted + 1),
            "of {tried} edits, only {accepted} are accepted"
        );
        let mut part = copy(paths, schemas, tried, &mut random);
        let edits: Vec<_> = (0..random.u8(1..4))
            .map(|_| edit(&mut part, &mut random))
            .collect();
        let mut edited = whole.clone();
        for (target, from) in [("/paths", "paths"), ("/components/schemas", "schemas")] {
            let from = part[from].as_object().cloned().unwrap_or_default();
            edited
                .pointer_mut(target)
                .unwrap()
                .as_object_mut()
                .unwrap()
                .extend(from);
        }
        if check(&parsed(&edited), taken).is_empty() {
            eprintln!("seed {seed}, edit {tried}: {}", edits.join("; "));
            whole = edited;
            accepted += 1;
        }
    }
    parsed(&whole)
}

/// JSON is YAML.
fn parsed(document: &Value) -> Spec {
    Spec::parse("edited.json", &format!("{document:#}")).unwrap_or_else(|error| panic!("{error}"))
}

/// Copies one path and the schemas, with names of their own.
fn copy(paths: &str, schemas: &str, number: u64, random: &mut fastrand::Rng) -> Value {
    let text = format!("paths:\n{paths}\nschemas:\n{schemas}");
    let text = text
        .replace("Sink", &format!("Edit{number}"))
        .replace("sink", &format!("edit{number}"));
    let text = text.replace("echo_values", &format!("edit{number}_values"));
    let mut part = Spec::parse("part.yaml", &text).unwrap().root().to_json();
    let paths = part["paths"].as_object_mut().unwrap();
    let chosen = random
        .choice(paths.keys().cloned().collect::<Vec<_>>())
        .unwrap();
    paths.retain(|path, _| *path == chosen);
    part
}

/// Edits a value at random, and returns what was done.
fn edit(part: &mut Value, random: &mut fastrand::Rng) -> String {
    let mut pointers = Vec::new();
    collect(part, String::new(), &mut pointers);
    let favourites = [
        "/description",
        "/operationId",
        "/name",
        "/example",
        "/required",
        "/type",
        "/format",
    ];
    if random.bool() {
        pointers.retain(|pointer| favourites.iter().any(|key| pointer.ends_with(key)));
    }
    let pointer = random.choice(&pointers).unwrap().clone();
    let other = part
        .pointer(random.choice(&pointers).unwrap())
        .unwrap()
        .clone();
    let (outer, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    let name = random
        .choice(NAMES.split_whitespace().collect::<Vec<_>>())
        .unwrap();
    let text = random.choice(TEXTS).unwrap();
    let (what, value) = match random.u8(0..7) {
        0 => {
            if let Some(Value::Object(outer)) = part.pointer_mut(outer) {
                let value = outer.remove(&key).unwrap_or_default();
                outer.insert(name.to_owned(), value);
            }
            return format!("{pointer} is now called {name}");
        }
        1 => {
            if let Some(Value::Object(outer)) = part.pointer_mut(outer) {
                outer.remove(&key);
            }
            return format!("{pointer} is removed");
        }
        2 => {
            let new = random
                .choice(KEYS.split_whitespace().collect::<Vec<_>>())
                .unwrap();
            if let Some(Value::Object(here)) = part.pointer_mut(&pointer) {
                here.insert(new.to_owned(), other.clone());
            }
            return format!("{pointer} also has {new}: {other}");
        }
        3 => ("another value", other),
        4 => ("a name", json!(name)),
        _ if pointer.ends_with("/description") => ("a text", json!(text)),
        5 => ("a text", json!(text)),
        _ => {
            let values = [
                json!(null),
                json!(true),
                json!(false),
                json!(5),
                json!(-1.5),
                json!([]),
                json!({}),
                json!("integer"),
                json!("int64"),
                json!("date-time"),
                json!("binary"),
                json!(["string", "null"]),
                json!(4_294_967_296_u64),
            ];
            ("a value", random.choice(values).unwrap())
        }
    };
    let did = format!("{pointer} is {what}: {value}");
    *part.pointer_mut(&pointer).unwrap() = value;
    did
}

/// Collects the pointers to all values inside a value.
fn collect(value: &Value, at: String, pointers: &mut Vec<String>) {
    let empty = Map::new();
    for (key, inner) in value.as_object().unwrap_or(&empty) {
        let pointer = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        collect(inner, pointer.clone(), pointers);
        // The two maps of the part are not values of the spec.
        if !at.is_empty() {
            pointers.push(pointer);
        }
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        collect(inner, format!("{at}/{index}"), pointers);
        pointers.push(format!("{at}/{index}"));
    }
}
