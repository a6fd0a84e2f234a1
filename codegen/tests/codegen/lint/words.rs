//! Words, examples, and what nothing refers to.

use gitlab_jobs_codegen::lint;

use super::assert_findings;
use crate::edited;

#[test]
fn words() {
    let tell = "Tell what it is, and when it is absent or null";
    assert_findings(&[
        (
            "  description: The smallest spec that uses every form the generator knows.\n",
            "",
            "/info: the API has no description",
        ),
        (
            "    description: A server.\n",
            "",
            "the server has no description",
        ),
        (
            "        description: Its address.\n",
            "",
            "the server variable has no description",
        ),
        (
            "    description: Everything about jobs.\n",
            "",
            "the tag has no description",
        ),
        (
            "      description: Starts a job.\n",
            "",
            "the operation has no description",
        ),
        (
            "      summary: Play a job\n",
            "",
            "the operation has no summary",
        ),
        (
            "      description: The project.\n",
            "",
            "the parameter has no description",
        ),
        (
            "        description: Variables for the job.\n",
            "",
            "the request body has no description",
        ),
        (
            "          description: One page.\n",
            "",
            "the response has no description",
        ),
        (
            "description: Where the next page is., ",
            "",
            "the header has no description",
        ),
        (
            ", description: The token of a job. ",
            "",
            "the security scheme has no description",
        ),
        (
            "      description: A user.\n",
            "      description: '  '\n",
            "the schema has no description",
        ),
        (", description: Its name. ", "", tell),
        ("      summary: A job\n", "", "the example has no summary"),
    ]);
}

#[test]
fn examples() {
    let played = "example: { id: 8, status: running, user: null }";
    let mismatch = |example: &'static str, expected: &'static str| (played, example, expected);
    assert_findings(&[
        mismatch(
            "example: { id: 8 }",
            "the required property `status` is missing",
        ),
        mismatch(
            "example: { id: a, status: running }",
            "at /id: \"a\" is no integer",
        ),
        mismatch(
            "example: { id: -8, status: running }",
            "at /id: -8 is negative or no whole number",
        ),
        mismatch(
            "example: { id: 8, status: runing }",
            "at /status: `runing` is not among the known values",
        ),
        mismatch(
            "example: { id: 8, status: null }",
            "at /status: null, and the schema is not nullable",
        ),
        mismatch(
            "example: { id: 8, status: running, tag_list: [1] }",
            "at /tag_list/0: 1 is no string",
        ),
        mismatch(
            "example: { id: 8, status: running, user: {} }",
            "at /user: the required property `id` is missing",
        ),
        mismatch(
            "example: { id: 8, status: running, stage: test }",
            "the schema has no property `stage`",
        ),
        mismatch(
            "example: { id: 8, status: running, created_at: '2015' }",
            "at /created_at: `2015` is no date and time",
        ),
        (
            "example: 8\n",
            "example: eight\n",
            "/components/parameters/JobId/example: the example does not fit",
        ),
        ("example: <x> }", "example: 1 }", "1 is no string"),
        (
            "description: Its name. }",
            "description: Its name., example: 1 }",
            "/properties/key/example",
        ),
    ]);
    assert_findings(&[(
        "externalValue: examples/documented/list_jobs.json",
        "value: []",
        "spec/examples/documented/list_jobs.json:1: /: the documented sample stands at no request or response",
    )]);
    let findings = lint(&edited(&[(
        "      externalValue: examples/documented/list_jobs.json\n",
        "",
    )]));
    assert_eq!(
        findings
            .iter()
            .map(|finding| finding.rule)
            .collect::<Vec<_>>(),
        ["sample-without-place", "example-value"]
    );
    let findings = lint(&edited(&[("list_jobs.json", "list_job.json")]));
    assert_eq!(
        findings
            .iter()
            .map(|finding| finding.rule)
            .collect::<Vec<_>>(),
        ["sample-without-place", "example-file"]
    );
    let findings = lint(&edited(&[(
        "required: [id, status]",
        "required: [id, status, tag_list]",
    )]));
    assert!(
        findings[0]
            .problem
            .contains("`examples/documented/list_jobs.json` does not fit its schema at /0")
    );
}

#[test]
fn what_nothing_refers_to() {
    let user = "    User:\n";
    assert_findings(&[
        (
            user,
            &format!("    Group: {{ type: string, description: A. }}\n{user}"),
            "/components/schemas/Group: no operation leads here",
        ),
        (
            user,
            &format!(
                "    Tree: {{ type: array, description: A., items: {{ $ref: '#/components/schemas/Tree' }} }}\n{user}"
            ),
            "/components/schemas/Tree: no operation leads here",
        ),
        (
            "tags: [Jobs]",
            "tags: [Jobs, Logs]",
            "there is no tag `Logs`",
        ),
        ("      tags: [Jobs]\n", "", "the operation has no tag"),
        (
            "tags:\n",
            "tags:\n  - { name: Logs, description: A. }\n",
            "no operation has this tag",
        ),
    ]);
}

#[test]
fn security() {
    let private = "privateToken: { type: apiKey, in: header,";
    assert_findings(&[
        (
            "        - jobToken: []\n",
            "        - privateToken: []\n",
            "no `security` names this scheme",
        ),
        (
            "        - jobToken: []\n",
            "        - jobToken: []\n        - oauth: []\n",
            "there is no security scheme `oauth`",
        ),
        (
            "        - jobToken: []\n",
            "        - jobToken: [api]\n",
            "has no scopes to name here",
        ),
        (
            private,
            "privateToken: { type: apiKey, in: query,",
            "the client knows tokens in headers alone",
        ),
        (
            private,
            "privateToken: { type: oauth2, in: header,",
            "[security]",
        ),
    ]);
}
