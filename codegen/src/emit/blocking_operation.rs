//! Emits the builder of an operation in the blocking crate: that of the async crate and a runtime to drive it.

use super::{
    BLOCKING, Source, answer_type, builder_name, hand_written_of, import, paged_item, parameter,
    rustdoc, sending, types_of,
};
use crate::document::Operation;
use crate::names;
use crate::passes::{Answer, Signature};

pub(super) fn emit(operation: &Operation, signature: &Signature) -> Source {
    let name = builder_name(operation);
    let begins = if paged_item(operation, signature).is_some() {
        "`send` or `iter`"
    } else {
        "`send`"
    };
    let setters: String = parameter::typed(operation, signature)
        .iter()
        .map(parameter::Typed::blocking_setter)
        .collect();
    let code = format!(
        "{imports}
/// Builder of [`Client::{id}`](crate::Client::{id}).
#[derive(Clone, Debug)]
#[must_use = \"nothing is sent until {begins} is called\"]
pub struct {name} {{ pub(crate) inner: builder::{name}, pub(crate) runtime: Runtime }}

impl {name} {{
    pub(crate) fn new(inner: builder::{name}, runtime: Runtime) -> Self {{ Self {{ inner, runtime }} }}

{setters}{body}{send}{paging}}}
",
        imports = imports(operation, signature),
        id = operation.id,
        body = body(operation, signature),
        send = send(operation, signature),
        paging = paging(operation, signature),
    );
    let file = format!("operations/{}.rs", names::module(&operation.id));
    Source::new(BLOCKING, &file, super::about(operation), code)
}

fn imports(operation: &Operation, signature: &Signature) -> String {
    let mut code = String::new();
    if parameter::typed(operation, signature)
        .iter()
        .any(parameter::Typed::is_fallible)
    {
        code.push_str("use std::fmt::Display;\n\n");
    }
    code.push_str(&import("gitlab_jobs::types", &types_of(signature)));
    let mut shared = vec!["Error".to_owned()];
    shared.extend(hand_written_of(signature));
    shared.extend(["Response".to_owned(), "builder".to_owned()]);
    code.push_str(&import("gitlab_jobs", &shared));
    if signature.answer != Answer::Bytes {
        code.push_str("use serde::de::DeserializeOwned;\n");
    }
    let own: &[&str] = match (&signature.answer, paged_item(operation, signature)) {
        (Answer::Bytes, _) => &["JobLog"],
        (_, Some(_)) => &["Items", "Pages"],
        _ => &[],
    };
    format!(
        "{code}\nuse crate::runtime::Runtime;\n{}",
        import("crate", own)
    )
}

fn body(operation: &Operation, signature: &Signature) -> String {
    let (Some(description), Some(ty)) = (&operation.body, &signature.body) else {
        return String::new();
    };
    format!(
        "{}    pub fn body(mut self, body: impl Into<{ty}>) -> Self {{ self.inner = self.inner.body(body); self }}\n\n",
        rustdoc::comment(description, 4),
    )
}

fn send(operation: &Operation, signature: &Signature) -> String {
    let docs = sending::send(operation, signature);
    let answer = answer_type(&signature.answer);
    if signature.answer == Answer::Bytes {
        return format!(
            "{docs}    pub fn send(self) -> Result<Response<{answer}>, Error> {{
        let response = self.runtime.block_on(self.inner.send())?;
        Ok(response.map(|log| {answer}::new(log, self.runtime)))
    }}
"
        );
    }
    format!(
        "{docs}    pub fn send(self) -> Result<Response<{answer}>, Error> {{
        self.runtime.block_on(self.inner.send())
    }}

{docs_as}    pub fn send_as<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {{
        self.runtime.block_on(self.inner.send_as())
    }}
",
        docs_as = sending::send_as(operation, signature),
    )
}

fn paging(operation: &Operation, signature: &Signature) -> String {
    let Some(item) = paged_item(operation, signature) else {
        return String::new();
    };
    format!(
        "
    /// The whole list, item by item, over all its pages.
    pub fn iter(self) -> Items<{item}> {{ self.iter_as() }}

    /// The whole list, item by item, each as a type of your own.
    pub fn iter_as<T: DeserializeOwned>(self) -> Items<T> {{ Items::new(self.inner.stream_as(), self.runtime) }}

    /// The whole list, page by page, each with its own status and headers.
    pub fn pages(self) -> Pages<{item}> {{ self.pages_as() }}

    /// The whole list, page by page, with each item as a type of your own.
    pub fn pages_as<T: DeserializeOwned>(self) -> Pages<T> {{ Pages::new(self.inner.pages_as(), self.runtime) }}
"
    )
}
