//! Emits the builder of an operation in the async crate.

use super::{
    ASYNC, Source, builder_name, hand_written_of, import, paged_item, parameter, rustdoc, sending,
    types_of,
};
use crate::document::Operation;
use crate::names;
use crate::passes::{Answer, Signature};

pub(super) fn emit(operation: &Operation, signature: &Signature) -> Source {
    let code = [
        imports(operation, signature),
        constant(operation),
        builder(operation, signature),
        methods(operation, signature),
        into_future(operation, signature),
    ]
    .join("\n");
    let file = format!("operations/{}.rs", names::module(&operation.id));
    Source::new(ASYNC, &file, super::about(operation), code)
}

fn imports(operation: &Operation, signature: &Signature) -> String {
    let parameters = parameter::typed(operation, signature);
    let mut code = String::new();
    if parameters.iter().any(parameter::Typed::is_fallible) {
        code.push_str("use std::fmt::Display;\n");
    }
    code.push_str("use std::pin::Pin;\n\n");
    if signature.answer != Answer::Bytes {
        code.push_str("use serde::de::DeserializeOwned;\n\n");
    }
    code.push_str(&import("crate::generated::types", &types_of(signature)));
    if signature.answer == Answer::Bytes {
        code.push_str("use crate::log::JobLog;\n");
    }
    if paged_item(operation, signature).is_some() {
        code.push_str("use crate::pagination::{Items, Kind, Pages};\n");
    }
    let required = parameters.iter().any(parameter::Typed::is_required);
    let argument: &[_] = if required { &["Argument"] } else { &[] };
    code.push_str(&import(
        "crate::request",
        &[argument, &["Method", "Operation", "Request"]].concat(),
    ));
    let mut runtime = vec!["Client".to_owned(), "Error".to_owned()];
    runtime.extend(hand_written_of(signature));
    runtime.push("Response".to_owned());
    code.push_str(&import("crate", &runtime));
    code
}

fn constant(operation: &Operation) -> String {
    let Operation {
        id,
        method,
        job_token_only,
        ..
    } = operation;
    format!(
        "const OPERATION: Operation =
    Operation {{ id: {id:?}, method: Method::{method}, job_token_only: {job_token_only} }};\n"
    )
}

fn builder(operation: &Operation, signature: &Signature) -> String {
    let name = builder_name(operation);
    let fields: String = parameter::typed(operation, signature)
        .iter()
        .map(parameter::Typed::field)
        .collect();
    let body = signature
        .body
        .as_ref()
        .map(|ty| format!("pub(crate) body: {ty},"))
        .unwrap_or_default();
    let begins = if paged_item(operation, signature).is_some() {
        "awaited, sent or streamed"
    } else {
        "awaited or sent"
    };
    format!(
        "/// Builder of [`Client::{id}`].
#[derive(Clone, Debug)]
#[must_use = \"nothing is sent until the builder is {begins}\"]
pub struct {name} {{ client: Client, {fields} {body} }}
",
        id = operation.id,
    )
}

fn methods(operation: &Operation, signature: &Signature) -> String {
    let parameters = parameter::typed(operation, signature);
    let initial: String = parameters.iter().map(parameter::Typed::initial).collect();
    let initial_body = if signature.body.is_some() {
        "body: Default::default(),"
    } else {
        ""
    };
    let setters: String = parameters.iter().map(parameter::Typed::setter).collect();
    let body_setter = match (&operation.body, &signature.body) {
        (Some(description), Some(ty)) => format!(
            "{}    pub fn body(mut self, body: impl Into<{ty}>) -> Self {{ self.body = body.into(); self }}\n\n",
            rustdoc::comment(description, 4),
        ),
        _ => String::new(),
    };
    format!(
        "impl {name} {{
    pub(crate) fn new(client: Client) -> Self {{ Self {{ client, {initial} {initial_body} }} }}

{setters}{body_setter}{send}{paging}{request}}}
",
        name = builder_name(operation),
        send = send(operation, signature),
        paging = paging(operation, signature),
        request = request(operation, signature),
    )
}

fn send(operation: &Operation, signature: &Signature) -> String {
    let docs = sending::send(operation, signature);
    let answer = super::answer_type(&signature.answer);
    if signature.answer == Answer::Bytes {
        return format!(
            "{docs}    pub async fn send(self) -> Result<Response<{answer}>, Error> {{
        self.client.open_log(self.request()?).await
    }}

"
        );
    }
    format!(
        "{docs}    pub async fn send(self) -> Result<Response<{answer}>, Error> {{ self.send_as().await }}

{docs_as}    pub async fn send_as<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {{
        self.client.execute(self.request()?).await
    }}

",
        docs_as = sending::send_as(operation, signature),
    )
}

fn paging(operation: &Operation, signature: &Signature) -> String {
    let Some(item) = paged_item(operation, signature) else {
        return String::new();
    };
    let kinds: Vec<_> = operation
        .pagination
        .iter()
        .map(|kind| format!("Kind::{}", names::variant(kind)))
        .collect();
    format!(
        "    /// The whole list, item by item, over all its pages.
    pub fn stream(self) -> Items<{item}> {{ self.stream_as() }}

    /// The whole list, item by item, each as a type of your own.
    pub fn stream_as<T: DeserializeOwned>(self) -> Items<T> {{ self.pages_as().items() }}

    /// The whole list, page by page, each with its own status and headers.
    pub fn pages(self) -> Pages<{item}> {{ self.pages_as() }}

    /// The whole list, page by page, with each item as a type of your own.
    pub fn pages_as<T: DeserializeOwned>(self) -> Pages<T> {{
        Pages::new(self.client.clone(), self.request(), &[{kinds}])
    }}

",
        kinds = kinds.join(", "),
    )
}

fn request(operation: &Operation, signature: &Signature) -> String {
    let parameters = parameter::typed(operation, signature);
    let mut in_path = Vec::new();
    let mut code = String::from("Request::new(OPERATION)");
    for segment in operation.path.split('/').skip(1) {
        let Some(name) = segment
            .strip_prefix('{')
            .and_then(|segment| segment.strip_suffix('}'))
        else {
            code.push_str(&format!(".segment({segment:?})"));
            continue;
        };
        let field = names::field(name);
        code.push_str(&format!(".segment(self.{field}.get(&OPERATION)?)"));
        in_path.push(field);
    }
    for parameter in parameters
        .iter()
        .filter(|parameter| !in_path.contains(&parameter.field))
    {
        code.push_str(&parameter.query());
    }
    let request = if signature.body.is_some() {
        format!("{code}.json(&self.body)")
    } else {
        format!("Ok({code})")
    };
    format!("    fn request(&self) -> Result<Request, Error> {{ {request} }}\n")
}

fn into_future(operation: &Operation, signature: &Signature) -> String {
    format!(
        "impl IntoFuture for {name} {{
    type Output = Result<Response<{answer}>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {{ Box::pin(self.send()) }}
}}
",
        name = builder_name(operation),
        answer = super::answer_type(&signature.answer),
    )
}
