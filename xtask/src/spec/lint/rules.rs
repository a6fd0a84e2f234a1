//! Our own rules: what other generators fail on, each found by generating and compiling a client, and examples, which readers
//! and the mock server need.

mod forms;
mod names;
#[cfg(test)]
mod tests;

use gitlab_jobs_codegen::{Finding, Node, Spec};

/// Returns everything that other generators fail on, or that readers lack, in the order of the file.
pub(super) fn check(spec: &Spec) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut add = |pointer: &str, message: String| found.push(spec.finding(pointer, message));
    names::check(spec, &mut add);
    forms::check(spec, &mut add);
    examples(spec, &mut add);
    found.sort();
    found
}

/// Contents of responses without an example, which only a file can do without.
fn examples(spec: &Spec, add: &mut impl FnMut(&str, String)) {
    each_response(spec, |pointer, _, response, _| {
        let resolved = spec.root().resolve(response).unwrap_or(response);
        for (media_type, media) in resolved.entries_at("content") {
            let schema = media
                .get("schema")
                .and_then(|schema| spec.root().resolve(schema));
            let is_file = schema.is_some_and(|schema| schema.text_at("format") == Some("binary"));
            if !is_file
                && media.get("example").is_none()
                && media.entries_at("examples").next().is_none()
            {
                let message = format!(
                    "the response has no example of {media_type}, which readers and the mock server need. Add one to `examples`"
                );
                add(pointer, message);
            }
        }
    });
}

/// Calls a rule with the pointer and value of each operation.
fn each_operation(spec: &Spec, mut rule: impl FnMut(&str, &Node)) {
    for (path, item) in spec.root().entries_at("paths") {
        let path = path.replace('~', "~0").replace('/', "~1");
        for (verb, operation) in item
            .entries()
            .filter(|(_, it)| it.get("responses").is_some())
        {
            rule(&format!("/paths/{path}/{verb}"), operation);
        }
    }
}

/// Calls a rule with the pointer, status and value of each response, and with all responses of its operation.
fn each_response(spec: &Spec, mut rule: impl FnMut(&str, &str, &Node, &Node)) {
    each_operation(spec, |pointer, operation| {
        let Some(responses) = operation.get("responses") else {
            return;
        };
        for (status, response) in responses.entries() {
            rule(
                &format!("{pointer}/responses/{status}"),
                status,
                response,
                responses,
            );
        }
    });
}
