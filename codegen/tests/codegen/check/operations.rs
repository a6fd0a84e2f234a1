//! Paths, parameters, bodies, responses and pagination.

use gitlab_jobs_codegen::check;

use super::assert_findings;
use crate::edited;

#[test]
fn paths_and_their_parameters() {
    let id = "- $ref: \"#/components/parameters/Id\"\n        - name";
    let job_id = "- $ref: \"#/components/parameters/JobId\"";
    assert_findings(&[
        (
            "  /job/log:",
            "  job/log:",
            "the path has no leading slash. Write `/job/log`",
        ),
        (
            "  /job/log:",
            "  /job/log.{format}:",
            "only a part of `log.{format}` is a parameter",
        ),
        (
            "  /job/log:",
            "  /job/{log}:",
            "`{log}` of the path is not a parameter",
        ),
        (
            id,
            &id.replacen("\n", &format!("\n        {job_id}\n"), 1),
            "the path has no `{job_id}`",
        ),
        (
            "in: path\n      required: true",
            "in: path\n      required: false",
            "a parameter of the path is not required. Write `required: true`",
        ),
        (
            "      example: 8\n",
            "",
            "the documentation has no value to show for this required parameter",
        ),
    ]);
}

#[test]
fn parameters_without_a_setter() {
    let sort = "- { name: sort, in: query, description: Direction., schema: { type: string } }";
    for (parameter, expected) in [
        (
            "{ name: X-A, in: header, description: A., schema: { type: string } }",
            "header parameters would bypass",
        ),
        (
            "{ name: a, in: cookie, description: A., schema: { type: string } }",
            "`in: cookie` is not supported",
        ),
        (
            "{ name: a, in: form, description: A., schema: { type: string } }",
            "`in: form` is not supported",
        ),
        (
            "{ name: a, in: query, description: A., style: deepObject, schema: { type: string } }",
            "lists are always sent by repeating the name",
        ),
        (
            "{ name: a, in: query, description: A., explode: false, schema: { type: string } }",
            "lists are always sent by repeating the name",
        ),
        (
            "{ name: a, in: query, description: A. }",
            "no argument or setter can take this value",
        ),
        (
            "{ name: a, in: query, description: A., content: { application/json: {} } }",
            "no argument or setter",
        ),
        (
            "{ name: a, in: query, description: A., schema: { $ref: '#/components/schemas/User' } }",
            "no argument or",
        ),
        (
            "{ name: a, in: query, description: A., schema: { $ref: '#/components/schemas/ProjectId' } }",
            "no argument or",
        ),
        (
            "{ name: a, in: query, description: A., schema: { type: object } }",
            "no argument or setter",
        ),
        (
            "{ name: a, in: query, description: A., schema: { type: array, items: { type: array, items: { type: string } } } }",
            "no argument or setter",
        ),
        (
            "{ name: send, in: query, description: A., schema: { type: string } }",
            "`send` would become `send`, the name of something that every builder has",
        ),
        (
            "{ name: Sort, in: query, description: A., schema: { type: string } }",
            "`Sort` would become `sort`, the name of `sort`",
        ),
        (
            "{ name: '*', in: query, description: A., schema: { type: string } }",
            "`*` would become `_`, which is not an identifier",
        ),
    ] {
        assert_findings(&[(sort, &format!("{sort}\n        - {parameter}"), expected)]);
    }
}

#[test]
fn request_bodies_that_are_not_a_named_object_in_json() {
    let json = "          application/json:
            schema: { $ref: \"#/components/schemas/PlayRequest\" }\n";
    assert_findings(&[
        (
            json,
            &json.replace("application/json", "text/plain"),
            "/content/text~1plain: the body is not JSON",
        ),
        (
            json,
            &format!("{json}{}", json.replace("application/json", "text/plain")),
            "the body is not only JSON",
        ),
        (
            json,
            &json.replace("PlayRequest", "Status"),
            "the body is not a named object",
        ),
        (
            json,
            &json.replace("$ref: \"#/components/schemas/PlayRequest\"", "type: object"),
            "the body is not a named object",
        ),
        (
            "description: What to play a job with.",
            "description: A.\n      required: [variables]",
            "the body is optional, but has required properties",
        ),
    ]);
}

#[test]
fn responses_without_a_rust_type() {
    let unauthorized = "        \"401\": { $ref: \"#/components/responses/Unauthorized\" }\n  /projects/{id}/jobs/";
    let default = "        default: { $ref: \"#/components/responses/Unauthorized\" }\n";
    let log = "schema: { $ref: \"#/components/schemas/JobLog\" }";
    let second = "          description: The same job.
          content:
            application/json:
              schema: { $ref: \"#/components/schemas/Job\" }";
    assert_findings(&[
        (
            unauthorized,
            &format!("{default}{unauthorized}"),
            "/default: `default` includes success",
        ),
        (
            second,
            &second.replace("/Job\"", "/User\""),
            "/201: the successful responses differ",
        ),
        (
            second,
            "          description: Nothing.",
            "/201: the successful responses differ",
        ),
        (
            log,
            "schema: { type: string }",
            "the response has no Rust type",
        ),
        (log, "example: a", "the response has no Rust type"),
        (
            "text/plain:",
            "application/json:",
            "the response has no Rust type",
        ),
        (
            second,
            &second.replace("$ref: \"#/components/schemas/Job\"", "type: boolean"),
            "the response has no Rust type",
        ),
        (
            "\"200\":\n          description: The log.",
            "\"300\":\n          description: A.",
            "no successful response",
        ),
    ]);
}

#[test]
fn pagination_without_its_parameters() {
    let per_page = "        - { name: per_page, in: query, description: Items per page., schema: { type: integer, format: int32 } }\n";
    let page = "        - { name: page, in: query, description: The page., schema: { type: integer, format: int32 } }\n";
    let order_by = "        - { name: order_by, in: query, description: What to sort by., schema: { type: string } }\n";
    let kinds = "x-pagination: [keyset, offset]";
    assert_findings(&[
        (
            kinds,
            "x-pagination: [keyset, cursor]",
            "/x-pagination/1: this is not a kind of pagination",
        ),
        (kinds, "x-pagination: []", "no kind of pagination is named"),
        (
            "      x-pagination: [keyset, offset]\n",
            "",
            "a list with pages would have no `stream`",
        ),
        (
            order_by,
            "",
            "keyset pagination needs the parameter `order_by`",
        ),
        (page, "", "offset pagination needs the parameter `page`"),
    ]);
    let job_id = "        - $ref: \"#/components/parameters/JobId\"\n";
    let spec = edited(&[
        (job_id, &format!("{job_id}{page}{per_page}")),
        (
            "description: Starts a job.\n",
            "description: Starts a job.\n      x-pagination: [offset]\n",
        ),
    ]);
    assert!(
        check(&spec)[0]
            .message
            .starts_with("the operation does not return a list")
    );
}

#[test]
fn a_fallback_that_is_another_operation() {
    let kinds = "      x-pagination: [keyset, offset]\n";
    for (fallback, words) in [
        ("list_bridges", "there is no such operation"),
        ("[list_jobs]", "`x-fallback` is not known here"),
        ("play_job", "a fallback is a GET"),
    ] {
        let spec = edited(&[(kinds, &format!("{kinds}      x-fallback: {fallback}\n"))]);
        let findings = check(&spec);
        assert!(
            findings.iter().any(|it| it.message.starts_with(words)),
            "{findings:?}"
        );
    }
}
