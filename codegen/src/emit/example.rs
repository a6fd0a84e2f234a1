//! What the documentation says of an operation, with an example made of those of its parameters.

use heck::ToSnakeCase;

use super::{Crate, paginated_item};
use crate::api::{Api, Operation, Parameter, Response, Type};

/// The documentation of an operation's method and builder.
pub(super) fn docs(operation: &Operation, api: &Api, target: Crate) -> String {
    let Operation {
        summary,
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
    let library = match target {
        Crate::Async => "gitlab_jobs",
        Crate::Blocking => "gitlab_jobs_blocking",
    };
    let function = if target == Crate::Async {
        "async fn"
    } else {
        "fn"
    };
    let example = example(operation, api, target);
    format!(
        "{summary}.\n\n{deprecated}{description}\n\nSends `{method} {path}`.\n\n```no_run\n\
         # {function} example(client: {library}::Client) -> Result<(), {library}::Error> {{\n{example}\
         # Ok(())\n# }}\n```"
    )
}

fn example(operation: &Operation, api: &Api, target: Crate) -> String {
    let call = call(operation, api);
    let body = operation.body.as_ref().filter(|body| body.required);
    let body = body.map_or(String::new(), |body| {
        let library = if target == Crate::Async {
            "gitlab_jobs"
        } else {
            "gitlab_jobs_blocking"
        };
        format!("let body = {library}::types::{}::default();\n", body.ty)
    });
    let Some(item) = paginated_item(operation) else {
        let send = if target == Crate::Async {
            ".await?"
        } else {
            ".send()?"
        };
        let variable = match &operation.response {
            Response::One(name) => name.to_snake_case(),
            Response::List(item) => format!("{}s", item.to_snake_case()),
            Response::Stream(Some(hand_written)) => hand_written.schema.to_snake_case(),
            Response::Stream(None) => "download".to_owned(),
            Response::Empty => return format!("{body}{call}{send};\n"),
        };
        return format!("{body}let {variable} = {call}{send};\n");
    };
    let one = item.to_snake_case();
    // Whether there is a name to show is up to the item.
    let named = api
        .structs
        .get(item)
        .is_some_and(|item| item.properties.contains_key("name"));
    let show = if named {
        format!("println!(\"{{}}\", {one}.name);")
    } else {
        format!("println!(\"{{{one}:?}}\");")
    };
    match target {
        Crate::Async => format!(
            "{body}let mut {one}s = {call}.stream();\n\
             while let Some({one}) = {one}s.try_next().await? {{\n    {show}\n}}\n"
        ),
        Crate::Blocking => format!(
            "{body}for {one} in {call}.iter() {{\n    let {one} = {one}?;\n    {show}\n}}\n"
        ),
    }
}

/// The call with what it cannot do without.
fn call(operation: &Operation, api: &Api) -> String {
    let required = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.required);
    let mut arguments: Vec<_> = required.map(|parameter| argument(parameter, api)).collect();
    if operation.body.as_ref().is_some_and(|body| body.required) {
        arguments.push("body".to_owned());
    }
    format!("client.{}({})", operation.id, arguments.join(", "))
}

fn argument(parameter: &Parameter, _api: &Api) -> String {
    let value = parameter
        .example
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    match &parameter.ty {
        Type::Scalar("DateTime<Utc>" | "NaiveDate") => format!("{value}.parse().unwrap()"),
        Type::Scalar("f32" | "f64") if !value.contains(['.', 'e']) => format!("{value}.0"),
        _ => value,
    }
}
