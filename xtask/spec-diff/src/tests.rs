//! Pairs of small specs, and the effect of each difference on clients.

mod document;
mod operations;
mod schemas;

use gitlab_jobs_codegen::{Node, Spec};

use crate::compare;

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

fn parse(text: &str) -> Node {
    let spec = Spec::parse("test.yaml", text).unwrap();
    spec.root().clone()
}

/// Returns the reported lines after one replacement in the old spec.
fn lines(from: &str, to: &str) -> Vec<String> {
    assert_eq!(
        OLD.matches(from).count(),
        1,
        "`{from}` must occur in the spec once"
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

#[track_caller]
fn is_unknown(from: &str, to: &str, line: &str) {
    assert_eq!(lines(from, to), [format!("unknown {line}")]);
}
