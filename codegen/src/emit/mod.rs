//! Sixth step: puts the files of both crates together, one emitter for each kind of file.

mod blocking_client;
mod blocking_operation;
mod client;
mod example;
mod index;
mod open_enum;
mod operation;
mod parameter;
pub(crate) mod rustdoc;
mod sending;
mod types;

use std::path::PathBuf;

use crate::document::{Document, Operation};
use crate::names;
use crate::passes::{Answer, Passed, Signature};

/// Where the generated half of the async crate lies.
const ASYNC: &str = "sdk/src/generated";
/// Where that of the blocking crate lies.
const BLOCKING: &str = "sdk-blocking/src/generated";

/// A file before it is formatted.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// What the file is for.
    pub(crate) about: String,
    pub(crate) code: String,
}

impl Source {
    fn new(directory: &str, file: &str, about: impl Into<String>, code: impl Into<String>) -> Self {
        Self {
            path: PathBuf::from(directory).join(file),
            about: about.into(),
            code: code.into(),
        }
    }
}

pub(crate) fn emit(document: &Document, passed: &Passed) -> Vec<Source> {
    let operations: Vec<_> = document
        .operations
        .iter()
        .filter_map(|operation| Some((operation, passed.signatures.get(&operation.id)?)))
        .collect();
    let mut sources = index::emit(document, &operations);
    for (name, code) in &passed.types {
        sources.push(types::emit(name, code, document));
    }
    sources.push(client::emit(&operations, document));
    sources.push(blocking_client::emit(&operations, document));
    for (operation, signature) in operations {
        sources.push(operation::emit(operation, signature));
        sources.push(blocking_operation::emit(operation, signature));
    }
    sources
}

/// An operation with the types progenitor has found for it.
type Typed<'a> = (&'a Operation, &'a Signature);

/// The type that `send` decodes, and the type of one item where that is a list.
fn answer_type(answer: &Answer) -> String {
    match answer {
        Answer::One(name) => name.clone(),
        Answer::List(item) => format!("Vec<{item}>"),
        Answer::Bytes => "JobLog".to_owned(),
    }
}

/// The item type of operations that page.
fn paged_item<'a>(operation: &Operation, signature: &'a Signature) -> Option<&'a str> {
    match &signature.answer {
        Answer::List(item) if !operation.pagination.is_empty() => Some(item),
        _ => None,
    }
}

/// Names of the generated types in an operation's signatures, sorted.
fn types_of(signature: &Signature) -> Vec<String> {
    use crate::passes::ParameterType::{Enum, HandWritten, List, Plain, Text};
    let parameters = signature.parameters.values().filter_map(|ty| match ty {
        Enum(name) | List(name) => Some(name.clone()),
        Plain(_) | Text | HandWritten(_) => None,
    });
    let answer = match &signature.answer {
        Answer::One(name) | Answer::List(name) => Some(name.clone()),
        Answer::Bytes => None,
    };
    let mut names: Vec<_> = parameters
        .chain(signature.body.clone())
        .chain(answer)
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Names of the hand-written types in an operation's signatures.
fn hand_written_of(signature: &Signature) -> Vec<String> {
    use crate::passes::ParameterType::HandWritten;
    let name = |ty: &_| {
        if let HandWritten(name) = ty {
            Some(name.clone())
        } else {
            None
        }
    };
    let mut names: Vec<_> = signature.parameters.values().filter_map(name).collect();
    names.sort();
    names.dedup();
    names
}

/// `use path::{a, b};`, or nothing where there are no names.
fn import(path: &str, names: &[impl AsRef<str>]) -> String {
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => format!("use {path}::{name};\n"),
        names => format!("use {path}::{{{}}};\n", names.join(", ")),
    }
}

/// The documentation of an operation, on the client's method.
fn operation_docs(operation: &Operation, example: &str) -> String {
    let Operation {
        summary,
        description,
        method,
        path,
        ..
    } = operation;
    let text = format!(
        "{summary}.\n\n{description}\n\nSends `{method} {path}`.\n\n```no_run\n{example}```"
    );
    rustdoc::comment(&text, 4)
}

/// What the file of an operation is for.
fn about(operation: &Operation) -> String {
    format!(
        "{}: `{} {}`.",
        operation.summary, operation.method, operation.path
    )
}

fn builder_name(operation: &Operation) -> String {
    names::builder(&operation.id)
}
