//! Random edits of the real spec, each with its expected verdict.

use std::path::Path;
use std::sync::LazyLock;

use gitlab_jobs_codegen::{Node, Spec, Value};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;

use crate::{Effect, compare, sides};

static SPEC: LazyLock<Node> = LazyLock::new(|| {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec");
    Spec::load(&directory).unwrap().root().clone()
});

/// Keys whose content is words, anywhere in this spec. The tags of the document are words as well.
const WORDS: [&str; 9] = [
    "description",
    "summary",
    "example",
    "examples",
    "externalDocs",
    "x-aliases",
    "x-enumDescriptions",
    "contact",
    "license",
];

/// An edit of the document at a place.
struct Edited {
    /// The most serious effect found, if any.
    found: Option<Effect>,
    report: String,
}

/// The effects of an edit of the whole document.
fn edited(edit: impl FnOnce(&mut Node)) -> Edited {
    let mut root = SPEC.clone();
    edit(&mut root);
    let report = compare(&SPEC, &root);
    let order = [
        Effect::Breaking,
        Effect::Unknown,
        Effect::Compatible,
        Effect::Words,
    ];
    Edited {
        found: order.into_iter().find(|effect| report.count(*effect) > 0),
        report: format!("{report:?}"),
    }
}

/// The pointers to all values that meet a condition, each with its last key.
fn pointers(holds: impl Fn(&str, &Node) -> bool) -> Vec<String> {
    fn walk(
        pointer: &str,
        node: &Node,
        holds: &dyn Fn(&str, &Node) -> bool,
        found: &mut Vec<String>,
    ) {
        if holds(pointer, node) {
            found.push(pointer.to_owned());
        }
        let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
        match &node.value {
            Value::Map(map) => map.iter().for_each(|(key, inner)| {
                walk(&format!("{pointer}/{}", escaped(key)), inner, holds, found);
            }),
            Value::List(list) => list.iter().enumerate().for_each(|(index, inner)| {
                walk(&format!("{pointer}/{index}"), inner, holds, found);
            }),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk("", &SPEC, &holds, &mut found);
    found
}

fn at<'a>(root: &'a mut Node, pointer: &str) -> &'a mut Node {
    pointer.split('/').skip(1).fold(root, |node, token| {
        let token = token.replace("~1", "/").replace("~0", "~");
        match &mut node.value {
            Value::Map(map) => &mut map[&token],
            Value::List(list) => &mut list[token.parse::<usize>().unwrap()],
            _ => panic!("{pointer} leads nowhere"),
        }
    })
}

fn insert(root: &mut Node, pointer: &str, key: &str, value: &serde_json::Value) {
    // JSON is YAML.
    let parsed = Spec::parse(
        "test.json",
        &serde_json::json!({ "value": value }).to_string(),
    )
    .unwrap();
    let value = parsed.root().get("value").unwrap().clone();
    let Value::Map(map) = &mut at(root, pointer).value else {
        panic!("{pointer} is not a mapping");
    };
    map.insert(key.to_owned(), value);
}

fn remove(root: &mut Node, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    match &mut at(root, parent).value {
        Value::Map(map) => {
            map.shift_remove(&key);
        }
        Value::List(list) => {
            list.remove(key.parse().unwrap());
        }
        _ => panic!("{parent} holds nothing"),
    }
}

/// The steps of a pointer that are keywords: names of properties, schemas, statuses and media types are not.
fn is_in_words(pointer: &str) -> bool {
    let mut after_names = false;
    pointer.split('/').skip(1).any(|step| {
        let is_name = std::mem::replace(
            &mut after_names,
            [
                "properties",
                "schemas",
                "parameters",
                "headers",
                "responses",
            ]
            .contains(&step),
        );
        !is_name && WORDS.contains(&step)
    }) || pointer.starts_with("/tags")
}

/// The named schema that a pointer leads into, with the rest of the pointer.
fn schema_of(pointer: &str) -> Option<&str> {
    pointer
        .strip_prefix("/components/schemas/")?
        .split('/')
        .next()
}

