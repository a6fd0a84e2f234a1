//! Operations, what they are called, parameters, responses and tokens.

use super::{OLD, breaks, is_compatible, lines, parse};
use crate::{Effect, compare};

#[test]
fn optional_parameters_can_be_added_at_the_end() {
    let optional = "{name: full, in: query, schema: {type: boolean}}";
    breaks(
        &format!("        - {optional}\n"),
        "",
        "GET /jobs/{id}, query parameter full: gone",
    );
    breaks(
        optional,
        "{name: full, in: query, required: true, schema: {type: boolean}}",
        "GET /jobs/{id}, query parameter full: now required",
    );
    is_compatible(
        optional,
        &format!("{optional}\n        - {{name: page, in: query, schema: {{type: integer}}}}"),
        "GET /jobs/{id}, query parameter page: new and optional",
    );
    breaks(
        optional,
        &format!(
            "{optional}\n        - {{name: page, in: query, required: true, schema: {{type: integer}}}}"
        ),
        "GET /jobs/{id}, query parameter page: new and required",
    );
    breaks(
        optional,
        "{name: full, in: query, explode: false, schema: {type: boolean}}",
        "GET /jobs/{id}, query parameter full: was sent as form, exploded and is sent as form",
    );
}

#[test]
fn operations_responses_bodies_and_headers_can_be_added_but_not_removed() {
    assert_eq!(
        lines("    post:\n", "    put:\n"),
        [
            "breaking POST /jobs/{id}: the operation is gone",
            "compatible PUT /jobs/{id}: a new operation"
        ]
    );
    assert_eq!(
        lines("\"404\":", "\"409\":"),
        [
            "breaking GET /jobs/{id}, 404: the response is gone",
            "compatible GET /jobs/{id}, 409: a new response"
        ]
    );
    assert_eq!(
        lines("X-Page", "X-Next-Page"),
        [
            "breaking GET /jobs/{id}, 200, header X-Page: gone",
            "compatible GET /jobs/{id}, 200, header X-Next-Page: new"
        ]
    );
    let body = "      requestBody: {content: {application/json: {schema: {$ref: \"#/components/schemas/Play\"}}}}\n";
    breaks(body, "", "POST /jobs/{id}, body: gone");
    breaks(
        "requestBody: {content",
        "requestBody: {required: true, content",
        "POST /jobs/{id}, body: now required",
    );
}

#[test]
fn a_deprecation_is_compatible_and_named() {
    is_compatible(
        "operationId: get_job",
        "operationId: get_job\n      deprecated: true",
        "GET /jobs/{id}: now deprecated",
    );
    is_compatible(
        "{name: full, in: query, ",
        "{name: full, in: query, deprecated: true, ",
        "GET /jobs/{id}, query parameter full: now deprecated",
    );
    is_compatible(
        "        name: {type: string}\n",
        "        name: {type: string, deprecated: true}\n",
        "Job.name: now deprecated",
    );
}

#[test]
fn an_order_that_generators_use_is_noticed() {
    let one = "        - {name: full, in: query, schema: {type: boolean}}\n";
    let other = "        - {name: page, in: query, schema: {type: integer}}\n";
    let both = OLD.replace(one, &format!("{one}{other}"));
    let swapped = OLD.replace(one, &format!("{other}{one}"));
    let changes = |old: &str, new: &str| -> Vec<String> {
        let report = compare(&parse(old), &parse(new));
        report.changes().map(ToString::to_string).collect()
    };
    assert_eq!(
        changes(&both, &swapped),
        [
            "breaking    GET /jobs/{id}: the parameters are in another order, which positional arguments notice"
        ]
    );
    assert_eq!(
        changes(OLD, &swapped)[0],
        "breaking    GET /jobs/{id}, query parameter page: before existing parameters, which shifts positional arguments"
    );
    let json = r##"{application/json: {schema: {$ref: "#/components/schemas/Play"}}"##;
    let text = "text/plain: {schema: {type: string}}";
    let both = OLD.replace(json, &format!("{json}, {text}"));
    let swapped = OLD.replace(json, &json.replacen('{', &format!("{{{text}, "), 1));
    assert_eq!(
        changes(&both, &swapped),
        [
            "unknown     POST /jobs/{id}, body: the media types are in another order, and some generators use the first: needs review"
        ]
    );
}

#[test]
fn names_that_generators_use_cannot_change() {
    let place = "GET /jobs/{id}: the";
    breaks(
        "operationId: get_job",
        "operationId: fetch_job",
        &format!("{place} name was get_job and is fetch_job"),
    );
    breaks(
        "get_job\n      tags: [Jobs]",
        "get_job\n      tags: [All]",
        &format!("{place} tag was Jobs and is All"),
    );
    let renamed = OLD
        .replace("schemas/User", "schemas/Person")
        .replace("    User:", "    Person:");
    let report = compare(&parse(OLD), &parse(&renamed));
    assert_eq!(
        report.count(Effect::Breaking),
        2,
        "the property and the schema: {report:?}"
    );
}

#[test]
fn tokens_can_be_added_as_a_choice_but_not_removed() {
    assert_eq!(
        lines(
            "security: [{token: []}]",
            "security: [{token: []}, {other: []}]"
        ),
        [
            "compatible GET /jobs/{id}, token other: new",
            "compatible POST /jobs/{id}, token other: new"
        ]
    );
    breaks(
        "other: {type: http, scheme: bearer}",
        "other: {type: http, scheme: basic}",
        "token scheme other: sent in another way",
    );
    let report = compare(
        &parse(OLD),
        &parse(&OLD.replace("security: [{token: []}]", "security: [{other: []}]")),
    );
    assert_eq!(
        report.count(Effect::Breaking),
        2,
        "of each operation: {report:?}"
    );
}

#[test]
fn an_operation_that_no_longer_needs_a_token_accepts_every_client() {
    is_compatible(
        "operationId: get_job",
        "operationId: get_job\n      security: []",
        "GET /jobs/{id}: no token is needed any more",
    );
    let open = OLD.replace(
        "operationId: get_job",
        "operationId: get_job\n      security: []",
    );
    let report = compare(&parse(&open), &parse(OLD));
    assert_eq!(report.count(Effect::Breaking), 1, "{report:?}");
}

#[test]
fn an_operation_that_may_be_called_without_a_token_still_has_tokens_to_lose() {
    let with = |security: &str| parse(&OLD.replace("security: [{token: []}]", security));
    let report = compare(
        &with("security: [{token: []}, {other: []}]"),
        &with("security: [{token: []}, {}]"),
    );
    assert_eq!(report.count(Effect::Breaking), 2, "{report:?}");

    let report = compare(&with("security: [{token: []}, {}]"), &with("security: []"));
    assert_eq!(report.count(Effect::Compatible), 2, "{report:?}");
    assert_eq!(report.count(Effect::Breaking), 0, "{report:?}");
}
