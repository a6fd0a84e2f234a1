//! Writes the files of both crates: progenitor's structs as they come, and from the spec what progenitor does not write
//! the way a caller wants it.

mod blocking;
mod client;
mod example;
mod imports;
mod operation;
mod parameter;
mod types;

use std::path::PathBuf;

use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::quote;

use crate::api::{Api, Operation, Response};
use crate::names::{self, ident};

pub(crate) use imports::IMPORTS;

/// A file before it is printed.
pub(crate) struct Source {
    pub(crate) path: PathBuf,
    /// What the file is for.
    pub(crate) about: String,
    pub(crate) tokens: TokenStream,
}

/// One of the two crates that are generated.
#[derive(Clone, Copy, PartialEq)]
enum Crate {
    Async,
    Blocking,
}

impl Crate {
    fn file(self, path: &str, about: impl Into<String>, tokens: TokenStream) -> Source {
        let directory = match self {
            Self::Async => crate::DIRECTORIES[0],
            Self::Blocking => crate::DIRECTORIES[1],
        };
        Source {
            path: PathBuf::from(directory).join(path),
            about: about.into(),
            tokens,
        }
    }
}

pub(crate) fn emit(api: &Api, structs: &IndexMap<String, syn::ItemStruct>) -> Vec<Source> {
    let mut sources = types::emit(api, structs);
    for target in [Crate::Async, Crate::Blocking] {
        sources.push(client::emit(target, api));
        sources.push(index(
            target,
            "operations/mod.rs",
            "The builders of all operations.",
            operations(api),
        ));
    }
    for operation in &api.operations {
        sources.push(operation::emit(operation, api));
        sources.push(blocking::emit(operation, api));
    }
    sources.push(index(
        Crate::Async,
        "types/mod.rs",
        "The types of the API.",
        types::names(api),
    ));
    let modules = quote! { mod client; pub(crate) mod operations; };
    let about = "Everything that is generated from the spec.";
    sources.push(Crate::Blocking.file("mod.rs", about, modules.clone()));
    sources.push(Crate::Async.file("mod.rs", about, quote! { #modules pub(crate) mod types; }));
    sources
}

/// A `mod.rs` with a private module for each name, and the one item that is public of it.
fn index(target: Crate, path: &str, about: &str, names: Vec<String>) -> Source {
    let modules: Vec<_> = names
        .iter()
        .map(|name| ident(&names::module(name)))
        .collect();
    let items: Vec<_> = names.iter().map(|name| ident(name)).collect();
    target.file(
        path,
        about,
        quote! { #(mod #modules;)* #(pub use #modules::#items;)* },
    )
}

fn operations(api: &Api) -> Vec<String> {
    api.operations
        .iter()
        .map(|operation| names::builder(&operation.id))
        .collect()
}

/// The type that `send` gives, without its `Response`.
fn response_type(response: &Response) -> TokenStream {
    match response {
        Response::Empty => quote!(()),
        Response::One(name) => {
            let name = ident(name);
            quote!(#name)
        }
        Response::List(item) => {
            let item = ident(item);
            quote!(Vec<#item>)
        }
        Response::Stream(Some(hand_written)) => {
            let name = ident(hand_written.schema);
            quote!(#name)
        }
        Response::Stream(None) => quote!(Download),
    }
}

/// The type of the items of an operation that is paginated.
fn paginated_item(operation: &Operation) -> Option<&str> {
    match &operation.response {
        Response::List(item) if !operation.pagination.is_empty() => Some(item),
        _ => None,
    }
}
