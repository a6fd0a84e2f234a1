//! Responses that `send` can return.

use super::reader::Reader;
use super::schema::{Role, value};
use crate::api::{Response, Type, Value};
use crate::place::Place;

/// Reads the content of the successful responses, all of which have the same.
pub(super) fn response<'a>(
    reader: &mut Reader<'a>,
    operation: &Place<'a>,
    verb: &str,
) -> Option<Response> {
    let mut first: Option<Response> = None;
    let mut succeeds = false;
    for response in operation.each_at("responses") {
        let status = response.name();
        let is_range = status.len() == 3
            && status.ends_with("XX")
            && matches!(status.as_bytes()[0], b'1'..=b'5');
        let is_code = status.len() == 3
            && status
                .parse::<u16>()
                .is_ok_and(|code| (100..600).contains(&code));
        if status == "default" {
            let message = "`default` includes success. List the statuses, such as 401 and 404";
            reader.report.add(&response, message);
        } else if !is_range && !is_code {
            let message =
                format!("`{status}` is not a status. Write a number, or a range such as 5XX");
            reader.report.add(&response, message);
        }
        if !status.starts_with('2') {
            continue;
        }
        succeeds = true;
        let has_no_body = verb == "head" || matches!(status.as_str(), "204" | "205");
        let resolved = reader.resolve(&response);
        let contents = resolved.each_at("content");
        if has_no_body && !contents.is_empty() {
            let what = match verb {
                "head" => "to HEAD".to_owned(),
                _ => format!("with status {status}"),
            };
            let message = format!("a response {what} has no body. Remove its content");
            reader.report.add(&response, message);
            return None;
        }
        let read = match &contents[..] {
            [] => vec![Response::Empty],
            contents => contents
                .iter()
                .map(|media| content(reader, &response, media))
                .collect::<Option<_>>()?,
        };
        for content in read {
            if first.get_or_insert_with(|| content.clone()) != &content {
                let message = "the successful responses differ, and `send` returns one type. Give all the same content";
                reader.report.add(&response, message);
            }
        }
    }
    if !succeeds {
        reader.report.add(
            operation,
            "there is no successful response. Add 200, 201 or 204",
        );
    }
    first
}

/// Reads the content of one media type, or reports why `send` cannot return it.
fn content<'a>(
    reader: &mut Reader<'a>,
    response: &Place<'a>,
    media: &Place<'a>,
) -> Option<Response> {
    let ty = match media.at("schema") {
        Some(schema) => value(reader, &schema, Role::Body, "")?.ty,
        None => Type::Any,
    };
    match (media.name() == "application/json", ty) {
        (true, Type::Struct(name)) => return Some(Response::One(name)),
        (true, Type::List(items)) => {
            if let Value {
                ty: Type::Struct(name) | Type::Enum(name),
                nullable: false,
            } = *items
            {
                return Some(Response::List(name));
            }
        }
        (false, Type::Binary) => return Some(Response::Stream(None)),
        // What an argument can be is not a body.
        (false, Type::HandWritten(it)) if it.argument.is_none() => {
            return Some(Response::Stream(Some(it)));
        }
        _ => {}
    }
    let message = "the response has no Rust type. Write application/json with a named object or a list of those, or another \
                   media type with a string of format binary";
    reader.report.add(response, message);
    None
}
