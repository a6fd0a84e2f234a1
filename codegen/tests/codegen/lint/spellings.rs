//! Forms that other generators trip over.

use super::assert_findings;

#[test]
fn forms_that_other_generators_trip_over_are_refused() {
    let success = "        \"201\":\n          description: The job.";
    let reference =
        format!("        \"202\": {{ $ref: \"#/components/responses/Played\" }}\n{success}");
    let response = "    Unauthorized:
      description: No token.";
    let played = format!(
        "    Played:
      description: The job.
      content:
        application/json:
          schema: {{ $ref: \"#/components/schemas/Job\" }}
          example: {{ id: 8, status: running }}
{response}"
    );
    assert_findings(&[
        (
            "  - url: https://gitlab.com/api/v4
    description: GitLab.com.\n",
            "",
            "Put a server with a plain URL before the template",
        ),
        (
            "      properties:
        enabled: { type: boolean, description: Whether they apply. }",
            "      additionalProperties: true",
            "Write `type: object` and `additionalProperties: true` where it is used",
        ),
    ]);
    let findings = gitlab_jobs_codegen::lint(&crate::edited(&[
        (success, &reference),
        (response, &played),
    ]));
    assert!(
        findings.len() == 1 && findings[0].to_string().contains("Write the response out"),
        "{findings:#?}"
    );
}
