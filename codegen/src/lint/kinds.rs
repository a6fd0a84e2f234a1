//! Kinds of values: a text where OpenAPI wants one, a list where it wants a list. What this lets through, the other
//! rules can read.

use super::Report;
use super::places::Kind;
use crate::tree::Value;

const RULE: &str = "value-kind";

/// What a key holds.
#[derive(Clone, Copy, PartialEq)]
enum Held {
    Text,
    Flag,
    List,
    Mapping,
    /// Anything at all, as an example does.
    Any,
}

pub(super) fn check(report: &mut Report<'_>) {
    report.for_each(|report, place| {
        if place.is_reference() {
            return;
        }
        if !matches!(place.node.value, Value::Map(_)) {
            // The key that holds it may have been told already.
            if !report
                .findings
                .iter()
                .any(|finding| finding.rule == RULE && finding.pointer == place.pointer)
            {
                report.add(
                    RULE,
                    place,
                    "this should be a mapping",
                    "Write its keys below it",
                );
            }
            return;
        }
        for (key, _) in place.node.entries() {
            let Some(value) = place.at(key) else { continue };
            let (fits, wanted) = match (held(place.kind, key), &value.node.value) {
                (Held::Text, value) => (
                    matches!(value, Value::Text(_)),
                    "a text; quote it if it looks like another",
                ),
                (Held::Flag, value) => (matches!(value, Value::Bool(_)), "true or false"),
                (Held::List, value) => (matches!(value, Value::List(_)), "a list"),
                (Held::Mapping, value) => (matches!(value, Value::Map(_)), "a mapping"),
                (Held::Any, _) => (true, ""),
            };
            if !fits {
                report.add(
                    RULE,
                    &value,
                    format!("`{key}` holds something else than it should"),
                    format!("Write {wanted}"),
                );
            }
        }
        for key in needed(place.kind)
            .iter()
            .filter(|key| place.node.get(key).is_none())
        {
            report.add(
                "missing-key",
                place,
                format!("there is no `{key}`"),
                "Add it",
            );
        }
    });
    // The other rules would say of the same mistake that everything is missing.
    report
        .places
        .retain(|place| matches!(place.node.value, Value::Map(_)));
}

/// Keys without which an object means nothing, as far as no other rule asks for them.
fn needed(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Root => &["info", "servers", "paths", "components"],
        Kind::Info => &["title", "version"],
        Kind::Server => &["url"],
        Kind::ServerVariable => &["default"],
        Kind::Tag => &["name"],
        Kind::Operation => &["responses"],
        Kind::Parameter => &["name", "in"],
        Kind::RequestBody => &["content"],
        Kind::Header => &["schema"],
        _ => &[],
    }
}

fn held(kind: Kind, key: &str) -> Held {
    match (kind, key) {
        (Kind::Parameter | Kind::RequestBody | Kind::Header, "required") => Held::Flag,
        (
            Kind::Schema(_),
            "required" | "oneOf" | "anyOf" | "allOf" | "enum" | "x-extensible-enum",
        ) => Held::List,
        (Kind::Schema(_), "properties" | "items" | "x-enumDescriptions") => Held::Mapping,
        (Kind::Schema(_), "nullable") | (Kind::Parameter, "explode") => Held::Flag,
        (Kind::Operation, "deprecated") => Held::Flag,
        (Kind::Root, "servers" | "security" | "tags") => Held::List,
        (Kind::Root, "openapi") | (Kind::ServerVariable, "default") => Held::Text,
        (Kind::Root | Kind::Components, _) => Held::Mapping,
        (Kind::Operation, "tags" | "parameters" | "security" | "x-pagination") => Held::List,
        (Kind::PathItem, "parameters") => Held::List,
        (Kind::Operation, "responses" | "requestBody") | (Kind::PathItem, _) => Held::Mapping,
        (_, "content" | "headers" | "schema" | "examples" | "variables") => Held::Mapping,
        (
            _,
            "title" | "version" | "url" | "name" | "in" | "type" | "format" | "description"
            | "summary" | "operationId" | "style" | "scheme" | "externalValue",
        ) => Held::Text,
        _ => Held::Any,
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::lint;
    use crate::load::Spec;

    #[test]
    fn a_spec_of_nothing_but_kinds_is_refused_and_nothing_panics() {
        for yaml in [
            "{}",
            "openapi: 3",
            "paths: []\ncomponents: x\ninfo: 1",
            "paths: { /a: { get: [] } }",
        ] {
            let findings = lint(&Spec::parse("spec/openapi.yaml", yaml, []).unwrap());
            assert!(
                findings
                    .iter()
                    .any(|finding| [super::RULE, "missing-key"].contains(&finding.rule)),
                "{yaml}"
            );
        }
    }
}
