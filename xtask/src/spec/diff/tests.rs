//! Pairs of small specs, and what each difference does to clients.

use gitlab_jobs_codegen::Spec;

use super::{Tree, compare, summary};

const OLD: &str = r##"
openapi: 3.0.3
info: {title: Jobs, version: 1.2.3}
servers: [{url: "https://gitlab.example/api/v4"}]
security: [{token: []}]
paths:
  /jobs/{id}:
    get:
      operationId: get_job
      tags: [Jobs]
      description: Gets it.
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer, format: int64}}
        - {name: full, in: query, schema: {type: boolean}}
      responses:
        "200":
          headers: {X-Page: {schema: {type: string}}}
          content: {application/json: {schema: {$ref: "#/components/schemas/Job"}}}
        "404": {content: {application/json: {schema: {type: object}}}}
    post:
      operationId: play_job
      tags: [Jobs]
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Play"}}}}
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Job"}}}}
components:
  securitySchemes: {token: {type: apiKey, in: header, name: TOKEN}, other: {type: http, scheme: bearer}}
  schemas:
    Job:
      type: object
      required: [id]
      properties:
        id: {type: integer, format: int64}
        name: {type: string}
        status: {type: string, x-extensible-enum: [running, failed]}
        kind: {type: string, enum: [job]}
        user: {$ref: "#/components/schemas/User"}
        tags: {type: array, items: {type: string}}
    User: {type: object, properties: {id: {type: integer, format: int64}}}
    Play:
      type: object
      required: [key]
      properties: {key: {type: string}, force: {type: string, enum: [a, b]}, hint: {type: string, nullable: true}}
"##;

fn parse(text: &str) -> Tree {
    Tree::of(&Spec::parse("test.yaml", text).unwrap()).unwrap()
}

