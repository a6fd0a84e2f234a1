//! Writes the files of both crates: progenitor's structs, and operations and open enums from the spec.

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

pub(crate) use imports::{add as import, names as imported_names};

/// A file before it is printed.
pub(crate) struct Source {
    pub(crate) target: Crate,
    /// The path below the directory of generated code.
    pub(crate) path: String,
    /// The purpose of the file.
    pub(crate) about: String,
    pub(crate) tokens: TokenStream,
}

/// One of the two crates that are generated.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Crate {
    Async,
    Blocking,
}

impl Crate {
    pub(crate) fn directory(self) -> PathBuf {
        PathBuf::from(match self {
            Self::Async => crate::DIRECTORIES[0],
            Self::Blocking => crate::DIRECTORIES[1],
        })
    }

    fn file(
        self,
        path: impl Into<String>,
        about: impl Into<String>,
        tokens: TokenStream,
    ) -> Source {
        Source {
            target: self,
            path: path.into(),
            about: about.into(),
            tokens,
        }
    }
}

pub(crate) fn emit(api: &Api, structs: &IndexMap<String, syn::ItemStruct>) -> Vec<Source> {
    let mut sources = types::emit(api, structs);
    sources.push(index(
        Crate::Async,
        "types",
        "The types of the API.",
        api.types(),
    ));
    for target in [Crate::Async, Crate::Blocking] {
        let builders = api
            .operations
            .iter()
            .map(|operation| names::builder(&operation.id));
        sources.push(index(
            target,
            "operations",
            "The builders of all operations.",
            builders.collect(),
        ));
        sources.push(client::emit(target, api));
        sources.extend(
            api.operations
                .iter()
                .map(|operation| operation::emit(target, operation, api)),
        );
        let types = (target == Crate::Async).then(|| {
            quote!(
                pub(crate) mod types;
            )
        });
        let modules = quote! { mod client; pub(crate) mod operations; #types };
        sources.push(target.file(
            "mod.rs",
            "Everything that is generated from the spec.",
            modules,
        ));
    }
    sources
}

/// A `mod.rs` with a private module for each name, and a re-export of its only public item.
fn index(target: Crate, directory: &str, about: &str, names: Vec<String>) -> Source {
    let modules: Vec<_> = names
        .iter()
        .map(|name| ident(&names::module(name)))
        .collect();
    let items = names.iter().map(|name| ident(name));
    // `self`, since a crate may have the same name as a module.
    let tokens = quote! { #(mod #modules;)* #(pub use self::#modules::#items;)* };
    target.file(format!("{directory}/mod.rs"), about, tokens)
}

/// The type that `send` returns, without its `Response`.
fn response_type(response: &Response) -> TokenStream {
    let name = match response {
        Response::Empty => return quote!(()),
        Response::One(name) | Response::List(name) => ident(name),
        Response::Stream(Some(hand_written)) => ident(hand_written.schema),
        Response::Stream(None) => ident("Download"),
    };
    match response {
        Response::List(_) => quote!(Vec<#name>),
        _ => quote!(#name),
    }
}

/// The type of the items of a paginated operation.
fn paginated_item(operation: &Operation) -> Option<&str> {
    match &operation.response {
        Response::List(item) if !operation.pagination.is_empty() => Some(item),
        _ => None,
    }
}
