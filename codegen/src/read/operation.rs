//! Operations.

use std::collections::BTreeSet;

use heck::ToSnakeCase;

use super::body::body;
use super::parameter::parameter;
use super::reader::Reader;
use super::response::response;
use super::scope::Scope;
use crate::api::{Operation, Parameter, Response};
use crate::names;
use crate::place::Place;
use crate::rustdoc;
use crate::tree::below;

/// The kinds of pagination, and the parameters that the runtime sets for each.
const PAGINATION: [(&str, &[&str]); 2] = [
    ("keyset", &["per_page", "pagination", "order_by", "sort"]),
    ("offset", &["page", "per_page"]),
];

/// Reads an operation, or reports why it cannot be called.
pub(super) fn operation<'a>(
    reader: &mut Reader<'a>,
    path: &Place<'a>,
    place: &Place<'a>,
    types: &mut Scope,
) -> Option<Operation> {
    let id = operation_id(reader, place, types);
    let templates = templates(reader, path);
    let both = [path.each_at("parameters"), place.each_at("parameters")].concat();
    let mut setters = Scope::new(
        names::BUILDER
            .split(' ')
            .chain(reader.taken.methods(&names::builder(&id))),
        "something that every builder has",
    );
    let mut parameters = Vec::new();
    for parameter_place in &both {
        let Some(parameter) = parameter(reader, parameter_place) else {
            continue;
        };
        let name = &parameter.name;
        setters.claim(
            &mut reader.report,
            parameter_place,
            name,
            &parameter.argument,
        );
        if parameter.in_path && !templates.contains(name) {
            let message = format!("the path has no `{{{name}}}`. Add it, or remove the parameter");
            reader.report.add(parameter_place, message);
        }
        parameters.push(parameter);
    }
    let is_declared = |name: &String| {
        both.iter()
            .any(|it| reader.resolve(it).text("name") == *name)
    };
    let undeclared: Vec<_> = templates.iter().filter(|name| !is_declared(name)).collect();
    for name in undeclared {
        let message = format!(
            "`{{{name}}}` of the path is not a parameter. Add it to `parameters`, with `in: path`"
        );
        reader.report.add(place, message);
    }
    // Arguments are in the order of the path; the others keep theirs.
    parameters.sort_by_key(|parameter: &Parameter| {
        let position = templates.iter().position(|name| *name == parameter.name);
        position.filter(|_| parameter.in_path).unwrap_or(usize::MAX)
    });
    tags(reader, place);
    let body = place.at("requestBody").and_then(|it| body(reader, &it));
    let verb = place.name();
    let response = response(reader, place, &verb);
    let pagination = pagination(reader, place, &parameters, response.as_ref());
    Some(Operation {
        id,
        method: verb.to_uppercase(),
        path: path.name(),
        description: rustdoc::description(&place.text("description")),
        aliases: place
            .node
            .texts_at("x-aliases")
            .map(str::to_owned)
            .collect(),
        deprecated: place.node.is_true_at("deprecated"),
        parameters,
        body,
        response: response?,
        pagination,
        tokens: tokens(reader, place),
        fallback: place.node.text_at("x-fallback").map(str::to_owned),
    })
}

/// Reports fallbacks to what is not the same operation by another name.
pub(super) fn fallbacks(reader: &mut Reader<'_>, operations: &[Operation]) {
    for operation in operations {
        let Some(id) = &operation.fallback else {
            continue;
        };
        let target = operations.iter().find(|it| it.id == *id);
        let message = match target {
            None => "there is no such operation. Write the operationId of another one",
            Some(target)
                if [target, operation].iter().all(|it| it.method == "GET")
                    && target.parameters == operation.parameters
                    && target.response == operation.response
                    && target.fallback.is_none() =>
            {
                continue;
            }
            Some(_) => {
                "a fallback is a GET with the same parameters and the same response, and has no fallback itself. Name another one"
            }
        };
        let pointer = below("/paths", &operation.path);
        let pointer = format!("{pointer}/{}/x-fallback", operation.method.to_lowercase());
        reader.report.add_at(&pointer, message);
    }
}

fn operation_id(reader: &mut Reader<'_>, operation: &Place<'_>, types: &mut Scope) -> String {
    let Some(place) = operation.at("operationId") else {
        let message = "the operation has no operationId. Add one, such as `get_job`";
        reader.report.add(operation, message);
        return String::new();
    };
    let id = place.node.as_text().unwrap_or_default();
    let builder = names::builder(id);
    // `a_1` and `a1` would have the same builder, so only the second is accepted.
    if builder.to_snake_case() != id || !names::is_ident(id) {
        let message = format!("`{id}` is not a name in snake_case. Write one such as `get_job`");
        reader.report.add(&place, message);
    } else if names::OF_ALL_TYPES
        .split(' ')
        .chain(reader.taken.methods("Client"))
        .any(|method| method == id)
    {
        let message = format!("the client already has a method `{id}`. Choose another operationId");
        reader.report.add(&place, message);
    } else {
        types.claim(&mut reader.report, &place, id, &builder);
    }
    // rustc rejects an alias that is the method's own name, and warns about a duplicate.
    let mut known = BTreeSet::from([id]);
    for alias in operation.each_at("x-aliases") {
        let name = alias.node.as_text().unwrap_or_default();
        if !names::is_ident(name) || !known.insert(name) {
            let problem = "is not an identifier, or is already a name of the operation";
            reader
                .report
                .add(&alias, format!("`{name}` {problem}. Remove it"));
        }
    }
    id.to_owned()
}