fn sides_of(pointer: &str) -> sides::Sides {
    let name = schema_of(pointer).unwrap();
    sides::of(&SPEC)[name]
}

/// Properties of named schemas that are a plain string.
fn strings() -> Vec<String> {
    pointers(|pointer, node| {
        schema_of(pointer).is_some()
            && !is_in_words(pointer)
            && pointer.contains("/properties/")
            && node.text_at("type") == Some("string")
    })
}

fn operations() -> Vec<String> {
    pointers(|_, node| node.get("operationId").is_some())
}

fn verdict(breaks: bool) -> Option<Effect> {
    Some(if breaks {
        Effect::Breaking
    } else {
        Effect::Compatible
    })
}

fn pick(all: Vec<String>, index: Index) -> String {
    assert!(all.len() > 3, "too few places: {all:?}");
    all[index.index(all.len())].clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_removal_is_noticed(index: Index) {
        // Only the version may change unnoticed, and keys such as `required: false`, which state a default.
        let place = pick(pointers(|pointer, node| {
            !["", "/info/version"].contains(&pointer) && !matches!(node.value, Value::Bool(false))
        }), index);

        let edited = edited(|root| remove(root, &place));

        if is_in_words(&place) {
            prop_assert!(edited.found == Some(Effect::Words) , "{place}: {}", edited.report);
        } else {
            prop_assert!(
                edited.found.is_some_and(|found| found != Effect::Words) || means_the_same(&place),
                "{place}: {}", edited.report
            );
        }
    }

    #[test]
    fn every_change_of_text_is_noticed(index: Index) {
        let place = pick(pointers(|pointer, node| {
            pointer != "/info/version" && node.as_text().is_some()
        }), index);

        let edited = edited(|root| at(root, &place).value = Value::Text("something else".to_owned()));

        if is_in_words(&place) {
            prop_assert!(edited.found == Some(Effect::Words), "{place}: {}", edited.report);
        } else {
            prop_assert!(
                edited.found.is_some_and(|found| found != Effect::Words),
                "{place}: {}", edited.report
            );
        }
    }

    #[test]
    fn an_unknown_key_needs_review(index: Index) {
        let place = pick(pointers(|pointer, node| {
            !is_in_words(pointer) && (node.get("type").is_some() || node.get("operationId").is_some()
                || node.get("in").is_some() || node.get("content").is_some() || node.get("schema").is_some())
                && node.get("name").is_none_or(|name| name.as_text().is_some())
        }), index);

        let edited = edited(|root| insert(root, &place, "contentEncoding", &json!("base64")));

        prop_assert_eq!(edited.found, Some(Effect::Unknown), "{}: {}", place, edited.report);
    }

    #[test]
    fn a_constraint_breaks_only_senders(
        index: Index,
        (key, value) in select(vec![
            ("pattern", json!("^a")), ("maxLength", json!(9)), ("minLength", json!(1)), ("readOnly", json!(true)),
        ]),
    ) {
        let place = pick(strings(), index);

        let edited = edited(|root| insert(root, &place, key, &value));

        prop_assert_eq!(edited.found, verdict(sides_of(&place).sent), "{}: {}", place, edited.report);
    }

    #[test]
    fn a_null_breaks_only_receivers(index: Index) {
        let place = pick(strings().into_iter().filter(|place| {
            !SPEC.at(place).unwrap().is_true_at("nullable")
        }).collect(), index);

        let edited = edited(|root| insert(root, &place, "nullable", &json!(true)));

        prop_assert_eq!(edited.found, verdict(sides_of(&place).received), "{}: {}", place, edited.report);
    }

    #[test]
    fn a_property_can_be_added_but_not_removed(index: Index, adds: bool, required: bool) {
        let objects = pointers(|pointer, node| {
            schema_of(pointer).is_some() && pointer.matches('/').count() == 3 && node.get("properties").is_some()
        });
        let place = pick(objects, index);
        if adds {
            let edited = edited(|root| {
                insert(root, &format!("{place}/properties"), "quite_new", &json!({ "type": "string" }));
                if required {
                    let mut names: Vec<_> = SPEC.at(&place).unwrap().texts_at("required").collect();
                    names.push("quite_new");
                    insert(root, &place, "required", &json!(names));
                }
            });
            let breaks = required && sides_of(&place).sent;
            prop_assert_eq!(edited.found, verdict(breaks), "{}: {}", place, edited.report);
        } else {
            let properties = SPEC.at(&place).unwrap().entries_at("properties");
            let names: Vec<_> = properties.map(|(name, _)| name).collect();
            let name = names[index.index(names.len())];
            let edited = edited(|root| remove(root, &format!("{place}/properties/{name}")));
            prop_assert_eq!(edited.found, Some(Effect::Breaking), "{}.{}: {}", place, name, edited.report);
        }
    }

    #[test]
    fn a_known_value_can_be_added_but_not_removed(index: Index, adds: bool) {
        let place = pick(pointers(|pointer, _| pointer.ends_with("/x-extensible-enum")), index);

        let edited = edited(|root| {
            let Value::List(values) = &mut at(root, &place).value else { panic!("{place}") };
            if adds {
                values.push(Node { line: 0, value: Value::Text("quite_new".to_owned()) });
            } else {
                values.remove(index.index(values.len()));
            }
        });

        prop_assert_eq!(edited.found, verdict(!adds), "{}: {}", place, edited.report);
    }

    #[test]
    fn two_parameters_swapped_break_positional_clients(index: Index) {
        let place = pick(pointers(|pointer, node| {
            pointer.starts_with("/paths/") && pointer.ends_with("/parameters")
                && node.as_list().is_some_and(|list| list.len() > 1)
        }), index);

        let edited = edited(|root| {
            let Value::List(parameters) = &mut at(root, &place).value else { panic!("{place}") };
            let first = index.index(parameters.len() - 1);
            parameters.swap(first, first + 1);
        });

        prop_assert_eq!(edited.found, Some(Effect::Breaking), "{}: {}", place, edited.report);
    }

    #[test]
    fn an_operation_can_lose_its_token_and_be_deprecated(index: Index, deprecates: bool) {
        let place = pick(operations().into_iter().filter(|place| {
            SPEC.at(place).unwrap().get("deprecated").is_none()
        }).collect(), index);
        let (key, value) = if deprecates { ("deprecated", json!(true)) } else { ("security", json!([])) };

        let edited = edited(|root| insert(root, &place, key, &value));

        prop_assert_eq!(edited.found, Some(Effect::Compatible), "{}: {}", place, edited.report);
    }

    #[test]
    fn a_response_can_be_added_but_not_removed(index: Index, status in select(vec!["418", "507"])) {
        let operation = pick(operations(), index);
        let added = edited(|root| {
            insert(root, &format!("{operation}/responses"), status, &json!({ "description": "New." }));
        });
        prop_assert_eq!(added.found, Some(Effect::Compatible), "{}: {}", operation, added.report);

        let responses = SPEC.at(&operation).unwrap().entries_at("responses");
        let statuses: Vec<_> = responses.map(|(status, _)| status).collect();
        let status = statuses[index.index(statuses.len())];
        let removed = edited(|root| remove(root, &format!("{operation}/responses/{status}")));
        prop_assert_eq!(removed.found, Some(Effect::Breaking), "{} {}: {}", operation, status, removed.report);
    }

    #[test]
    fn a_default_needs_review(index: Index) {
        let place = pick(strings(), index);

        let edited = edited(|root| insert(root, &place, "default", &json!("a")));

        prop_assert_eq!(edited.found, Some(Effect::Unknown), "{}: {}", place, edited.report);
    }
}

/// Keys that state the defaults of OpenAPI.
fn means_the_same(pointer: &str) -> bool {
    ["/style", "/explode"]
        .iter()
        .any(|end| pointer.ends_with(end))
}
