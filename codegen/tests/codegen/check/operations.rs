//! Paths, parameters, bodies, responses and pagination.

use super::assert_findings;
use crate::{check, edited};

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
            "`content` is not supported",
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
            &json.replace("application/json", "multipart/form-data"),
            "forms are not supported, and GitLab takes JSON as well",
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
fn responses_that_have_no_body_and_statuses_that_do_not_exist() {
    let get_log = "    get:\n      operationId: get_log";
    let play = "        \"200\":\n          description: The job.";
    let unauthorized =
        "        \"401\": { $ref: \"#/components/responses/Unauthorized\" }\n  /job/log";
    assert_findings(&[
        (
            get_log,
            &get_log.replace("get:", "head:"),
            "a response to HEAD has no body. Remove its content",
        ),
        (
            play,
            &play.replace("200", "204"),
            "/204: a response with status 204 has no body",
        ),
        (
            unauthorized,
            &unauthorized.replace("\"401\"", "4xx"),
            "`4xx` is not a status. Write a number, or a range such as 5XX",
        ),
        (
            unauthorized,
            &unauthorized.replace("\"401\"", "\"600\""),
            "`600` is not a status",
        ),
    ]);
}

#[test]
fn security_that_no_client_can_satisfy() {
    let own = "      security:\n        - jobToken: []\n";
    let scheme = "jobToken: { type: apiKey, in: header, name: JOB-TOKEN";
    assert_findings(&[
        (
            own,
            "      security:\n        - nope: []\n",
            "/get/security/0/nope: there is no `nope`. Declare it in components/securitySchemes",
        ),
        (
            "security:\n  - privateToken: []\n",
            "security:\n  - nope: []\n",
            "/security/0/nope: there is no `nope`",
        ),
        (
            own,
            "      security: []\n",
            "a client sends its token with every request. List the schemes that are accepted, and `{}` if none is needed",
        ),
        (
            own,
            "      security:\n        - jobToken: []\n          privateToken: []\n",
            "a client sends one token",
        ),
        (
            scheme,
            "jobToken: { type: apiKey, in: query, name: job_token",
            "a client cannot authenticate with `jobToken`",
        ),
        (
            scheme,
            "jobToken: { type: http, scheme: basic",
            "a client cannot authenticate with `jobToken`",
        ),
    ]);
    let optional = "      security:\n        - {}\n        - jobToken: []\n";
    assert_eq!(check(&edited(&[(own, optional)])), []);
}

#[test]
fn paths_and_tags_that_are_not_what_they_seem() {
    let play = "  /projects/{id}/jobs/{job_id}/play:\n    post:";
    let log = "  /job/log:\n    get:\n";
    let shared = "    parameters:\n      - { name: name, in: path, required: true, description: A., example: a, schema: { type: string } }\n";
    let other = "    parameters:\n      - { name: other, in: path, required: true, description: A., example: a, schema: { type: string } }\n";
    let get = "    get:\n      operationId: get_it
      description: Gets it.
      responses:
        \"204\": { description: Nothing. }\n";
    assert_findings(&[
        (
            log,
            &format!(
                "  /its/{{name}}:\n{shared}{get}  /its/{{other}}:\n{other}{}{log}",
                get.replace("get_it", "get_other")
            ),
            "/paths/~1its~1{other}: `/its/{other}` is there already, with other names of parameters. Join the two",
        ),
        (
            log,
            &format!("  /its/{{name}}/{{name}}:\n{shared}{get}{log}"),
            "`{name}` is in the path twice",
        ),
        (
            "  /job/log:",
            "  /job/log?full=true:",
            "`log?full=true` would have to be encoded",
        ),
        (
            "      summary: Play a job\n",
            "      summary: Play a job\n      tags: [Games]\n",
            "/post/tags/0: there is no tag `Games`",
        ),
        (
            play,
            &format!("{play}\n      servers: []"),
            "/post/servers: `servers` would be ignored",
        ),
    ]);
}

#[test]
fn examples_that_would_not_compile() {
    let job_id = "      schema: { type: integer, format: int64 }\n      example: 8";
    let cases = [
        ("integer, format: int64", "eight"),
        ("integer, format: int64", "-8"),
        ("integer, format: int32", "6747393391"),
        ("boolean", "1"),
        ("string", "8"),
        ("number", "eight"),
    ];
    for (ty, example) in cases {
        let edit = format!("      schema: {{ type: {ty} }}\n      example: {example}");
        let renamed = [
            ("name: job_id\n", "name: job\n"),
            ("{job_id}", "{job}"),
            (job_id, &*edit),
        ];
        let findings = check(&edited(&renamed));
        assert!(
            findings.len() == 1
                && findings[0]
                    .message
                    .contains("is not a value of this parameter"),
            "{ty}, {example}: {findings:#?}"
        );
    }
}

#[test]
fn a_fallback_that_is_another_operation() {
    let kinds = "      x-pagination: [keyset, offset]\n";
    for (fallback, expected) in [
        (
            "list_bridges",
            "/get/x-fallback: there is no such operation",
        ),
        ("[list_jobs]", "`x-fallback` is not a string"),
        ("play_job", "/get/x-fallback: a fallback is a GET"),
        ("list_jobs", "/get/x-fallback: a fallback is a GET"),
    ] {
        assert_findings(&[(
            kinds,
            &format!("{kinds}      x-fallback: {fallback}\n"),
            expected,
        )]);
    }
}
