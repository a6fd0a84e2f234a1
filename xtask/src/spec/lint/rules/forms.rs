//! Forms that are valid, but that other generators fail on.

use gitlab_jobs_codegen::{Node, Spec};

use super::{each_operation, each_response};

/// Media types of successful responses that all generators can read, the last with a setting.
const READ: [&str; 3] = ["application/json", "application/octet-stream", "text/plain"];

pub(super) fn check(spec: &Spec, add: &mut impl FnMut(&str, String)) {
    let first = spec.root().items_at("servers").next();
    if first
        .and_then(|server| server.text_at("url"))
        .is_some_and(|url| url.contains('{'))
    {
        let problem = "some generators use the first server unchanged, braces included";
        add(
            "/servers/0",
            format!("{problem}. Put a server with a plain URL before the template"),
        );
    }
    let mut without_example = |pointer: String, parameter: &Node| {
        if parameter.get("examples").is_some() {
            let problem = "some tools send no value for a parameter that has only `examples`";
            add(&pointer, format!("{problem}. Write one `example`"));
        }
    };
    for (name, parameter) in spec.components("parameters") {
        without_example(format!("/components/parameters/{name}"), parameter);
    }
    each_operation(spec, |pointer, operation| {
        for (index, parameter) in operation.items_at("parameters").enumerate() {
            without_example(format!("{pointer}/parameters/{index}"), parameter);
        }
    });
    for (name, schema) in spec.components("schemas") {
        if let Some(late) = optional_before_required(schema) {
            let problem = "some generators write the properties in this order, and a required one cannot follow an optional one";
            add(
                &format!("/components/schemas/{name}/properties/{late}"),
                format!("{problem}. Put the required properties first"),
            );
        }
        if schema.text_at("type") == Some("object") && schema.get("properties").is_none() {
            let problem = "some generators drop the fields of a named object without properties";
            add(
                &format!("/components/schemas/{name}"),
                format!("{problem}. Write it where it is used, with `additionalProperties: true`"),
            );
        }
    }
    each_response(spec, |pointer, status, response, others| {
        let types = response
            .entries_at("content")
            .map(|(media_type, _)| media_type);
        for media_type in types.filter(|it| status.starts_with('2') && !READ.contains(it)) {
            let problem = format!("some generators read `{media_type}` as nothing");
            add(
                pointer,
                format!(
                    "{problem}. Write application/octet-stream, and say in the description what it is"
                ),
            );
        }
        if status.len() == 3 && status.ends_with("XX") {
            let problem = "some generators do not know ranges of statuses, or write invalid code";
            add(
                pointer,
                format!("{problem}. List the statuses, such as 500, 502, 503 and 504"),
            );
        }
        if status.starts_with('2') && response.get("$ref").is_some() {
            let problem = "some generators do not decode a successful response that is a reference";
            add(
                pointer,
                format!(
                    "{problem}. Write it out; its schema, headers and examples can be references"
                ),
            );
        }
        // progenitor, with its default settings, panics on a second type of error.
        let has_json = |response: &Node| {
            let content = spec
                .root()
                .resolve(response)
                .and_then(|it| it.get("content"));
            content.is_some_and(|content| content.get("application/json").is_some())
        };
        let is_error = |status: &str| status.starts_with(['4', '5']);
        if is_error(status)
            && !has_json(response)
            && others
                .entries()
                .any(|(status, other)| is_error(status) && has_json(other))
        {
            let problem = "other errors of this operation have JSON, and some generators know one type of error";
            add(
                pointer,
                format!("{problem}. Add application/json after any other media type"),
            );
        }
    });
}

/// Returns the first required property after an optional one. A Python dataclass takes its fields in this order, and none
/// without a default may follow one that has one.
fn optional_before_required(schema: &Node) -> Option<&str> {
    let is_required = |property: &&str| schema.texts_at("required").any(|name| name == *property);
    let properties = schema
        .entries_at("properties")
        .map(|(property, _)| property);
    properties.skip_while(is_required).find(is_required)
}
