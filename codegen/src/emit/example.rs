//! Writes the example of an operation from the examples of its parameters.

use heck::ToSnakeCase;

use super::paged_item;
use crate::document::{Document, Operation, Shape};
use crate::names;
use crate::passes::{Answer, Signature};

/// The async example, with the lines that rustdoc hides.
pub(super) fn asynchronous(
    operation: &Operation,
    signature: &Signature,
    document: &Document,
) -> String {
    let call = call(operation);
    let Some(item) = paged_item(operation, signature) else {
        return hidden(
            "async fn",
            "gitlab_jobs",
            &format!("let {} = {call}.await?;\n", variable(signature)),
        );
    };
    let one = item.to_snake_case();
    let show = show(&one, item, document);
    let body = format!(
        "let mut {one}s = {call}.stream();\nwhile let Some({one}) = {one}s.try_next().await? {{\n    {show}\n}}\n"
    );
    hidden("async fn", "gitlab_jobs", &body)
}

/// The blocking example, with the lines that rustdoc hides.
pub(super) fn blocking(
    operation: &Operation,
    signature: &Signature,
    document: &Document,
) -> String {
    let call = call(operation);
    let body = match paged_item(operation, signature) {
        Some(item) => {
            let one = item.to_snake_case();
            let show = show(&one, item, document);
            format!("for {one} in {call}.iter() {{\n    let {one} = {one}?;\n    {show}\n}}\n")
        }
        None => format!("let {} = {call}.send()?;\n", variable(signature)),
    };
    hidden("fn", "gitlab_jobs_blocking", &body)
}

fn hidden(function: &str, library: &str, body: &str) -> String {
    format!(
        "# {function} example(client: {library}::Client) -> Result<(), {library}::Error> {{\n{body}# Ok(())\n# }}\n"
    )
}

fn variable(signature: &Signature) -> String {
    match &signature.answer {
        Answer::One(name) => name.to_snake_case(),
        Answer::List(item) => format!("{}s", item.to_snake_case()),
        Answer::Bytes => "log".to_owned(),
    }
}

/// Prints an item: its name where it is sure to have one.
fn show(variable: &str, item: &str, document: &Document) -> String {
    match document.types.get(item).map(|described| &described.shape) {
        Some(Shape::Struct(properties))
            if properties.get("name").is_some_and(|name| name.required) =>
        {
            format!("println!(\"{{}}\", {variable}.name);")
        }
        _ => format!("println!(\"{{{variable}:?}}\");"),
    }
}

/// The operation with what it cannot do without.
fn call(operation: &Operation) -> String {
    let required = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required);
    let setters: String = required
        .map(|parameter| {
            let value = parameter
                .example
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            format!(".{}({value})", names::field(&parameter.name))
        })
        .collect();
    format!("client.{}(){setters}", operation.id)
}