/// The lines that one replacement in the old spec leads to.
fn lines(from: &str, to: &str) -> Vec<String> {
    assert_eq!(
        OLD.matches(from).count(),
        1,
        "`{from}` stands in the spec once"
    );
    let report = compare(&parse(OLD), &parse(&OLD.replace(from, to)));
    report
        .changes()
        .map(|change| {
            change
                .to_string()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

#[track_caller]
fn breaks(from: &str, to: &str, line: &str) {
    assert_eq!(lines(from, to), [format!("breaking {line}")]);
}

#[track_caller]
fn is_compatible(from: &str, to: &str, line: &str) {
    assert_eq!(lines(from, to), [format!("compatible {line}")]);
}

#[test]
fn the_same_spec_makes_no_difference() {
    assert!(compare(&parse(OLD), &parse(OLD)).is_empty());
    assert_eq!(
        summary(&compare(&parse(OLD), &parse(OLD)), "1.2.3", "1.2.3"),
        "no difference"
    );
}

#[test]
fn other_words_are_told_but_are_no_change_of_the_interface() {
    assert_eq!(
        lines("Gets it.", "Fetches it."),
        ["words the document: only words or examples changed"]
    );
}

#[test]
fn what_a_client_receives_may_grow_but_not_shrink() {
    is_compatible(
        "        name: {type: string}\n",
        "        name: {type: string}\n        mood: {type: string}\n",
        "Job.mood: new and optional",
    );
    breaks("        name: {type: string}\n", "", "Job.name: gone");
    breaks(
        "required: [id]",
        "required: []",
        "Job.id: no longer required",
    );
    is_compatible(
        "required: [id]",
        "required: [id, name]",
        "Job.name: now required",
    );
}

#[test]
fn what_a_client_sends_may_ask_for_less_but_not_for_more() {
    is_compatible(
        "required: [key]",
        "required: []",
        "Play.key: no longer required",
    );
    breaks(
        "required: [key]",
        "required: [key, hint]",
        "Play.hint: now required",
    );
    breaks(
        "required: [key]\n      properties: {",
        "required: [key, x]\n      properties: {x: {type: string}, ",
        "Play.x: new and required",
    );
}

#[test]
fn a_new_null_breaks_who_receives_and_a_lost_one_who_sends() {
    breaks(
        "name: {type: string}\n",
        "name: {type: string, nullable: true}\n",
        "Job.name: may now be null",
    );
    breaks(
        "hint: {type: string, nullable: true}",
        "hint: {type: string}",
        "Play.hint: is never null any more",
    );
    is_compatible(
        "key: {type: string}",
        "key: {type: string, nullable: true}",
        "Play.key: may now be null",
    );
    let nullable = r##"user: {oneOf: [{$ref: "#/components/schemas/User"}, {type: object, nullable: true, enum: [null]}]}"##;
    breaks(
        r##"user: {$ref: "#/components/schemas/User"}"##,
        nullable,
        "Job.user: may now be null",
    );
}

#[test]
fn another_type_breaks_everyone() {
    breaks(
        "in: path, required: true, schema: {type: integer, format: int64}",
        "in: path, required: true, schema: {type: integer, format: int32}",
        "GET /jobs/{id}, path parameter id: was integer int64 and is integer int32",
    );
    breaks(
        "items: {type: string}",
        "items: {type: integer}",
        "Job.tags[]: was string and is integer",
    );
    breaks(
        "key: {type: string}",
        "key: {type: boolean}",
        "Play.key: was string and is boolean",
    );
    breaks(
        "User: {type: object, properties: {id: {type: integer, format: int64}}}",
        "User: {type: object, properties: {id: {type: string}}}",
        "User.id: was integer int64 and is string",
    );
}

#[test]
fn values_of_an_open_enum_may_come_but_not_go() {
    is_compatible(
        "[running, failed]",
        "[running, failed, canceled]",
        "Job.status: `canceled` is a new known value",
    );
    breaks(
        "[running, failed]",
        "[running]",
        "Job.status: the known value `failed` is gone",
    );
}

#[test]
fn values_of_a_closed_enum_are_judged_by_the_side() {
    breaks(
        "enum: [job]",
        "enum: [job, bridge]",
        "Job.kind: \"bridge\" is a new value",
    );
    is_compatible(
        "enum: [a, b]",
        "enum: [a, b, c]",
        "Play.force: \"c\" is a new value",
    );
    breaks(
        "enum: [a, b]",
        "enum: [a]",
        "Play.force: \"b\" is no value any more",
    );
}

#[test]
fn parameters_may_come_when_optional() {
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
        "GET /jobs/{id}, query parameter full: another explode",
    );
}

#[test]
fn operations_answers_bodies_and_headers_may_come_but_not_go() {
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
            "breaking GET /jobs/{id}, 404: the answer is gone",
            "compatible GET /jobs/{id}, 409: a new answer"
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
fn names_that_generators_use_may_not_change() {
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
        report.count(super::Effect::Breaking),
        2,
        "the property and the schema: {report:?}"
    );
}

#[test]
fn tokens_may_be_added_as_a_choice_but_not_taken_away() {
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
        report.count(super::Effect::Breaking),
        2,
        "of each operation: {report:?}"
    );
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
    let told = version("required: [id]", "required: []", "1.2.3", "1.3.0");
    assert_eq!(
        told,
        "1 breaking, 0 compatible; info.version goes from 1.2.3 to 1.3.0 and should be at least 2.0.0"
    );
    let told = version("required: [id]", "required: []", "0.2.3", "0.3.0");
    assert_eq!(
        told,
        "1 breaking, 0 compatible; info.version goes from 0.2.3 to 0.3.0, as it should"
    );
    let told = version(
        "[running, failed]",
        "[running, failed, x]",
        "1.2.3",
        "1.2.4",
    );
    assert_eq!(
        told,
        "0 breaking, 1 compatible; info.version goes from 1.2.3 to 1.2.4 and should be at least 1.3.0"
    );
    let told = version(
        "[running, failed]",
        "[running, failed, x]",
        "0.2.3",
        "0.2.4",
    );
    assert_eq!(
        told,
        "0 breaking, 1 compatible; info.version goes from 0.2.3 to 0.2.4, as it should"
    );
    let told = version("Gets it.", "Fetches it.", "1.2.3", "1.2.3");
    assert_eq!(
        told,
        "0 breaking, 0 compatible; info.version goes from 1.2.3 to 1.2.3 and should be at least 1.2.4"
    );
}
