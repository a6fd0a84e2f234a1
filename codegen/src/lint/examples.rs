//! Examples: there, of one value, valid against their schema, and each documented sample at an operation.

use std::collections::BTreeSet;

use super::places::{Kind, Place};
use super::{Finding, Report, validate};
use crate::tree::Node;

/// Where GitLab's own samples lie, as opposed to ours.
const DOCUMENTED: &str = "examples/documented/";

pub(super) fn check(report: &mut Report<'_>) {
    let mut at_operations = BTreeSet::new();
    report.for_each(|report, place| match place.kind {
        Kind::Example if !place.is_reference() => value_of(report, place),
        Kind::Schema(_) => {
            if let Some(example) = place.at("example") {
                inline(report, place.node, &example);
            }
        }
        Kind::Parameter | Kind::Header => against_schema(report, place),
        Kind::MediaType => {
            against_schema(report, place);
            for example in place.each_at("examples", Kind::Example) {
                let external = report
                    .spec
                    .resolve(example.node)
                    .and_then(|example| example.text_at("externalValue"));
                at_operations.extend(external.map(str::to_owned));
            }
        }
        _ => {}
    });
    let files: Vec<_> = report
        .spec
        .examples
        .keys()
        .filter(|file| !at_operations.contains(*file))
        .cloned()
        .collect();
    for file in files {
        let (rule, problem) = if file.starts_with(DOCUMENTED) {
            (
                "sample-without-place",
                "the documented sample stands at no request or response",
            )
        } else {
            (
                "unused-example",
                "no request or response shows this example",
            )
        };
        let directory = report
            .spec
            .file
            .rsplit_once('/')
            .map_or("", |(directory, _)| directory);
        report.findings.push(Finding {
            rule,
            file: format!("{directory}/{file}"),
            line: 1,
            pointer: "/".to_owned(),
            problem: problem.to_owned(),
            remedy: "Add it to components/examples, and `$ref` it where it belongs".to_owned(),
        });
    }
}

fn value_of(report: &mut Report<'_>, place: &Place<'_>) {
    match (place.node.get("value"), place.node.text_at("externalValue")) {
        (Some(_), None) => {}
        (None, Some(file)) if report.spec.examples.contains_key(file) => {}
        (None, Some(file)) => {
            let problem = format!("there is no file `{file}`");
            report.add(
                "example-file",
                place,
                problem,
                "Add the file, as valid JSON, or correct the path",
            );
        }
        _ => report.add(
            "example-value",
            place,
            "the example has no value, or two",
            "Write `value` or `externalValue`",
        ),
    }
}

/// The examples of a parameter, header or body against its schema.
fn against_schema(report: &mut Report<'_>, place: &Place<'_>) {
    let Some(schema) = place.node.get("schema") else {
        return;
    };
    if let Some(example) = place.at("example") {
        inline(report, schema, &example);
    }
    for example in place.each_at("examples", Kind::Example) {
        let Some(resolved) = report.spec.resolve(example.node) else {
            continue;
        };
        if let Some(value) = resolved.get("value") {
            let problems = validate::validate(report.spec, schema, &value.to_json());
            add(report, &example, "the example", problems);
        } else if let Some(file) = resolved.text_at("externalValue")
            && let Some(value) = report.spec.examples.get(file)
        {
            let problems = validate::validate(report.spec, schema, &value.to_json());
            add(report, &example, &format!("`{file}`"), problems);
        }
    }
}

fn inline(report: &mut Report<'_>, schema: &Node, example: &Place<'_>) {
    let problems = validate::validate(report.spec, schema, &example.node.to_json());
    add(report, example, "the example", problems);
}

fn add(report: &mut Report<'_>, place: &Place<'_>, what: &str, problems: Vec<validate::Problem>) {
    for validate::Problem { pointer, problem } in problems {
        let at = if pointer.is_empty() {
            String::new()
        } else {
            format!(" at {pointer}")
        };
        let problem = format!("{what} does not fit its schema{at}: {problem}");
        report.add(
            "example-mismatch",
            place,
            problem,
            "Correct the schema, or an example that is ours",
        );
    }
}
