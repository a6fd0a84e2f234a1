//! The document as a whole, what is unknown, and the version.

use super::{OLD, is_unknown, lines, parse};
use crate::version::summary;
use crate::{Effect, compare};

#[test]
fn the_same_spec_makes_no_difference() {
    assert!(compare(&parse(OLD), &parse(OLD)).is_empty());
    assert_eq!(
        summary(&compare(&parse(OLD), &parse(OLD)), "1.2.3", "1.2.3"),
        "no difference"
    );
}

#[test]
fn words_are_counted_and_nothing_else() {
    for new in ["Fetches it.", "Gets it.\n      x-aliases: [show]"] {
        let report = compare(&parse(OLD), &parse(&OLD.replace("Gets it.", new)));
        assert_eq!(report.changes().count(), 0, "{new}");
        assert_eq!(report.count(Effect::Words), 1, "{new}");
        assert!(!report.is_alarming(), "{new}");
    }
}

#[test]
fn differences_that_no_rule_judges_need_review() {
    is_unknown(
        "full, in: query, schema: {type: boolean}",
        "full, in: query, schema: {type: boolean, default: true}",
        "GET /jobs/{id}, query parameter full: `default` was added: needs review",
    );
    is_unknown(
        "v4\"}]",
        "v4\", x-region: eu}]",
        "server https://gitlab.example/api/v4: `x-region` was added: needs review",
    );
    is_unknown(
        "tags: {type: array, ",
        "tags: {type: array, contains: {type: string}, ",
        "Job.tags: `contains` was added: needs review",
    );
    is_unknown(
        "openapi: 3.0.3",
        "openapi: 3.1.0",
        "the document: `openapi` changed: needs review",
    );
    is_unknown(
        "\"404\":",
        "\"204\": {}\n        \"404\":",
        "GET /jobs/{id}, 204: a new kind of success: needs review",
    );
    let with = |default: &str| {
        let server = format!(
            "servers: [{{url: \"{{host}}/api/v4\", variables: {{host: {{default: {default}}}}}}}]"
        );
        parse(&OLD.replace(
            "servers: [{url: \"https://gitlab.example/api/v4\"}]",
            &server,
        ))
    };
    let report = compare(&with("a"), &with("b"));
    assert!(report.is_alarming());
    assert_eq!(
        report
            .changes()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["unknown     server {host}/api/v4, variable host: `default` changed: needs review"]
    );
}

#[test]
fn different_spellings_are_not_a_change() {
    for (from, to) in [
        (
            "{name: full, in: query, ",
            "{name: full, in: query, required: false, ",
        ),
        (
            "{name: full, in: query, ",
            "{name: full, in: query, explode: true, style: form, ",
        ),
        (
            "operationId: get_job",
            "operationId: get_job\n      deprecated: false",
        ),
        ("version: 1.2.3", "version: 1.2.4"),
    ] {
        assert_eq!(lines(from, to), Vec::<String>::new(), "{to}");
    }
}

#[test]
fn the_version_follows_the_changes() {
    let version = |from: &str, to: &str, old: &str, new: &str| {
        summary(
            &compare(&parse(OLD), &parse(&OLD.replace(from, to))),
            old,
            new,
        )
    };
    let summary_line = version("required: [id]", "required: []", "1.2.3", "1.3.0");
    assert_eq!(
        summary_line,
        "1 breaking, 0 unknown, 0 compatible, 0 in words or examples only; info.version goes from 1.2.3 to 1.3.0 and should be at least 2.0.0"
    );
    let summary_line = version("required: [id]", "required: []", "0.2.3", "0.3.0");
    assert_eq!(
        summary_line,
        "1 breaking, 0 unknown, 0 compatible, 0 in words or examples only; info.version goes from 0.2.3 to 0.3.0, which is enough"
    );
    let summary_line = version(
        "[running, failed]",
        "[running, failed, x]",
        "1.2.3",
        "1.2.4",
    );
    assert_eq!(
        summary_line,
        "0 breaking, 0 unknown, 1 compatible, 0 in words or examples only; info.version goes from 1.2.3 to 1.2.4 and should be at least 1.3.0"
    );
    let summary_line = version(
        "[running, failed]",
        "[running, failed, x]",
        "0.2.3",
        "0.2.4",
    );
    assert_eq!(
        summary_line,
        "0 breaking, 0 unknown, 1 compatible, 0 in words or examples only; info.version goes from 0.2.3 to 0.2.4, which is enough"
    );
    let summary_line = version("Gets it.", "Fetches it.", "1.2.3", "1.2.3");
    assert_eq!(
        summary_line,
        "0 breaking, 0 unknown, 0 compatible, 1 in words or examples only; info.version goes from 1.2.3 to 1.2.3 and should be at least 1.2.4"
    );
}