/// Reads the names in the braces of a path.
fn templates(reader: &mut Reader<'_>, place: &Place<'_>) -> Vec<String> {
    let path = place.name();
    if !path.starts_with('/') {
        reader.report.add(
            place,
            format!("the path has no leading slash. Write `/{path}`"),
        );
    }
    let mut templates = Vec::new();
    for segment in path.split('/') {
        let name = segment
            .strip_prefix('{')
            .and_then(|segment| segment.strip_suffix('}'));
        let message = match name {
            Some(name) if templates.iter().any(|known| known == name) => {
                format!("`{{{name}}}` is in the path twice. Rename one of the two")
            }
            Some(name) if !name.contains(['{', '}']) => {
                templates.push(name.to_owned());
                continue;
            }
            _ if segment.contains(['{', '}']) => {
                format!("only a part of `{segment}` is a parameter. Let it take the whole segment")
            }
            _ if segment
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)) =>
            {
                continue;
            }
            _ => format!(
                "`{segment}` would have to be encoded in a URL. Write the path alone, in letters, digits and `-._~`"
            ),
        };
        reader.report.add(place, message);
    }
    templates
}

/// Reports tags that the document does not declare.
fn tags(reader: &mut Reader<'_>, place: &Place<'_>) {
    for tag in place.each_at("tags") {
        let name = tag.node.as_text().unwrap_or_default();
        let mut declared = reader
            .spec
            .root
            .items_at("tags")
            .filter_map(|tag| tag.text_at("name"));
        if !declared.any(|declared| declared == name) {
            let message = format!(
                "there is no tag `{name}`. Declare it in `tags` of the document, or correct it"
            );
            reader.report.add(&tag, message);
        }
    }
}

/// Reads the kinds of pagination.
fn pagination(
    reader: &mut Reader<'_>,
    place: &Place<'_>,
    parameters: &[Parameter],
    response: Option<&Response>,
) -> Vec<String> {
    let has = |name: &&str| parameters.iter().any(|it| it.name == *name && !it.in_path);
    let Some(pagination) = place.at("x-pagination") else {
        if has(&"page") {
            let message =
                "a list with pages would have no `stream`. Write `x-pagination: [offset]`";
            reader.report.add(place, message);
        }
        return Vec::new();
    };
    let kinds = pagination.children();
    if kinds.is_empty() {
        let message = "no kind of pagination is named. Write `[offset]` or `[keyset, offset]`";
        reader.report.add(&pagination, message);
    }
    for (index, kind) in kinds.iter().enumerate() {
        let known = PAGINATION
            .iter()
            .find(|(name, _)| kind.node.as_text() == Some(name));
        let Some((name, needed)) = known else {
            let message = "this is not a kind of pagination. Write keyset or offset";
            reader.report.add(kind, message);
            continue;
        };
        if kinds[..index]
            .iter()
            .any(|other| other.node.as_text() == Some(name))
        {
            reader.report.add(
                kind,
                format!("`{name}` is a duplicate. Remove one of the two"),
            );
        }
        for missing in needed.iter().filter(|needed| !has(needed)) {
            let message = format!(
                "{name} pagination needs the parameter `{missing}`. Add it to `parameters`"
            );
            reader.report.add(kind, message);
        }
    }
    if response.is_some_and(|response| !matches!(response, Response::List(_))) {
        let message = "the operation does not return a list. Remove `x-pagination`";
        reader.report.add(&pagination, message);
    }
    place
        .node
        .texts_at("x-pagination")
        .map(str::to_owned)
        .collect()
}

/// Reads the kinds of tokens that an operation accepts.
fn tokens(reader: &mut Reader<'_>, operation: &Place<'_>) -> &'static str {
    let root = Place::root(&reader.spec.root);
    let Some(requirements) = operation.at("security").or_else(|| root.at("security")) else {
        return "Any";
    };
    let mut headers = BTreeSet::new();
    let alternatives = requirements.children();
    if alternatives.is_empty() || requirements.node.as_list().is_none() {
        let message = "a client sends its token with every request. List the schemes that are accepted, and `{}` if none is needed";
        reader.report.add(&requirements, message);
    }
    for alternative in alternatives {
        let schemes = alternative.children();
        if schemes.len() > 1 {
            let message = "a client sends one token. Write one scheme in each item of the list";
            reader.report.add(&alternative, message);
        }
        for place in schemes {
            let name = place.name();
            let Some(scheme) = reader.spec.component("securitySchemes", &name) else {
                let message = format!(
                    "there is no `{name}`. Declare it in components/securitySchemes, or correct it"
                );
                reader.report.add(&place, message);
                continue;
            };
            match (
                scheme.text_at("type"),
                scheme.text_at("in"),
                scheme.text_at("name"),
                scheme.text_at("scheme"),
            ) {
                (
                    Some("apiKey"),
                    Some("header"),
                    Some(header @ ("PRIVATE-TOKEN" | "JOB-TOKEN")),
                    _,
                ) => {
                    headers.insert(header);
                }
                (Some("http"), _, _, Some("bearer")) | (Some("oauth2" | "openIdConnect"), ..) => {}
                _ => {
                    let message = format!(
                        "a client cannot authenticate with `{name}`. Use the header PRIVATE-TOKEN or JOB-TOKEN, or a bearer token"
                    );
                    reader.report.add(&place, message);
                }
            }
        }
    }
    match (
        headers.contains("JOB-TOKEN"),
        headers.contains("PRIVATE-TOKEN"),
    ) {
        (true, false) => "JobOnly",
        (false, true) => "NoJob",
        _ => "Any",
    }
}
