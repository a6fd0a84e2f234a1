//! The documentation of an operation, with an example built from those of its parameters.

use heck::ToSnakeCase;
use serde_json::Value;

use crate::api::{Api, Operation, Response, Type};
use crate::source::Crate;

/// The documentation of the method that begins an operation.
pub(super) fn docs(target: Crate, operation: &Operation, api: &Api) -> String {
    let Operation {
        description,
        method,
        path,
        ..
    } = operation;
    let deprecated = if operation.deprecated {
        "**Deprecated by GitLab.** "
    } else {
        ""
    };
    let (library, function) = match target {
        Crate::Async => ("gitlab_jobs", "async fn"),
        Crate::Blocking => ("gitlab_jobs_blocking", "fn"),
    };
    let needs_body = operation.required_body();
    let body = needs_body.map_or(String::new(), |body| {
        format!("let body = {library}::types::{}::default();\n", body.ty)
    });
    let arguments = operation.required().map(|it| literal(&it.ty, &it.example));
    let arguments: Vec<_> = arguments
        .chain(needs_body.map(|_| "body".to_owned()))
        .collect();
    let has_time = arguments
        .iter()
        .any(|argument| argument.contains(".parse::<"));
    let import = match has_time {
        true => format!("# use {library}::chrono::{{DateTime, NaiveDate, Utc}};\n"),
        false => String::new(),
    };
    let call = format!("client.{}({})", operation.id, arguments.join(", "));
    let call = statement(target, operation, api, &call);
    format!(
        "{deprecated}{description}\n\nSends `{method} {path}`.\n\n```no_run\n{import}\
         # {function} example(client: {library}::Client) -> Result<(), {library}::Error> {{\n{body}{call}\n\
         # Ok(())\n# }}\n```"
    )
}

/// Sends a call, and uses the response.
fn statement(target: Crate, operation: &Operation, api: &Api, call: &str) -> String {
    if let Some(item) = operation.paginated_item() {
        let one = item.to_snake_case();
        let name = api
            .structs
            .get(item)
            .and_then(|item| item.properties.get("name"));
        let is_named = name.is_some_and(|it| it.required && it.value.ty == Type::Text);
        let show = match is_named {
            true => format!("println!(\"{{}}\", {one}.name);"),
            false => format!("println!(\"{{{one}:?}}\");"),
        };
        return match target {
            Crate::Async => format!(
                "let mut {one}s = {call}.stream();\nwhile let Some({one}) = {one}s.try_next().await? {{\n    {show}\n}}"
            ),
            Crate::Blocking => {
                format!("for {one} in {call}.iter() {{\n    let {one} = {one}?;\n    {show}\n}}")
            }
        };
    }
    let send = match target {
        Crate::Async => ".await?",
        Crate::Blocking => ".send()?",
    };
    let variable = match &operation.response {
        Response::One(name) => name.to_snake_case(),
        Response::List(item) => format!("{}s", item.to_snake_case()),
        Response::Stream(Some(hand_written)) => hand_written.schema.to_snake_case(),
        Response::Stream(None) => "download".to_owned(),
        Response::Empty => return format!("{call}{send};"),
    };
    format!("let {variable} = {call}{send};")
}

/// An example in Rust.
fn literal(ty: &Type, value: &Value) -> String {
    match (ty, value) {
        (_, Value::Array(values)) => {
            let values: Vec<_> = values.iter().map(|value| literal(ty, value)).collect();
            format!("[{}]", values.join(", "))
        }
        (Type::Scalar(time @ ("DateTime<Utc>" | "NaiveDate")), _) => {
            format!("{value}.parse::<{time}>().unwrap()")
        }
        (Type::Scalar("f32" | "f64"), Value::Number(number)) if !number.is_f64() => {
            format!("{number}.0")
        }
        // JSON escapes some characters as Rust does not.
        (_, Value::String(text)) => format!("{text:?}"),
        _ => value.to_string(),
    }
}
