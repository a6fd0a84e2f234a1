//! Paths, parameters, bodies, answers and paging.

use gitlab_jobs_codegen::lint;

use super::assert_findings;
use crate::edited;

#[test]
fn paths_parameters_and_bodies() {
    let job_id = "        - $ref: \"#/components/parameters/JobId\"\n";
    let sort = "- { name: sort, in: query, description: Direction., schema: { type: string } }";
    let with = |parameter: &str| format!("{sort}\n        - {parameter}");
    assert_findings(&[
        ("  /job/log:", "  job/log:", "Write `/job/log`"),
        (
            "  /job/log:",
            "  /job/log.{format}:",
            "`log.{format}` is part parameter, part text",
        ),
        (
            "  /job/log:",
            "  /job/{log}:",
            "`{log}` of the path is no parameter",
        ),
        (
            "- $ref: \"#/components/parameters/Id\"\n        - name",
            &format!("- $ref: \"#/components/parameters/Id\"\n{job_id}        - name"),
            "the path has no `{job_id}`",
        ),
        (
            "in: path\n      required: true",
            "in: path\n      required: false",
            "a parameter of the path is always required",
        ),
        (
            sort,
            &with("{ name: X-Token, in: header, description: A., schema: { type: string } }"),
            "[header-parameter]",
        ),
        (
            sort,
            &with("{ name: token, in: cookie, description: A., schema: { type: string } }"),
            "[cookie-parameter]",
        ),
        (
            sort,
            &with("{ name: token, in: form, description: A., schema: { type: string } }"),
            "[parameter-in]",
        ),
        (
            sort,
            &with(
                "{ name: token, in: query, description: A., style: deepObject, schema: { type: string } }",
            ),
            "[parameter-style]",
        ),
        (
            "description: Statuses to show.",
            "description: Statuses to show.\n          explode: false",
            "sends a list by repeating the name",
        ),
        (
            sort,
            &with("{ name: token, in: query, description: A. }"),
            "the parameter has no schema",
        ),
        (
            sort,
            &with("{ name: send, in: query, description: A., schema: { type: string } }"),
            "something called `send` already",
        ),
        (
            sort,
            &with("{ name: Sort, in: query, description: A., schema: { type: string } }"),
            "would both become the setter `sort`",
        ),
        (
            sort,
            &with(
                "{ name: a, in: query, description: A., schema: { $ref: '#/components/schemas/User' } }",
            ),
            "no setter is known for such a value",
        ),
        ("      example: 8\n", "", "[parameter-example]"),
        (
            "          application/json:
            schema: { $ref: \"#/components/schemas/PlayRequest\" }
            example: { variables: [{ key: a }] }",
            "          text/plain:
            schema: { $ref: \"#/components/schemas/PlayRequest\" }",
            "the body is not JSON alone",
        ),
        (
            "description: What to play a job with.",
            "description: What to play a job with.\n      required: [variables]",
            "this one cannot be empty",
        ),
    ]);
}

#[test]
fn answers() {
    let unauthorized = "        \"401\": { $ref: \"#/components/responses/Unauthorized\" }\n  /projects/{id}/jobs/";
    let log = "schema: { type: string, format: binary }";
    assert_findings(&[
        (
            unauthorized,
            &format!(
                "        default: {{ $ref: \"#/components/responses/Unauthorized\" }}\n{unauthorized}"
            ),
            "[default-response]",
        ),
        (
            unauthorized,
            &format!(
                "        \"40\": {{ $ref: \"#/components/responses/Unauthorized\" }}\n{unauthorized}"
            ),
            "`40` is no status",
        ),
        (
            unauthorized,
            "  /projects/{id}/jobs/",
            "no response tells what a wrong request leads to",
        ),
        (
            "              schema: { $ref: \"#/components/schemas/Job\" }
              example: { id: 8, status: running, user: null }",
            "              schema: { $ref: \"#/components/schemas/User\" }
              example: { id: 8 }",
            "progenitor panics on successes of several kinds",
        ),
        (
            log,
            "schema: { type: string }",
            "the success has no Rust type",
        ),
        (
            "          content:
            text/plain:
              schema: { type: string, format: binary }",
            "",
            "the success has no body",
        ),
        (
            "\"200\":
          description: The log.",
            "\"300\":
          description: The log.",
            "there is no success response",
        ),
        (
            "              schema: { type: string, format: binary }",
            "              example: a",
            "the body has no schema",
        ),
        (
            "          example: { message: 401 Unauthorized }\n",
            "",
            "no example shows this JSON",
        ),
    ]);
}

#[test]
fn pagination() {
    let per_page = "        - { name: per_page, in: query, description: Items per page., schema: { type: integer, format: int32 } }\n";
    assert_findings(&[
        (
            "x-pagination: [keyset, offset]",
            "x-pagination: [keyset, cursor]",
            "this is no way of paging",
        ),
        (
            "x-pagination: [keyset, offset]",
            "x-pagination: []",
            "no way of paging is named",
        ),
        (
            "      x-pagination: [keyset, offset]\n",
            "",
            "nothing generates a stream for it",
        ),
        (
            "        - { name: order_by, in: query, description: What to sort by., schema: { type: string } }\n",
            "",
            "keyset paging needs the parameter `order_by`",
        ),
        (
            "        - { name: page, in: query, description: The page., schema: { type: integer, format: int32 } }\n",
            "",
            "offset paging needs the parameter `page`",
        ),
    ]);
    let page = "        - { name: page, in: query, description: A., schema: { type: integer, format: int32 } }\n";
    let job_id = "        - $ref: \"#/components/parameters/JobId\"\n";
    let spec = edited(&[
        (job_id, &format!("{job_id}{page}{per_page}")),
        (
            "description: Starts a job.\n",
            "description: Starts a job.\n      x-pagination: [offset]\n",
        ),
    ]);
    assert!(lint(&spec)[0].problem.contains("answers with no list"));
}
